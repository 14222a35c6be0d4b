import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { byteLength } from "../base/text.ts";
import { type ListedGroup, listGroups } from "./group-list.ts";

const listed = (name: string, description?: string, state?: string): ListedGroup => ({ name, description, state });

test("groups are listed with what they are for and how they are", () => {
	expect(listGroups([listed("fs", "Files"), listed("git", undefined, "starting")], 1_000)).toBe(
		"- fs: Files\n- git (starting)\n\nget_dynamic_tools {group} shows a group's tools.",
	);
});

test("no groups are told as such", () => {
	expect(listGroups([], 1_000)).toBe("No group with tools is configured.");
});

test("long descriptions are cut, all to the same length, and names stay", () => {
	const groups = ["a", "b", "c"].map((name) => listed(name, "reads files and ".repeat(60)));
	const text = listGroups(groups, 1_000);
	const lines = text.split("\n").slice(0, 3);
	expect(lines.map((line) => line.slice(0, 20))).toEqual(["a", "b", "c"].map((name) => `- ${name}: reads files and`));
	expect(new Set(lines.map((line) => line.length)).size).toBe(1);
	expect([byteLength(text) <= 1_000, byteLength(text) > 600, text.includes("get_dynamic_tools {query}")]).toEqual([
		true,
		true,
		true,
	]);
});

describe("property:", () => {
	const group = fc.record({
		name: fc
			.string({ unit: "grapheme", minLength: 1, maxLength: 60 })
			.map((text) => text.replaceAll(/[\s,():]/gu, "_")),
		description: fc.option(fc.string({ unit: "grapheme", maxLength: 400 }), { nil: undefined }),
		state: fc.option(fc.string({ maxLength: 400 }), { nil: undefined }),
	});
	const groups = fc.uniqueArray(group, { selector: ({ name }) => name, minLength: 1, maxLength: 120 });
	const budget = fc.integer({ min: 1_000, max: 10_000 });

	test("the list is within its budget, and the same every time", () => {
		fc.assert(
			fc.property(groups, budget, (groups, budget) => {
				const text = listGroups(groups, budget);
				expect([byteLength(text) <= budget, listGroups(groups, budget)]).toEqual([true, text]);
			}),
		);
	});

	test("by going on as the text says every group is named", () => {
		fc.assert(
			fc.property(groups, budget, (groups, budget) => {
				const seen: string[] = [];
				for (let from: number | undefined = 0; from !== undefined;) {
					const text = listGroups(groups, budget, from);
					const [list = "", footer = ""] = text.split("\n\nget_dynamic_tools {group}");
					seen.push(
						...(list.startsWith("- ")
							? list.split("\n- ").map((line) => line.replace(/^- /, "").split(/: | \(/)[0]!)
							: list.split(", ")),
					);
					const next = /query: "#(\d+)"/.exec(footer)?.[1];
					from = next === undefined ? undefined : Number(next) - 1;
				}
				expect(seen).toEqual(groups.map(({ name }) => name));
			}),
		);
	});
});
