import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { slipsBetween } from "./misspelling.ts";
import { joinedOf, stemOf, tellingWordsOf, wholesOf, wordsOf } from "./words.ts";

test.each(["readTextFile", "read_text_file", "Read-Text-File", "READ TEXT FILE", " read.text/file "])(
	"%j is three words",
	(text) => {
		expect(wordsOf(text)).toEqual(["read", "text", "file"]);
	},
);

const written: [text: string, words: string[]][] = [
	["getHTTPResponse", ["get", "http", "response"]],
	["base64Data", ["base64", "data"]],
	["größeÄndern", ["größe", "ändern"]],
	["ﬁle", ["file"]],
	["", []],
	["?!_-", []],
];

test.each(written)("the words of %j are %j", (text, words) => {
	expect(wordsOf(text)).toEqual(words);
});

const families: [stem: string, words: string][] = [
	["fil", "file files filing filed"],
	["merg", "merge merges merged merging"],
	["query", "query queries querying queried"],
	["stop", "stop stops stopped stopping"],
	["list", "list lists listed listing"],
	["branch", "branch branches"],
	["process", "process processes processing"],
	["statu", "statu"],
	["status", "status"],
	["bus", "bus"],
	["issu", "issue issues"],
	["run", "run"],
	["ls", "ls"],
];

test.each(families)("%s is the stem of %s", (stem, words) => {
	expect([...new Set(words.split(" ").map(stemOf))]).toEqual([stem]);
});

test("words that say nothing are left out, unless there are no others", () => {
	const isKnown = () => false;
	expect(tellingWordsOf("please show me what is in the file", isKnown)).toEqual(["show", "file"]);
	expect(tellingWordsOf("who am I", isKnown)).toEqual(["who", "am", "i"]);
});

test("a name with capitals inside is one word if it is known as one", () => {
	expect(tellingWordsOf("GitHub readFile", (word) => word === "github")).toEqual(["github", "read", "file"]);
	expect(wholesOf("GitHub has files, readFile reads them")).toEqual(["github", "readfile"]);
});

test("two or three words that stand together are also one", () => {
	expect(joinedOf("who am i")).toEqual(["whoam", "whoami", "ami"]);
});

const slips: [word: string, other: string, slips: number | undefined][] = [
	["file", "file", 0],
	["fiel", "file", 1],
	["screnshot", "screenshot", 1],
	["reqeusst", "request", 2],
	["abc", "abd", undefined],
	["file", "flies", undefined],
	["directory", "history", undefined],
];

test.each(slips)("%s is %s with %s slips", (word, other, count) => {
	expect(slipsBetween(word, other)).toBe(count);
});

test("property: words are lower-case, of at most 64 letters, and found again in what they make", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
			const words = wordsOf(text);
			expect(words.every((word) => word === word.toLowerCase() && word.length > 0)).toBe(true);
			expect(words.map(stemOf).every((stem) => stem.length > 0)).toBe(true);
		}),
	);
});

test("a word without end is cut off, so that it takes no time", () => {
	expect(wordsOf("a".repeat(1_000_000)).map((word) => word.length)).toEqual([64]);
});
