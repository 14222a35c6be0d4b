import { describe, expect, test } from "bun:test";

import type { Schema } from "../catalog/schema-parts.ts";
import { safeInputSchema } from "./safe-schema.ts";

const string = { type: "string" };
const number = { type: "number" };
const object = (properties: object, ...required: string[]) => ({ type: "object", properties, required });

/** From text, as an object with a `then` is taken for a promise. */
const conditional = (text: string) => JSON.parse(text) as Schema;

describe("what is fine is returned itself:", () => {
	test.each<[string, Schema]>([
		["no properties", { type: "object", properties: {} }],
		["properties", object({ a: string, b: { type: "array", items: string } }, "a")],
		["what else there can be", { ...object({ a: { $ref: "#/$defs/A" } }), $schema: "x", $defs: { A: string } }],
		[
			"conditions",
			conditional(
				'{"if":{"required":["a"]},"then":{},"else":{},"type":"object","properties":{"a":{}},"dependentSchemas":{"a":{}}}',
			),
		],
		["properties that are closed or open", { ...object({}), additionalProperties: { type: "object", properties: {} } }],
		[
			"unions below the top",
			object({ a: { anyOf: [string, { type: "null" }], oneOf: [{}], allOf: [true], not: false } }),
		],
		["a tuple of the older drafts", object({ a: { type: "array", items: [string, number] } })],
		["data that looks like a schema", object({ a: { default: { type: "object" }, enum: [{ type: "array" }] } })],
		["a property whose name is a keyword", object({ items: string, type: string, $ref: string, anyOf: string })],
		["a reference at the top, beside properties", { ...object({ a: string }), $ref: "#/$defs/A", $defs: { A: {} } }],
	])("%s", (_, schema) => {
		expect(safeInputSchema(schema)).toBe(schema);
	});
});

describe("the top is an object with properties:", () => {
	test.each<[unknown, object]>([
		[undefined, { type: "object", properties: {} }],
		[null, { type: "object", properties: {} }],
		[true, { type: "object", properties: {} }],
		[[string], { type: "object", properties: {} }],
		[{}, { type: "object", properties: {} }],
		[{ type: "object" }, { type: "object", properties: {} }],
		[
			{ type: "object", additionalProperties: true },
			{ type: "object", additionalProperties: true, properties: {} },
		],
		[{ properties: { a: string } }, { properties: { a: string }, type: "object" }],
		[
			{ type: ["object", "null"], properties: {} },
			{ type: "object", properties: {} },
		],
		[{ type: "string" }, { type: "object", properties: {} }],
		[
			{ type: "object", properties: null },
			{ type: "object", properties: {} },
		],
		[object({ a: true, b: false, c: "x" }), object({ a: {}, b: { not: {} }, c: {} })],
		[
			{ type: "object", properties: {}, required: null },
			{ type: "object", properties: {} },
		],
		[
			{ type: "object", properties: {}, required: [1] },
			{ type: "object", properties: {} },
		],
		[
			{ type: "object", properties: {}, enum: [{}], not: {} },
			{ type: "object", properties: {} },
		],
	])("%j becomes %j", (schema, expected) => {
		expect(safeInputSchema(schema)).toEqual(expected as never);
	});

	test("keywords keep their order, and new ones come last", () => {
		const schema = { $schema: "x", properties: { a: string }, anyOf: [{ properties: { b: string } }], $defs: {} };
		expect(Object.keys(safeInputSchema(schema))).toEqual(["$schema", "properties", "$defs", "type"]);
	});

	test("a property may be called __proto__", () => {
		const schema: unknown = JSON.parse('{"anyOf":[{"properties":{"__proto__":{"type":"string"}}}]}');
		expect(JSON.stringify(safeInputSchema(schema))).toBe(
			'{"properties":{"__proto__":{"type":"string"}},"type":"object"}',
		);
	});
});

describe("below the top", () => {
	const safeProperty = (schema: unknown) => (safeInputSchema(object({ a: schema })).properties as { a: unknown }).a;
	const bare = { type: "object" };
	const full = { type: "object", properties: {} };

	test.each<[unknown, unknown]>([
		[bare, full],
		[{ type: ["object", "null"] }, { type: ["object", "null"], properties: {} }],
		[{ type: "object", properties: null }, full],
		[
			{ type: "object", additionalProperties: string },
			{ type: "object", additionalProperties: string, properties: {} },
		],
		[{ type: "array" }, { type: "array", items: {} }],
		[
			{ type: ["array", "object"], minItems: 1 },
			{ type: ["array", "object"], minItems: 1, properties: {}, items: {} },
		],
		[
			{ type: "array", items: bare },
			{ type: "array", items: full },
		],
		[{ anyOf: [bare, true, { allOf: [bare] }] }, { anyOf: [full, true, { allOf: [full] }] }],
		[{ properties: { b: bare } }, { properties: { b: full } }],
		[
			{ default: bare, enum: [bare], const: bare, examples: [bare] },
			{ default: bare, enum: [bare], const: bare, examples: [bare] },
		],
		[true, {}],
	])("%j becomes %j", (schema, expected) => {
		expect(safeProperty(schema)).toEqual(expected);
	});

	test("every place for a schema is looked into", () => {
		const one = Object.fromEntries(
			["if", "then", "else", "contains", "propertyNames", "additionalProperties", "not"].map((key) => [key, bare]),
		);
		const maps = Object.fromEntries(
			["$defs", "definitions", "patternProperties", "dependentSchemas"].map((key) => [key, { x: bare }]),
		);
		const text = JSON.stringify(
			safeProperty({ ...one, ...maps, dependencies: { x: bare, y: ["z"] }, prefixItems: [bare] }),
		);
		expect(text.split(JSON.stringify(bare)).length - 1).toBe(0);
		expect(text.split(JSON.stringify(full)).length - 1).toBe(13);
	});
});

test("the schema of the protocol's conformance suite loses nothing but what APIs refuse at the top", () => {
	const before = `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":
		{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"}}}},"properties":{"name":{"type":
		"string"},"address":{"$ref":"#/$defs/address"},"phone":{"type":"string"},"email":{"type":"string"}}`;
	const after = `"if":{"properties":{"name":{"const":"x"}},"required":["name"]},"then":{"required":["phone"]},"else":
		{"required":["email"]},"additionalProperties":false}`;
	const allOf = '"allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}]';
	const safe = safeInputSchema(JSON.parse(`${before},${allOf},${after}`));
	expect(JSON.stringify(safe)).toBe(JSON.stringify(JSON.parse(`${before},${after}`)));
});

describe("what is too deep or too large", () => {
	const deep = (levels: number) =>
		JSON.parse('{"items":'.repeat(levels) + '{"type":"array"}' + "}".repeat(levels)) as object;

	test("is left alone below the top", () => {
		const large = object({ a: { type: "array", enum: Array.from({ length: 20_000 }, (_, index) => index) } });
		const fine = [object({ a: deep(200) }), object({ a: deep(100_000) }), large];
		expect(fine.map((schema) => safeInputSchema(schema) === schema)).toEqual([true, true, true]);
	});

	test("loses its branches", () => {
		const schema = { $id: "x", anyOf: [object({ a: deep(100_000) })] };
		expect(safeInputSchema(schema)).toEqual({ $id: "x", type: "object", properties: {} });
	});

	test("takes no time and no room, however references lead to each other", () => {
		const doubling = Array.from({ length: 60 }, (_, level) => {
			const next = { $ref: `#/$defs/d${level + 1}` };
			return [`d${level}`, { anyOf: [next, { allOf: [next, object({ p: { minLength: level } })] }] }] as const;
		});
		const wide = {
			base: object(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`p${index}`, string]))),
		};
		const schemas = [
			{ $ref: "#/$defs/d0", $defs: { ...Object.fromEntries(doubling), d60: object({ p: string }) } },
			{ anyOf: Array.from({ length: 2000 }, () => ({ allOf: [{ $ref: "#/$defs/base" }] })), $defs: wide },
			{ allOf: Array.from({ length: 3000 }, (_, index) => object({ p: { [`x-${index}`]: "text ".repeat(50) } })) },
		];
		const growth = schemas.map(
			(schema) => JSON.stringify(safeInputSchema(schema)).length / JSON.stringify(schema).length,
		);
		expect(growth.filter((factor) => factor > 3)).toEqual([]);
	});
});
