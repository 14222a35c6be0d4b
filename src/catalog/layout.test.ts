import { expect, test } from "bun:test";

import { indexOfPlace, isAskable, nameInList, placeOf, type ShownGroup } from "./layout.ts";

const groupOf = (...names: string[]): ShownGroup => ({
	name: "fs",
	tools: names.map((name) => ({ name, inputSchema: {} })),
	format: "signature",
});

test("a place is no tool's name, and is understood", () => {
	const places = [groupOf("a", "b"), groupOf("#2", "b"), groupOf("#2", "#02")].map((group) => placeOf(group, 1));
	expect([places, places.map(indexOfPlace)]).toEqual([
		["#2", "#02", "#002"],
		[1, 1, 1],
	]);
});

test.each(["2", "#", "#a", "# 2", "#2 files", "#-1"])("%j is no place", (query) => {
	expect(indexOfPlace(query)).toBeUndefined();
});

test.each([
	["read_file", true, "read_file"],
	["read file", true, '"read file"'],
	["", false, '"" (#1)'],
	[" read", false, '" read" (#1)'],
	["x".repeat(128), true, "x".repeat(128)],
	["x".repeat(129), false, `"${"x".repeat(20)}…" (#1)`],
])("in a list of names %j, which can be asked for: %j, is %s", (name, askable, text) => {
	const group = groupOf(name);
	const tool = { name, inputSchema: {} };
	expect([isAskable(tool), nameInList({ group: { ...group, tools: [tool] }, tool })]).toEqual([askable, text]);
});
