import { describe, expect, test } from "bun:test";

import { byteLength } from "../base/text.ts";
import { jsonWriter } from "./json-writer.ts";

const string = { type: "string" };
const open = {
	name: "open",
	description: "Opens a file. Then waits.",
	inputSchema: {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "Arguments",
		type: "object",
		properties: {
			path: { type: "string", title: "Path", description: "Where", examples: ["/a"] },
			mode: { enum: ["r", "w"], default: "r", description: "How", nullable: false },
			description: { type: "object", properties: { title: string }, required: [], additionalProperties: false },
		},
		required: ["path"],
		additionalProperties: false,
	},
	annotations: { title: "Open", readOnlyHint: true, openWorldHint: false },
	outputSchema: { type: "object" },
};

test("a tool is one line of JSON without what tells a caller nothing", () => {
	expect(jsonWriter.full(open)).toBe(
		'{"name":"open","description":"Opens a file. Then waits.","inputSchema":{"type":"object","properties":{' +
			'"path":{"type":"string","description":"Where"},"mode":{"enum":["r","w"],"default":"r","description":"How"},' +
			'"description":{"type":"object","properties":{"title":{"type":"string"}}}},"required":["path"]},' +
			'"annotations":{"readOnlyHint":true}}',
	);
});

test("in brief it has the first sentence and a schema without descriptions", () => {
	expect(jsonWriter.brief(open)).toBe(
		'{"name":"open","description":"Opens a file. …","inputSchema":{"type":"object","properties":{' +
			'"path":{"type":"string"},"mode":{"enum":["r","w"],"default":"r"},' +
			'"description":{"type":"object","properties":{"title":{"type":"string"}}}},"required":["path"]},' +
			'"annotations":{"readOnlyHint":true}}',
	);
});

test("shorter yet it has no schema", () => {
	expect(jsonWriter.purpose(open)).toBe(
		'{"name":"open","description":"Opens a file. …","inputSchema":"…","annotations":{"readOnlyHint":true}}',
	);
});

test("what loses nothing by it is not marked as shortened", () => {
	const tool = { name: "ls", inputSchema: { type: "object" } };
	const line = '{"name":"ls","inputSchema":{"type":"object"}}';
	expect([jsonWriter.full(tool), jsonWriter.brief(tool), jsonWriter.purpose(tool)]).toEqual([line, line, line]);
});

test("what a schema says of other properties stays where it tells something", () => {
	const schemas = [
		{ type: "object", additionalProperties: false },
		{ properties: {}, patternProperties: { "^x": string }, additionalProperties: false },
		{ properties: { a: string }, additionalProperties: string },
		{ properties: { a: string }, additionalProperties: true },
	];
	expect(schemas.map((inputSchema) => JSON.parse(jsonWriter.full({ name: "t", inputSchema })).inputSchema)).toEqual(
		schemas,
	);
});

test("references keep what they lead to", () => {
	const inputSchema = { properties: { a: { $ref: "#/$defs/A" } }, $defs: { A: { title: "A", ...string } } };
	expect(JSON.parse(jsonWriter.full({ name: "t", inputSchema })).inputSchema).toEqual({
		properties: { a: { $ref: "#/$defs/A" } },
		$defs: { A: string },
	});
});

test.each([[undefined], [null], [5], ["x"], [[]], [true]])("a schema that is none does no harm: %j", (inputSchema) => {
	const tool = { name: "t", description: 7 as never, inputSchema };
	const texts = [
		jsonWriter.full(tool),
		jsonWriter.brief(tool),
		jsonWriter.purpose(tool),
		jsonWriter.squeezed(tool, 100),
	];
	expect(texts.map((text) => JSON.parse(text).name)).toEqual(["t", "t", "t", "t"]);
});

describe("a tool that is too large", () => {
	const properties = Object.fromEntries(
		Array.from({ length: 40 }, (_, index) => [`p${index}`, { type: "string", description: "word ".repeat(20) }]),
	);
	const large = {
		name: "large",
		description: `Does it. ${"More. ".repeat(400)}`,
		inputSchema: { type: "object", properties, required: ["p0", "p1"] },
	};

	test.each([8000, 7000, 2500, 1500, 900, 300])("keeps its required parameters within %i bytes", (bytes) => {
		const text = jsonWriter.squeezed(large, bytes);
		expect([byteLength(text) <= bytes, JSON.parse(text).inputSchema.required, text.includes("…")]).toEqual([
			true,
			["p0", "p1"],
			true,
		]);
	});

	test("loses its description first, then what is said of parameters, then types", () => {
		const kept = (bytes: number) => {
			const { description, inputSchema } = JSON.parse(jsonWriter.squeezed(large, bytes));
			const { p0, p9 } = inputSchema.properties ?? {};
			return [description.length > 200, p0?.description !== undefined, p0?.type, p9?.type ?? p9];
		};
		expect([7000, 2500, 750, 300].map(kept)).toEqual([
			[true, true, "string", "string"],
			[false, false, "string", "string"],
			[false, false, "string", "…"],
			[false, false, undefined, undefined],
		]);
	});

	test("shows where there is more to a required parameter than is left of it", () => {
		const values = Array.from({ length: 500 }, (_, index) => `value ${index}`);
		const schemas = { a: { type: "string", enum: values }, b: { enum: values }, c: { type: "string", title: "C" } };
		const inputSchema = { type: "object", properties: schemas, required: ["a", "b", "c"] };
		expect(JSON.parse(jsonWriter.squeezed({ name: "t", inputSchema }, 1000)).inputSchema.properties).toEqual({
			a: { type: "string", description: "…" },
			b: "…",
			c: { type: "string" },
		});
	});

	test("of more required parameters than there is room for those left out are counted", () => {
		const required = Array.from({ length: 500 }, (_, index) => `parameter_${index}`);
		const text = jsonWriter.squeezed({ name: "t", inputSchema: { type: "object", properties: {}, required } }, 400);
		const { description, inputSchema } = JSON.parse(text);
		const left = Number(/\d+/.exec(description)?.[0]);
		expect([byteLength(text) <= 400, inputSchema.required.length + left, left > 400]).toEqual([true, 500, true]);
	});

	test("is cut in the end, when nothing else helps", () => {
		expect(byteLength(jsonWriter.squeezed({ ...large, name: "n".repeat(500) }, 100))).toBeLessThanOrEqual(100);
	});
});
