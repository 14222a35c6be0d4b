import { describe, expect, test } from "bun:test";

import { ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as fc from "fast-check";

import type { Tool } from "../protocol/mcp.ts";
import { type ExposableGroup, exposeTools } from "./exposure.ts";

const inputSchema = { type: "object", properties: {} };
const tool = (name: string, fields: object = {}): Tool => ({ name, inputSchema, ...fields });
const group = (name: string, tools: string[], expose: ExposableGroup["expose"] = "direct"): ExposableGroup => ({
	name,
	expose,
	tools: tools.map((each) => tool(each)),
});
const prefixed = { isPrefixed: true };

describe("which tools are exposed", () => {
	const tools = ["read_file", "read_all", "files/write"];

	test.each<[ExposableGroup["expose"], string[]]>([
		["dynamic", []],
		["direct", tools],
		[[], []],
		[["read_*"], ["read_file", "read_all"]],
		[
			["files/write", "read_all", "gone"],
			["read_all", "files/write"],
		],
		[["*"], tools],
	])("%j", (expose, expected) => {
		const { targets } = exposeTools([group("a", tools, expose)], prefixed);
		expect(Array.from(targets.values(), (target) => target.tool)).toEqual(expected);
	});

	test("they are in the order of the groups, and in each group in that of the server", () => {
		const { definitions, targets } = exposeTools(
			[group("b", ["z", "a"]), group("c", ["x"], []), group("a", ["y"])],
			prefixed,
		);
		expect(definitions.map(({ name }) => name)).toEqual(["b_z", "b_a", "a_y"]);
		expect([...targets]).toEqual([
			["b_z", { group: "b", tool: "z" }],
			["b_a", { group: "b", tool: "a" }],
			["a_y", { group: "a", tool: "y" }],
		]);
	});

	test("of tools with the same name the first one counts", () => {
		const tools = [tool("a", { title: "first" }), tool("a", { title: "second" })];
		const { definitions } = exposeTools([{ name: "g", expose: "direct", tools }], prefixed);
		expect(definitions.map(({ title }) => title)).toEqual(["first"]);
	});

	test("one that is nested too deeply to be printed is not among them", () => {
		const deep: unknown = JSON.parse("[".repeat(200_000) + "]".repeat(200_000));
		const tools = [tool("deep", { _meta: { deep } }), tool("fine")];
		const { definitions } = exposeTools([{ name: "g", expose: "direct", tools }], prefixed);
		expect(definitions.map(({ name }) => name)).toEqual(["g_fine"]);
	});
});

describe("a definition", () => {
	const exposed = (fields: object) => {
		const tools = [tool("t", fields)];
		return exposeTools([{ name: "g", expose: "direct", tools }], prefixed).definitions[0];
	};

	test("has everything that the server says, in the same order, under another name", () => {
		const fields = {
			title: "T",
			description: "d",
			annotations: { title: "A", readOnlyHint: true, "x-own": 1 },
			outputSchema: { type: "object", oneOf: [{}], properties: { a: {} }, required: ["a"] },
			execution: { taskSupport: "optional" },
			icons: [{ src: "https://example.com/i.png", mimeType: "image/png", sizes: ["48x48"], theme: "dark", own: 1 }],
			_meta: { "x/y": 9 },
			"x-unknown": [1],
		};
		expect(JSON.stringify(exposed(fields))).toBe(JSON.stringify({ name: "g_t", inputSchema, ...fields }));
	});

	test("has a safe input schema", () => {
		const schema = { anyOf: [{ properties: { a: { type: "array" } } }] };
		expect(exposed({ inputSchema: schema })?.inputSchema).toEqual({
			type: "object",
			properties: { a: { type: "array", items: {} } },
		});
		expect(exposed({ inputSchema: undefined })?.inputSchema).toEqual(inputSchema);
	});

	test.each<object>([
		{ outputSchema: { properties: {} } },
		{ outputSchema: { type: "array", items: {} } },
		{ outputSchema: { type: ["object", "null"] } },
		{ outputSchema: { type: "object", properties: { a: true } } },
		{ outputSchema: { type: "object", required: "a" } },
		{ outputSchema: null },
		{ title: null },
		{ description: 1 },
		{ annotations: null },
		{ annotations: { readOnlyHint: "true" } },
		{ annotations: { title: 1 } },
		{ execution: { taskSupport: "sometimes" } },
		{ icons: [{ mimeType: "image/png" }] },
		{ icons: [{ src: "x", sizes: "48x48" }] },
		{ icons: "x" },
		{ _meta: [] },
	])("has no field for which the SDK throws the whole list away: %j", (fields) => {
		expect(exposed(fields)).toEqual({ name: "g_t", inputSchema });
	});

	test("is not made by changing the server's", () => {
		const definition = tool("t", { inputSchema: { allOf: [{ type: "object" }] }, outputSchema: {} });
		const before = JSON.stringify(definition);
		exposeTools([{ name: "g", expose: "direct", tools: [definition] }], prefixed);
		expect(JSON.stringify(definition)).toBe(before);
	});

	test("property: no tool makes the SDK throw the list away", () => {
		const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ type: "object" }));
		const keys = fc.constantFrom(
			"inputSchema",
			"outputSchema",
			"title",
			"description",
			"annotations",
			"execution",
			"icons",
			"_meta",
		);
		fc.assert(
			fc.property(fc.dictionary(keys, field), (fields) => {
				const { definitions } = exposeTools([{ name: "g", expose: "direct", tools: [tool("t", fields)] }], prefixed);
				expect(ListToolsResultSchema.safeParse({ tools: definitions }).error?.issues ?? []).toEqual([]);
			}),
		);
	});
});
