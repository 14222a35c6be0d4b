import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createLineCutter } from "./framing.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** All that comes out of one stream, in order; what was too long is an object with its head. */
function cut(chunks: Iterable<Uint8Array>, maxBytes = 1_000): (string | { head: string })[] {
	const out: (string | { head: string })[] = [];
	const cutter = createLineCutter({
		maxBytes,
		onLine: (line) => out.push(line),
		onOversize: (head) => out.push({ head }),
	});
	for (const chunk of chunks) cutter.push(chunk);
	cutter.end();
	return out;
}

/** Cuts the bytes into pieces of these sizes, again and again. */
function* slice(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
	let used = 0;
	for (let at = 0; at < bytes.length;) {
		const size = sizes[used++ % sizes.length] ?? 1;
		yield bytes.subarray(at, at + size);
		at += size;
	}
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

/** Any text of one line. Byte order marks are looked at below. */
const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\n\r\uFEFF]/g, "_"));

test("property: chunk boundaries never change the lines", () => {
	fc.assert(
		fc.property(fc.array(line), sizes, fc.constantFrom("\n", "\r\n"), (lines, cuts, end) => {
			const bytes = utf8(lines.map((text) => text + end).join(""));
			expect(cut(slice(bytes, cuts))).toEqual(lines.filter((text) => text.trim() !== ""));
		}),
	);
});

test("property: lines longer than the limit are dropped, and only those, wherever chunks end", () => {
	const short = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replaceAll(/\s/g, "_"));
	fc.assert(
		fc.property(fc.array(short), sizes, fc.integer({ min: 1, max: 20 }), (lines, cuts, maxBytes) => {
			const bytes = utf8(lines.map((text) => `${text}\n`).join(""));
			const expected = lines.map((text) => (text.length > maxBytes ? { head: expect.any(String) } : text));
			expect(cut(slice(bytes, cuts), maxBytes)).toEqual(expected);
		}),
	);
});

test("property: bytes that are no UTF-8 never stop it, and cost no line but their own", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), sizes, (noise, cuts) => {
			const bytes = Buffer.concat([utf8("before\n"), noise.map((byte) => (byte === 10 ? 0 : byte)), utf8("\nafter\n")]);
			const out = cut(slice(bytes, cuts));
			expect([out[0], out.at(-1)]).toEqual(["before", "after"]);
		}),
	);
});

test("a character cut anywhere by chunks is whole again", () => {
	const bytes = utf8("é€😀\n");
	const outs = Array.from(bytes, (_, at) => cut([bytes.subarray(0, at), bytes.subarray(at)]));
	expect(outs).toEqual(outs.map(() => ["é€😀"]));
});

test.each([
	["a\nb\n", ["a", "b"]],
	["a\r\nb\r\n", ["a", "b"]],
	["\n\r\n\na\n\n", ["a"]],
	["a\rb\n", ["a\rb"]],
	["a\r\r\n", ["a\r"]],
	["a\nb", ["a", "b"]],
	["a\r", ["a"]],
	[" \n\t \r\n", []],
	["  a \n", ["  a "]],
	["", []],
])("%j is the lines %j", (text, expected) => {
	expect(cut([utf8(text)])).toEqual(expected);
});

test("a byte that is no UTF-8 becomes the replacement character", () => {
	expect(cut([Uint8Array.of(0x61, 0xff, 0x62, 0x0a)])).toEqual(["a\uFFFDb"]);
});

test("a character that the end of the stream cuts off becomes the replacement character", () => {
	expect(cut([Uint8Array.of(0x61, 0xe2, 0x82)])).toEqual(["a\uFFFD"]);
});

test("byte order marks are dropped in the same way wherever chunks end", () => {
	const bytes = utf8("\uFEFFa\n\uFEFFb\n");
	expect(cut([bytes])).toEqual(cut(slice(bytes, [5])));
});

describe("a line of 1 MB or more", () => {
	/** What is done with a long line between two short ones, in chunks of 64 kB, when it is taken or not. */
	function cutLong(isTaken: boolean): string[] {
		const out: string[] = [];
		const cutter = createLineCutter({
			maxBytes: 2 ** 22,
			onLine: (line) => out.push(`line of ${line.length}`),
			onOversize: () => out.push("too long"),
			onLongLine(pieces) {
				out.push(`offered ${Buffer.concat(pieces).toString().length}`);
				return isTaken;
			},
		});
		for (const chunk of slice(utf8(`before\n${"é".repeat(2 ** 20)}\nafter\n`), [65_536])) cutter.push(chunk);
		cutter.end();
		return out;
	}

	test("is offered undecoded, and is done with when it is taken", () => {
		expect(cutLong(true)).toEqual(["line of 6", "offered 1048576", "line of 5"]);
	});

	test("is a line like any other when it is not taken", () => {
		expect(cutLong(false)).toEqual(["line of 6", "offered 1048576", "line of 1048576", "line of 5"]);
	});
});

test("a line as long as the limit passes, one byte more does not", () => {
	expect(cut([utf8("12345\n123456\n12345\n")], 5)).toEqual(["12345", { head: expect.any(String) }, "12345"]);
});

test("the limit counts bytes, not characters", () => {
	expect(cut([utf8("€€\n€\n")], 5)).toEqual([{ head: expect.any(String) }, "€"]);
});

test("of a line that is too long the first 256 characters are told, however it arrives", () => {
	const bytes = utf8(`${"0123456789".repeat(100)}\nnext\n`);
	const outs = [[1], [7], [100], [255, 300], [2_000]].map((cuts) => cut(slice(bytes, cuts), 500));
	expect(outs).toEqual(outs.map(() => [{ head: "0123456789".repeat(26).slice(0, 256) }, "next"]));
});

test("the head of a line that is too long has no line ending", () => {
	expect(cut([utf8("123456\n1\n")], 3)).toEqual([{ head: "123456" }, "1"]);
});

test("a line that is too long and never ends is told once", () => {
	expect(
		cut(
			Array.from({ length: 50 }, () => utf8("0123456789")),
			15,
		),
	).toHaveLength(1);
});

test("a long line in many small chunks takes time in proportion to its length", () => {
	const chunk = utf8("x".repeat(64));
	const chunks = Array.from({ length: 100_000 }, () => chunk);
	expect(cut([...chunks, utf8("\n")], 2 ** 24)[0]).toHaveLength(6_400_000);
});
