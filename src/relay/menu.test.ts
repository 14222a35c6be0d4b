import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { groupOf } from "../../test/helpers/groups.ts";
import { byteLength } from "../base/text.ts";
import { joinDescription, printMenu, printNames } from "./menu.ts";

describe("the menu", () => {
	test("has name and description of each group, in the given order", () => {
		const groups = [
			groupOf("b", { description: "Second" }),
			groupOf("a"),
			groupOf("c", { description: "  Third\n\twith  more " }),
		];
		expect(printMenu(groups, 1_000)).toBe("b: Second | a | c: Third with more");
	});

	test("shortens all descriptions to the same length before it drops any", () => {
		const groups = ["one", "two", "three"].map((name) => groupOf(name, { description: "reads files and ".repeat(20) }));
		expect(printMenu(groups, 120)).toBe(
			["one", "two", "three"].map((name) => `${name}: reads files and reads…`).join(" | "),
		);
	});

	test("lists only names when descriptions do not fit, then as many names as fit", () => {
		const groups = Array.from({ length: 30 }, (_, index) =>
			groupOf(`group-${index}`, { description: "x".repeat(100) }),
		);
		expect([printMenu(groups, 400), printMenu(groups, 100)]).toEqual([
			groups.map(({ name }) => name).join(", "),
			"group-0, group-1, group-2, group-3, group-4 … and 25 more; call without a group to list them all",
		]);
	});
});

test.each([
	["Reads files", "fs: Reads files"],
	["", "fs"],
	[undefined, "fs"],
	[" \n ", "fs"],
	["a".repeat(30), `fs: ${"a".repeat(19)}…`],
	["read, write, and delete", "fs: read, write, and…"],
	["reads a file: quickly", "fs: reads a file…"],
	["short: averyverylongwordhere", "fs: short: averyverylon…"],
	[`${"a".repeat(18)}😀bc`, `fs: ${"a".repeat(18)}…`],
])("a description %j of at most 20 characters is %j", (description, expected) => {
	expect(joinDescription("fs", description, 20)).toBe(expected);
});

describe("property:", () => {
	const name = fc
		.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
		.map((text) => text.replaceAll(/[\s,…|:]/gu, "_"));
	const description = fc.option(
		fc.string({ unit: "grapheme", maxLength: 300 }).map((text) => text.replaceAll("|", "/")),
		{ nil: undefined },
	);
	const groups = fc
		.uniqueArray(fc.record({ name, description }), { selector: (group) => group.name, minLength: 1, maxLength: 60 })
		.map((list) => list.map(({ name, description }) => groupOf(name, { description })));
	const budget = fc.integer({ min: 150, max: 2_000 });

	/** How many groups the text leaves out, by its own account. */
	const counted = (text: string) => Number(/… and (\d+) more;/.exec(text)?.[1] ?? 0);

	test("the menu is within its budget and the same every time", () => {
		fc.assert(
			fc.property(groups, budget, (groups, budget) => {
				const menu = printMenu(groups, budget);
				expect([byteLength(menu) <= budget, printMenu(groups, budget)]).toEqual([true, menu]);
			}),
		);
	});

	test("the menu has no half characters", () => {
		fc.assert(
			fc.property(groups, budget, (groups, budget) => {
				expect(printMenu(groups, budget).isWellFormed()).toBe(true);
			}),
		);
	});

	test("every group is either named, first ones first, or counted", () => {
		fc.assert(
			fc.property(groups, budget, (groups, budget) => {
				const names = printNames(groups, budget);
				const shown = groups.slice(0, groups.length - counted(names)).map(({ name }) => name);
				expect(names.split(" … and ")[0]).toBe(shown.join(", "));
			}),
		);
	});

	test("a menu with descriptions names every group", () => {
		fc.assert(
			fc.property(groups, (groups) => {
				const parts = printMenu(groups, 100_000).split(" | ");
				expect(parts.map((part) => part.split(":")[0])).toEqual(groups.map(({ name }) => name));
			}),
		);
	});
});
