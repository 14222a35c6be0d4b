import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { matchesAny, nameFilter } from "./globs.ts";

const matches = (pattern: string, name: string) => matchesAny([pattern])(name);

test.each([
	["read", "read"],
	["*", "read"],
	["*", ""],
	["*", "files/read"],
	["*", "../.hidden"],
	["read_*", "read_file"],
	["read_*", "read_"],
	["read_*", "read_a/b"],
	["*_file", "a/read_file"],
	["**", "a/b"],
	["a**", "a/b"],
	["a/*", "a/b/c"],
	["a/b", "a/b"],
	["*/b", "x/y/b"],
	["a/**/b", "a/x/y/b"],
	["a?b", "a/b"],
	["a?b", "aäb"],
	["a?b", "a😀b"],
	["[a-c]x", "bx"],
	["[!a-c]x", "dx"],
	["[^a-c]x", "/x"],
	["[/.]x", "/x"],
	["{read,list}_*", "list_a/b"],
	["{a*,b}", "a/x"],
	["a\\*", "a*"],
	["a\\/b", "a/b"],
	["a\\\\b", "a\\b"],
	["a*", "a\\b"],
	["!a", "!a"],
	["!a*", "!ab"],
	["!!a*", "!!ab"],
	["a.b+c(d|e)^$", "a.b+c(d|e)^$"],
	["a[1]", "a[1]"],
	["a[1]", "a1"],
	["{}", "{}"],
	["a[", "a["],
	["a\\", "a\\"],
	["*", "a\nb"],
])("%j matches %j", (pattern, name) => {
	expect(matches(pattern, name)).toBe(true);
});

test.each([
	["read", "read_file"],
	["read", "Read"],
	["", "a"],
	["read_*", "thread_file"],
	["?", ""],
	["?", "ab"],
	["a/b", "a_b"],
	["a/*", "ab"],
	["a/**/b", "a/b"],
	["[a-c]x", "dx"],
	["[!a-c]x", "ax"],
	["{read,list}_*", "write_file"],
	["a\\*", "ab"],
	["!a*", "b"],
	["!!a*", "ab"],
	["./a", "a"],
	["a.b", "axb"],
])("%j does not match %j", (pattern, name) => {
	expect(matches(pattern, name)).toBe(false);
});

test("one of several patterns is enough, and none is not", () => {
	expect([matchesAny(["a", "b*"])("bc"), matchesAny([])("a")]).toEqual([true, false]);
});

describe("a filter", () => {
	const names = ["read_file", "read_secret", "write_file"];

	test.each([
		[{}, names],
		[{ allow: ["*"] }, names],
		[{ allow: [] }, []],
		[{ allow: ["read_*"] }, ["read_file", "read_secret"]],
		[{ deny: ["write_*"] }, ["read_file", "read_secret"]],
		[{ allow: ["read_*"], deny: ["*secret*"] }, ["read_file"]],
		[{ allow: ["read_secret"], deny: ["read_secret"] }, []],
	])("%j lets through %j", (rules, expected) => {
		expect(names.filter(nameFilter(rules))).toEqual(expected);
	});
});

test("property: every name matches itself, and a star in place of any part of it", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), fc.nat(), fc.nat(), (name, one, other) => {
			const characters = Array.from(name);
			const [from, to] = [one, other].map((place) => place % (characters.length + 1)).sort((a, b) => a - b);
			const escape = (text: readonly string[]) => text.join("").replaceAll(/[*?[\]{},\\!]/g, "\\$&");
			const starred = `${escape(characters.slice(0, from))}*${escape(characters.slice(to))}`;
			expect([matches(name, name), matches(starred, name)]).toEqual([true, true]);
		}),
	);
});

test("property: no pattern makes it throw", () => {
	const part = fc.constantFrom("*", "?", "[", "]", "!", "{", "}", ",", "\\", "/", "a", "-", "^");
	fc.assert(
		fc.property(fc.array(part), fc.string(), (parts, name) => {
			expect(matches(parts.join(""), name)).toBeBoolean();
		}),
	);
});
