import { expect, test } from "bun:test";

import { describeSummary, parseSummary, summarize } from "./descriptions.ts";

const tool = (name: string) => ({ name, inputSchema: {} });
const offerOf = (names: readonly string[], more: { instructions?: string; serverInfo?: unknown } = {}) => ({
	tools: names.map(tool),
	instructions: undefined,
	serverInfo: undefined,
	...more,
});
const many = Array.from({ length: 14 }, (_, index) => `read_file_${index}`);

test.each([
	["all names when they are few", offerOf(["read", "write"]), "read, write"],
	[
		"the first names and how many there are",
		offerOf(many),
		"read_file_0, read_file_1, read_file_2, read_file_3, … (14 tools)",
	],
	["nothing when there is nothing", offerOf([]), undefined],
	[
		"the first sentence of the instructions",
		offerOf(many, { instructions: "Works with\nfiles. Never delete." }),
		"Works with files.",
	],
	[
		"what the server calls itself before that",
		offerOf(many, { instructions: "Use it.", serverInfo: { name: "x", description: "Files of all kinds" } }),
		"Files of all kinds",
	],
	["no endless sentence", offerOf([], { instructions: "word ".repeat(100) }), `${"word ".repeat(22)}word…`],
	["names on one line", offerOf(["a\nb"]), "a b"],
	["no endless name", offerOf(["x".repeat(100), "y"]), `${"x".repeat(59)}…, … (2 tools)`],
])("a group without a description is described by %s", (_, offer, expected) => {
	expect(describeSummary(summarize(offer), () => true)).toBe(expected);
});

test("tools that the config does not want are not named or counted", () => {
	const summary = summarize(offerOf(["a", "b", "c"]));
	expect(describeSummary(summary, (name) => name !== "b")).toBe("a, c");
});

test("a summary is read back as it was written, and anything else is none", () => {
	const summary = summarize(offerOf(["a"], { instructions: "Does." }));
	expect(parseSummary(JSON.stringify(summary))).toEqual(summary);
	const others = ["null", "[]", "{}", '{"about":1,"tools":[]}', '{"about":"","tools":[1]}', '{"about":""}'];
	expect(others.map(parseSummary)).toEqual(others.map(() => undefined));
});
