import { describe, expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import type { Group } from "./group.ts";
import { maxTextBytes } from "./menu.ts";
import { printInitialize, printToolList } from "./meta-tools.ts";

interface ToolText {
	readonly name: string;
	readonly description: string;
	readonly inputSchema: unknown;
}

const serverInfo = { name: "dynamic-mcp", version: "2.0.0" };
const toolsOf = (groups: readonly Group[]) => (JSON.parse(printToolList(groups)) as { tools: ToolText[] }).tools;
const greetingOf = (groups: readonly Group[]) =>
	JSON.parse(printInitialize("2025-11-25", serverInfo, groups)) as { instructions: string };

const small = [
	groupOf("fs", { description: "Files on this machine" }),
	groupOf("hidden", { description: "No tools", features: { tools: false, resources: true, prompts: true } }),
	groupOf("git"),
];
const wide = Array.from({ length: 500 }, (_, index) =>
	groupOf(`😀${"🗂".repeat(index % 9)}${index}`, { description: "🚀".repeat(400) }),
);

test("the two tools have the names, the parameters and the hints that clients rely on", () => {
	const text = { type: "string" };
	expect(toolsOf(small)).toEqual([
		{
			name: "get_dynamic_tools",
			description: expect.stringContaining("fs: Files on this machine | git"),
			inputSchema: { type: "object", properties: { group: text, query: text } },
			annotations: { readOnlyHint: true },
			_meta: { "anthropic/alwaysLoad": true },
		},
		{
			name: "call_dynamic_tool",
			description: expect.any(String),
			inputSchema: {
				type: "object",
				properties: { group: text, name: text, args: { type: "object", properties: {} } },
				required: ["group", "name"],
			},
			_meta: { "anthropic/alwaysLoad": true },
		},
	] as never);
});

test("a group whose tools are switched off is not shown", () => {
	expect([printToolList(small), printInitialize("2025-11-25", serverInfo, small)].join("")).not.toContain("hidden");
});

test("the greeting names the groups and both tools", () => {
	expect(greetingOf(small)).toEqual({
		protocolVersion: "2025-11-25",
		capabilities: {
			tools: { listChanged: true },
			resources: { subscribe: true, listChanged: true },
			prompts: { listChanged: true },
			completions: {},
			logging: {},
			tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
		},
		serverInfo,
		instructions: "Tools in groups: fs, git. get_dynamic_tools shows a group's tools, call_dynamic_tool calls one.",
	} as never);
});

describe("for 500 groups with characters of four bytes", () => {
	const texts = [...toolsOf(wide).map(({ description }) => description), greetingOf(wide).instructions];

	test("no text is longer than what clients take", () => {
		expect(texts.map((text) => Buffer.byteLength(text) <= maxTextBytes)).toEqual([true, true, true]);
	});

	test("no text has half a character", () => {
		expect(texts.map((text) => text.isWellFormed())).toEqual([true, true, true]);
	});

	test("the first groups are named, the rest is counted", () => {
		const counts = [texts[0], texts[2]].map((text) => /😀0, 😀🗂1, .* … and \d+ more;/s.test(text ?? ""));
		expect(counts).toEqual([true, true]);
	});

	test("the texts are the same every time", () => {
		expect([printToolList(wide), printInitialize("2025-11-25", serverInfo, wide)]).toEqual([
			printToolList([...wide]),
			printInitialize("2025-11-25", serverInfo, [...wide]),
		]);
	});
});

/** Every object in a schema, the outermost included. */
function objectsIn(value: unknown): Record<string, unknown>[] {
	if (typeof value !== "object" || value === null) return [];
	return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

describe("both schemas are of the kind that every client takes:", () => {
	const schemas = toolsOf(small).map(({ inputSchema }) => inputSchema);
	const parts = schemas.flatMap(objectsIn);

	test("no $schema, no $ref, no combination of schemas", () => {
		const banned = new Set(["$schema", "$ref", "$defs", "anyOf", "oneOf", "allOf", "not", "const"]);
		expect(parts.flatMap(Object.keys).filter((key) => banned.has(key))).toEqual([]);
	});

	test("every object has its properties", () => {
		const objects = parts.filter(({ type }) => type === "object");
		expect(objects.map((part) => typeof part["properties"])).toEqual(["object", "object", "object"]);
	});
});
