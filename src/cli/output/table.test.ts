import { describe, expect, test } from "bun:test";

import { array, assert, integer, property, string, tuple } from "fast-check";

import { describeSurface, plain } from "./surface.ts";
import { tableOf } from "./table.ts";

const columns = [{ title: "NAME" }, { title: "SIZE", align: "right" as const }, { title: "WHAT", isFlexible: true }];
const lay = (rows: string[][], width: number) => tableOf(columns, rows, { width, colours: plain }).split("\n");

test("columns are aligned, and no line ends with blanks", () => {
	expect(
		lay(
			[
				["a", "1", "first"],
				["bcdef", "200", ""],
				["c", "", ""],
			],
			80,
		),
	).toEqual(["NAME   SIZE  WHAT", "a         1  first", "bcdef   200", "c"]);
});

test("the flexible column is broken between words", () => {
	expect(lay([["name", "1", "some words that do not fit into it"]], 30)).toEqual([
		"NAME  SIZE  WHAT",
		"name     1  some words that do",
		"            not fit into it",
	]);
});

test("when that is not enough the widest of the others is broken, too", () => {
	const lines = lay([["a-name-that-is-much-longer-than-all", "12", "words and more words"]], 40);
	expect(lines.map((line) => Bun.stringWidth(line)).filter((width) => width > 40)).toEqual([]);
	expect(lines.join("").replaceAll(/\s/g, "")).toContain("a-name-that");
});

test("wide characters count as what they take on the screen", () => {
	expect(
		lay(
			[
				["日本", "1", "x"],
				["ab", "2", "y"],
			],
			80,
		).slice(1),
	).toEqual(["日本     1  x", "ab       2  y"]);
});

test("colours take no room, and a painted cell is painted on each of its lines", () => {
	const { colours } = describeSurface(true, 24, { TERM: "xterm" });
	const cell = { text: "one two three four five", paint: colours.red };
	const lines = tableOf([{ title: "A" }, { title: "B", isFlexible: true }], [["x", cell]], { width: 24, colours });
	expect(lines.split("\n").slice(1)).toEqual([
		"x  \u001B[31mone two three four\u001B[39m",
		"   \u001B[31mfive\u001B[39m",
	]);
});

test("whatever the rows are, nothing is wider than the surface and no word is lost", () => {
	const row = tuple(
		string({ unit: "grapheme-ascii", maxLength: 40 }),
		integer().map(String),
		string({ unit: "grapheme-ascii", maxLength: 90 }),
	);
	assert(
		property(array(row, { maxLength: 5 }), integer({ min: 40, max: 120 }), (rows, width) => {
			const lines = lay(rows, width);
			expect(lines.filter((line) => Bun.stringWidth(line) > width)).toEqual([]);
			const letters = (text: string) => text.replaceAll(/\s/g, "").split("").sort().join("");
			expect(letters(lines.slice(1).join(""))).toBe(letters(rows.flat().join("")));
		}),
	);
});

describe("a surface", () => {
	test.each([
		["a terminal", true, {}, true],
		["a pipe", false, {}, false],
		["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
		["a terminal with an empty NO_COLOR", true, { NO_COLOR: "" }, true],
		["a dumb terminal", true, { TERM: "dumb" }, false],
		["a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
		["a terminal with FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
		["NO_COLOR and FORCE_COLOR", true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
	])("%s", (_what, isTerminal, env, isColoured) => {
		expect(describeSurface(isTerminal, 100, env).colours.red("x") !== "x").toBe(isColoured);
	});

	test.each([
		[true, 120, 120],
		[true, undefined, 80],
		[true, 0, 80],
		[true, 10, 40],
		[false, 120, 80],
	])("terminal: %p, columns: %p make a width of %p", (isTerminal, columns, width) => {
		expect(describeSurface(isTerminal, columns, {}).width).toBe(width);
	});
});
