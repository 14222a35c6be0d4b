import { expect, test } from "bun:test";

import type { Tool } from "../protocol/mcp.ts";
import type { ShownGroup } from "./layout.ts";
import { listGroup, showHits, showSearch, showTool } from "./listing.ts";

const toolOf = (name: string, description: string): Tool => ({
	name,
	description,
	inputSchema: {
		type: "object",
		properties: { path: { type: "string", description: "Which one" } },
		required: ["path"],
	},
});
const groupOf = (tools: readonly Tool[], more: Partial<ShownGroup> = {}): ShownGroup => ({
	name: "fs",
	tools,
	format: "signature",
	...more,
});
const head = 'call_dynamic_tool {"group":"fs","name":…,"args":{…}}';
const read = toolOf("read", "Reads a file. It must be there.");
const write = toolOf("write", `Writes a file. ${"It is made if need be. ".repeat(60)}`);
const wayToOne = 'get_dynamic_tools {group, query: "<tool name>"} shows one in full.';

test("a group is shown in full when that fits", () => {
	const text = [head, "read(path: string)", " Reads a file. It must be there.", " - path: Which one"].join("\n");
	expect(listGroup(groupOf([read]), 1_000)).toBe(text);
	expect(listGroup(groupOf([]), 1_000)).toBe(`${head}\n(no tools)`);
});

test("a group's note stands under the line that says how to call, and is cut before it takes too much", () => {
	expect(listGroup(groupOf([], { note: "(idle)" }), 1_000)).toBe(`${head}\n(idle)\n(no tools)`);
	expect(listGroup(groupOf([], { note: "x".repeat(999) }), 1_000)).toBe(`${head}\n${"x".repeat(122)}…\n(no tools)`);
});

test("the longest tools lose their details first, and it is said how to get them", () => {
	expect(listGroup(groupOf([write, read]), 1_000)).toBe(
		[
			head,
			"write(path: string)",
			" Writes a file. …",
			"read(path: string)",
			" Reads a file. It must be there.",
			" - path: Which one",
			"",
			`Left out: details of 1 tool (…). ${wayToOne}`,
		].join("\n"),
	);
});

test("of many tools some are shown by name only, and of very many those that fit", () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, index) => toolOf(`tool_${index}`, "Does one thing."));
	const [some, most] = [30, 500].map((count) => listGroup(groupOf(many(count)), 1_000));
	expect(some).toMatch(/\ntool_0\(…\)\n Does one thing\.\n[^]*By name only: tool_\d+, [^]* all but the names of \d+\./);
	expect(most).toMatch(
		/By name only: tool_0, [^]*\n\d+ more tools: get_dynamic_tools \{group, query: "#\d+"\} goes on\.$/,
	);
});

test("a group can be written as JSON", () => {
	const line =
		'{"name":"read","description":"Reads a file. It must be there.","inputSchema":{"type":"object",' +
		'"properties":{"path":{"type":"string","description":"Which one"}},"required":["path"]}}';
	expect(listGroup(groupOf([read], { format: "json" }), 1_000)).toBe(`${head}\n${line}`);
});

test("a tool that was asked for is shown in full, with the names of others that fit", () => {
	expect(showTool(groupOf([read, write]), read, [write], 1_000)).toBe(
		[listGroup(groupOf([read]), 1_000), "", "1 more fit the query: write; get_dynamic_tools {group} lists all."].join(
			"\n",
		),
	);
});

test("a tool that is too large by itself is shortened, with the reason", () => {
	const huge = toolOf("huge", "Does a lot. ".repeat(500));
	expect(showTool(groupOf([huge]), huge, [], 1_000)).toMatch(
		/^call.*\nhuge\(path: string\)\n Does a lot\. [^]*…\n - path: Which one\n\nShortened \(…\): in full it takes 6\d+ bytes, more than discoveryBudget in the user's config allows\.$/,
	);
});

test("of hits the first get details before others, and those behind the sixth are only named", () => {
	const tools = Array.from({ length: 8 }, (_, index) => toolOf(`read_${index}`, "Reads."));
	const lines = showHits(groupOf(tools), tools, 8_000).split("\n");
	expect(lines.filter((line) => line.startsWith("read_")).length).toBe(6);
	expect(lines.slice(-3)).toEqual([
		"By name only: read_6, read_7",
		"",
		`Left out: all but the names of 2. ${wayToOne}`,
	]);
});

test("a search shows hits by group, in the order of the best hit, and counts the others by group", () => {
	const tools = Array.from({ length: 4 }, (_, index) => toolOf(`read_${index}`, "Reads."));
	const [fs, git] = [groupOf(tools), groupOf(tools, { name: "git" })];
	const hits = [git, fs].flatMap((group) => tools.map((tool) => ({ group, tool })));
	const text = showSearch(hits, "reads", 8_000);
	expect(Array.from(text.matchAll(/"group":"(\w+)"/g), ([, name]) => name)).toEqual(["git", "fs"]);
	expect(text.split("\nread_").length - 1).toBe(6);
	expect(text).toEndWith("\n\n2 more tools fit (fs 2): get_dynamic_tools {group, query} shows those of one group.");
});

test("in a search the tool of that name has its details before others", () => {
	const tools = Array.from({ length: 5 }, (_, index) =>
		toolOf(`read_${index}`, `Reads. ${"Word for word. ".repeat(40)}`),
	);
	const group = groupOf([...tools, { ...toolOf("read", `Reads. ${"One by one. ".repeat(40)}`) }]);
	const hits = group.tools.map((tool) => ({ group, tool }));
	const isInFull = (query: string) => showSearch(hits, query, 2_000).includes("One by one. ".repeat(40).trim());
	expect([isInFull("read"), isInFull("reads")]).toEqual([true, false]);
});
