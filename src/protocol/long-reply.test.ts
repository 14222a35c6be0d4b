import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { type Id, parseMessage, withId } from "./jsonrpc.ts";
import { parseLongReply, readLongReply, withLongId } from "./long-reply.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Cuts the text's bytes into pieces of this size, characters in half included. */
function cut(text: string, size: number): Uint8Array[] {
	const bytes = utf8(text);
	return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
		bytes.subarray(index * size, (index + 1) * size),
	);
}

const textOf = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces).toString();

/** The text with another id when its envelope is where it is looked for, else `ordinary`. */
function passOn(text: string, id: Id, size = 100): string {
	const reply = readLongReply(cut(text, size));
	return reply === undefined ? "ordinary" : textOf(withLongId(reply, id));
}

test.each([
	['{"jsonrpc":"2.0","id":7,"result":{"ok":{}}}', '{"jsonrpc":"2.0","id":"a","result":{"ok":{}}}'],
	[
		'{"result":{"n":12345678901234567890},"jsonrpc":"2.0","id":7}',
		'{"result":{"n":12345678901234567890},"jsonrpc":"2.0","id":"a"}',
	],
	['{"jsonrpc":"2.0","id":7,"result":{"é":"€😀"}}', '{"jsonrpc":"2.0","id":"a","result":{"é":"€😀"}}'],
	['{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":""}}', "ordinary"],
	['{"jsonrpc":"2.0","id":7,"method":"m","params":{"a":{}}}', "ordinary"],
	['{"jsonrpc":"2.0","id":"7","result":{"a":{}}}', "ordinary"],
	['{"jsonrpc":"2.0","id":-7,"result":{"a":{}}}', "ordinary"],
	['{"jsonrpc":"2.0","id":7,"result":[1]}', "ordinary"],
	['{"jsonrpc":"2.0","id":7,"result":{"a":1}', "ordinary"],
	['{ "jsonrpc":"2.0","id":7,"result":{"a":{}}}', "ordinary"],
	['{"error":{"code":1},"jsonrpc":"2.0","id":7}', "ordinary"],
	['[{"jsonrpc":"2.0","id":7,"result":{}}]', "ordinary"],
	["hello", "ordinary"],
	["", "ordinary"],
])("%s becomes %s", (text, expected) => {
	expect(passOn(text, "a")).toBe(expected);
});

describe("property:", () => {
	const results = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((object) => JSON.stringify(object));
	const ids = fc.oneof(fc.nat(), fc.string({ unit: "binary" }), fc.constantFrom<Id>(0, -1, '"'));
	const own = fc.nat();

	test("what is passed on is what reading and printing it would give, wherever the pieces end", () => {
		fc.assert(
			fc.property(
				results,
				own,
				ids,
				fc.integer({ min: 64, max: 300 }),
				fc.boolean(),
				(result, own, id, size, isHead) => {
					const text = isHead
						? `{"jsonrpc":"2.0","id":${own},"result":${result}}`
						: `{"result":${result},"jsonrpc":"2.0","id":${own}}`;
					const reply = parseMessage(text);
					const expected = reply.kind === "reply" ? withId(reply, id) : "no reply";
					expect(["ordinary", expected]).toContain(passOn(text, id, size));
				},
			),
		);
	});

	test("whatever the line, it never throws, and what it takes has the id of the line", () => {
		fc.assert(
			fc.property(fc.oneof(fc.json(), fc.string()), fc.integer({ min: 1, max: 50 }), (text, size) => {
				expect([undefined, "long-reply"]).toContain(readLongReply(cut(text, size))?.kind);
			}),
		);
	});
});

test("a line in very small pieces is read in the ordinary way or passed on whole, never cut", () => {
	const text = '{"jsonrpc":"2.0","id":7,"result":{"a":{}}}';
	const outs = Array.from({ length: text.length }, (_, index) => passOn(text, 8, index + 1));
	expect(outs.filter((out) => out !== "ordinary" && out !== text.replace("7", "8"))).toEqual([]);
});

test("whoever wants to look inside gets the reply read", () => {
	const text = '{"jsonrpc":"2.0","id":7,"result":{"a":"é"}}';
	const reply = readLongReply(cut(text, 40));
	expect(reply && parseLongReply(reply)).toEqual({ kind: "reply", id: 7, result: { a: "é" }, error: undefined, text });
});

test("what only looks like a reply cannot be read", () => {
	const reply = readLongReply(cut('{"jsonrpc":"2.0","id":7,"result":{"a":nonsense}}', 100));
	expect(reply && parseLongReply(reply)).toBeUndefined();
});

test.each([
	["another id further on", '{"jsonrpc":"2.0","id":7,"result":{},"id":3,"x":{}}'],
	["another id, spelled with escapes", '{"jsonrpc":"2.0","id":7,"result":{},"\\u0069d":3,"x":{}}'],
	["another id before the one at the tail", '{"result":{},"id":3,"x":{},"jsonrpc":"2.0","id":7}'],
	["an id inside the result", '{"jsonrpc":"2.0","id":7,"result":{"id":7}}'],
])("a line with %s is read in the ordinary way, wherever its pieces end", (_, text) => {
	const outs = Array.from({ length: text.length }, (_, index) => passOn(text, "a", index + 1));
	expect(new Set(outs)).toEqual(new Set(["ordinary"]));
});
