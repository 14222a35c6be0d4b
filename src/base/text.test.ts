import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { byteLength, cutToBytes, firstSentence, shellWord, shorten } from "./text.ts";

test.each([
	["Reads a file. Then more.", "Reads a file."],
	["Reads a file, e.g. a text. Then more.", "Reads a file, e.g. a text."],
	["Reads a file", "Reads a file"],
	["Reads 1.5 files! Yes", "Reads 1.5 files!"],
	["  Reads\n a file\n\nArgs: none. Really.", "Reads a file"],
	["Reads\r\na file\r\n\r\nArgs", "Reads a file"],
	["Reads what? 7 files.", "Reads what?"],
	["読む。書く。", "読む。"],
	["", ""],
	["a ".repeat(40), `${"a ".repeat(13)}a…`],
])("the first sentence of %j is %j", (text, sentence) => {
	expect(firstSentence(text, 30)).toBe(sentence);
});

describe("property:", () => {
	const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ unit: "binary", maxLength: 60 }));

	test("a cut text has no more bytes than it may, and begins as the whole does", () => {
		fc.assert(
			fc.property(text, fc.integer({ min: 3, max: 80 }), (text, bytes) => {
				const cut = cutToBytes(text, bytes);
				const isWhole = cut === text;
				expect(byteLength(cut)).toBeLessThanOrEqual(bytes);
				expect(isWhole || text.startsWith(cut.slice(0, -1))).toBeTrue();
				expect(isWhole).toBe(byteLength(text) <= bytes);
				// No more is lost than a character and the ellipsis take.
				if (!isWhole) expect(byteLength(cut)).toBeGreaterThan(bytes - 10);
			}),
		);
	});

	test("no cut leaves half a character", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 3, max: 80 }), (text, cap) => {
				const cuts = [cutToBytes(text, cap), shorten(text, cap), firstSentence(text, cap)];
				expect(cuts.map((cut) => cut.isWellFormed())).toEqual(cuts.map(() => true));
			}),
		);
	});
});

test.each(["plain/path-1.txt", "two words", "it's", "$HOME `id`", "", "a\nb", "~", "ä"])(
	"a shell reads the word of %j as what it was",
	(text) => {
		const { stdout } = Bun.spawnSync(["sh", "-c", `printf %s ${shellWord(text)}`]);
		expect(stdout.toString()).toBe(text);
	},
);
