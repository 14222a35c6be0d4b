import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { nearest } from "./nearest.ts";

const tools = ["read_file", "read_text_file", "write_file", "list_directory", "create_directory", "move_file"];

test.each([
	["readfile", ["read_file", "read_text_file"]],
	["ReadFile", ["read_file", "read_text_file"]],
	["read-file", ["read_file", "read_text_file"]],
	["raed_file", ["read_file"]],
	["read_fil", ["read_file"]],
	["directory", ["list_directory", "create_directory"]],
	["text", ["read_text_file"]],
	["zzz", []],
	["", []],
	["xy", []],
])("%j resembles %j", (wanted, expected) => {
	expect(nearest(wanted, tools)).toEqual(expected);
});

test("the best comes first, and ties stay in the order given", () => {
	expect(nearest("cat", ["bat", "cart", "cat", "hat", "cut"], 10)).toEqual(["cat", "bat", "cart", "hat", "cut"]);
});

test("swapped neighbours are one edit", () => {
	expect(nearest("gti", ["git"])).toEqual(["git"]);
});

test("no more than the limit are given", () => {
	expect(nearest("tool", ["tool1", "tool2", "tool3", "tool4"], 2)).toEqual(["tool1", "tool2"]);
});

test("names of one letter do not resemble each other", () => {
	expect(nearest("a", ["b", "c"])).toEqual([]);
});

test("letters of any script count", () => {
	expect(nearest("файл", ["Файлы", "папка"])).toEqual(["Файлы"]);
});

test("property: a name resembles itself in any case and with any separators", () => {
	const word = fc.stringMatching(/^[a-z]{2,8}$/);
	fc.assert(
		fc.property(word, word, fc.constantFrom("_", "-", ".", ""), (a, b, separator) => {
			const name = `${a}_${b}`;
			expect(nearest(`${a}${separator}${b}`.toUpperCase(), ["something else", name], 1)).toEqual([name]);
		}),
	);
});

test("property: the answer is some of the given names, whatever is asked", () => {
	fc.assert(
		fc.property(fc.string(), fc.array(fc.string()), fc.nat(5), (wanted, names, limit) => {
			const found = nearest(wanted, names, limit);
			expect({ fits: found.length <= limit, known: found.every((name) => names.includes(name)) }).toEqual({
				fits: true,
				known: true,
			});
		}),
	);
});

test("very long names are compared by their first characters, not for seconds", () => {
	const long = "a".repeat(100_000);
	expect(nearest(long, [`${long}b`])).toEqual([`${long}b`]);
});
