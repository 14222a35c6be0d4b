import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createMemoryResults } from "../../../test/helpers/result-store.ts";
import { grep, type Search } from "./grep.ts";
import { compilePattern } from "./pattern.ts";

interface Wanted {
	readonly wanted?: string;
	readonly from?: number;
	readonly room?: number;
	readonly mostLines?: number;
	readonly isLate?: () => boolean;
	readonly pause?: () => Promise<void>;
	readonly find?: Search["find"];
}

async function search(text: string, { wanted = "x", ...how }: Wanted = {}) {
	const find = (line: string, start: number) => {
		const at = line.indexOf(wanted, start);
		return at === -1 ? -1 : at + wanted.length;
	};
	const kept = await createMemoryResults().keep(new TextEncoder().encode(text));
	return grep({ ...usual, text: kept, find, ...how });
}

const usual = { from: 0, room: 10_000, mostLines: Infinity, isLate: () => false, pause: async () => {} };

/** Hardly two places in it look the same, so that an expression with a count in it has to be worked out at each of them. */
function mixedLetters(length: number): string {
	let seed = 1;
	return Array.from({ length }, () => ((seed = (seed * 48_271) % 2_147_483_647) % 3 === 0 ? "a" : "b")).join("");
}

function findOf(source: string): Search["find"] {
	const pattern = compilePattern(source);
	if ("problem" in pattern) throw new Error(pattern.problem);
	return pattern.find;
}

test("lines are given with their number and their place", async () => {
	expect(await search("é x\r\nno\nx\n\nlast x")).toEqual({
		answer: "1 (0): é x\n3 (9): x\n5 (12): last x",
		shown: 3,
		found: 3,
		next: undefined,
		searchedTo: undefined,
	});
});

test("what does not fit is counted, and where it begins is told", async () => {
	const text = "x1\nx2\nx3\n";
	const first = await search(text, { room: 16 });
	expect(first).toMatchObject({ answer: "1 (0): x1", shown: 1, found: 3, next: 3 });
	expect(await search(text, { from: 3 })).toMatchObject({ answer: "2 (3): x2\n3 (6): x3", found: 2, next: undefined });
});

test("of a long line what is around each match is given, with its own place", async () => {
	const text = `${"é".repeat(1000)}x${"b".repeat(2000)}x`;
	const found = await search(text);
	expect(found).toMatchObject({ shown: 2, found: 2 });
	const [first = "", second = ""] = found?.answer.split("\n") ?? [];
	expect(first).toBe(`1 (1502): …${"é".repeat(249)}x${"b".repeat(250)}…`);
	expect(second).toBe(`1 (3752): …${"b".repeat(249)}x`);
});

test("a search that takes too long says how far it came", async () => {
	const text = "x\n".repeat(1_000_000);
	let asked = 0;
	const found = await search(text, { isLate: () => asked++ > 0, room: 12 });
	expect(found).toMatchObject({ shown: 1, found: 2 ** 19, searchedTo: 2 ** 20 });
});

test("no more lines are given than are wanted, and the next one is told", async () => {
	const found = await search("x1\nx2\nx3\n", { mostLines: 2 });
	expect(found).toMatchObject({ answer: "1 (0): x1\n2 (3): x2", shown: 2, found: 3, next: 6 });
});

test.each([
	["one line", 30_000],
	["many lines", 150],
])("a search of %s gives way to others, with the same outcome", async (_, length) => {
	const letters = mixedLetters(30_000);
	const text = `é${letters.replaceAll(new RegExp(`.{${length}}`, "g"), "$&\n")}a${"b".repeat(60)}c`;
	let pauses = 0;
	const found = await search(text, { find: findOf("a.{60}c"), pause: async () => void pauses++ });
	expect(pauses).toBeGreaterThan(3);
	expect(found).toMatchObject({ found: 1, searchedTo: undefined });
	expect(found?.answer.endsWith(text.slice(-50))).toBe(true);

	let asked = 0;
	const late = await search(text, { find: findOf("a.{60}c"), isLate: () => asked++ > 1 });
	expect(late).toMatchObject({ found: 0, answer: "" });
	expect(late?.searchedTo).toBeGreaterThan(0);
	expect(late?.searchedTo).toBeLessThan(Buffer.byteLength(text));
});

test("a text that is gone is told", async () => {
	const store = createMemoryResults();
	const text = await store.keep(new TextEncoder().encode("x"));
	store.forget();
	expect(await grep({ ...usual, text, find: () => 0 })).toBeUndefined();
});

describe("property:", () => {
	test("page by page every line that matches is given once, within the room", async () => {
		const line = fc.string({ unit: fc.constantFrom("x", "a", "é", "😀", " "), maxLength: 1500 });
		await fc.assert(
			fc.asyncProperty(fc.array(line, { maxLength: 30 }), fc.integer({ min: 150, max: 4000 }), async (lines, room) => {
				const text = lines.join("\n");
				const places: string[] = [];
				let from: number | undefined = 0;
				for (let pages = 0; from !== undefined; pages++) {
					const page = await search(text, { from, room });
					expect(Buffer.byteLength(page?.answer ?? "")).toBeLessThanOrEqual(room);
					expect(page?.answer).not.toContain("\ufffd");
					places.push(...(page?.answer === "" ? [] : (page?.answer.split("\n") ?? [])));
					expect(page?.shown === 0 && page.found > 0).toBe(false);
					from = page?.next;
				}
				const whole = await search(text, { room: 10_000_000 });
				const numbers = new Set(places.map((place) => Number(/^\d+/.exec(place)?.[0])));
				expect([...numbers]).toEqual(lines.flatMap((each, index) => (each.includes("x") ? [index + 1] : [])));
				expect(new Set(places).size).toBe(places.length);
				expect(whole?.found).toBeGreaterThanOrEqual(numbers.size);
			}),
			{ numRuns: 60 },
		);
	});
});
