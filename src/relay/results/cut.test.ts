import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { pieceEnd, tailStart } from "./cut.ts";
import { readJsonString } from "./json-string.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
const head = (text: string, most: number) => textOf(bytesOf(text).subarray(0, pieceEnd(bytesOf(text), most)));
const tail = (text: string, most: number) => textOf(bytesOf(text).subarray(tailStart(bytesOf(text), most)));

test.each([
	["short", 10, "short", "short"],
	["0123456789", 4, "0123", "6789"],
	["äöü", 3, "ä", "ü"],
	["a😀b", 4, "a", "b"],
	["one two\nthree", 9, "one two\n", "two\nthree"],
	["one two\nthree", 6, "one tw", "three"],
	["a\nbcdefghijkl", 9, "a\nbcdefgh", "defghijkl"],
	["abcdefghij\nl", 3, "abc", "j\nl"],
	["😀", 1, "😀", ""],
])("of %j with at most %d bytes the head is %j and the tail %j", (text, most, start, end) => {
	expect([head(text, most), tail(text, most)]).toEqual([start, end]);
});

describe("property:", () => {
	const text = fc.string({ unit: fc.constantFrom("a", "\n", "é", "€", "😀", "\u{feff}", "\u0000"), maxLength: 60 });

	test("a piece is whole characters, no longer than it may be, and never nothing", () => {
		fc.assert(
			fc.property(text, fc.integer({ min: 4, max: 50 }), (all, most) => {
				const start = head(all, most);
				expect(all.startsWith(start) && all.endsWith(tail(all, most))).toBe(true);
				expect(bytesOf(start).length).toBeLessThanOrEqual(most);
				expect(bytesOf(tail(all, most)).length).toBeLessThanOrEqual(most);
				expect(start === "" && all !== "").toBe(false);
			}),
		);
	});

	test("a JSON string that is read in parts is the one that is read at once", async () => {
		const parts = fc.constantFrom("\\n", "\\\\", '\\"', "\\u00e9", "\\ud83d\\ude00", "x", "é", "😀");
		await fc.assert(
			fc.asyncProperty(fc.array(parts, { minLength: 1, maxLength: 9 }), fc.nat(9), async (unit, shift) => {
				const inside = "-".repeat(shift) + unit.join("").repeat(Math.ceil(1_200_000 / unit.join("").length));
				let pauses = 0;
				const read = await readJsonString(`"${inside}"`, async () => void pauses++);
				expect(read === JSON.parse(`"${inside}"`)).toBe(true);
				expect(pauses).toBeGreaterThan(1);
			}),
			{ numRuns: 25 },
		);
	});

	test("what is no JSON string is refused, however long it is", async () => {
		const pause = async () => {};
		for (const json of ['"a\\q"', `"${"a".repeat(1_200_000)}\\q"`, "12"]) {
			expect(readJsonString(json, pause)).rejects.toThrow();
		}
	});
});
