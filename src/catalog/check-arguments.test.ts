import { expect, spyOn, test } from "bun:test";

import * as fc from "fast-check";

import { createArgumentChecker } from "./check-arguments.ts";

const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
	type: "object",
	properties,
	...more,
});

const draft07 = "http://json-schema.org/draft-07/schema#";
const shapes = [
	object({ kind: { const: "circle" }, radius: { type: "number" } }, { required: ["kind", "radius"] }),
	object({ kind: { const: "square" }, side: { type: "number" } }, { required: ["kind", "side"] }),
];

/** All problems as one line each. */
function problems(inputSchema: unknown, args: unknown): string[] {
	return createArgumentChecker()
		.check({ name: "t", inputSchema }, args)
		.map(({ path, message }) => `${path}: ${message}`);
}

const cases: [schema: unknown, args: unknown, problems: string[]][] = [
	[object({ message: { type: "string" } }, { required: ["message"] }), {}, [': "message" is required']],
	[object({ message: { type: "string" } }, { required: ["message"] }), undefined, [': "message" is required']],
	[
		object({ file_path: { type: "string" } }, { required: ["file_path"] }),
		{ filePath: "a" },
		[': "file_path" is required; "filePath" is not a parameter'],
	],
	[object({}), [], [": must be object, got array []"]],
	[object({ constructor: { type: "string" }, toString: { type: "string" } }), {}, []],
	[object({ constructor: { type: "string" } }, { required: ["constructor"] }), {}, [': "constructor" is required']],
	[object({ n: { type: "integer" } }), { n: "5" }, ['n: must be integer, got string "5"']],
	[object({ n: { type: ["integer", "null"] } }), { n: true }, ["n: must be integer or null, got boolean true"]],
	[object({ n: { type: "integer" } }), { n: null }, ["n: must be integer, got null"]],
	[object({ e: { enum: ["a", "b"] } }), { e: "c" }, ['e: must be one of "a", "b", got "c"']],
	[object({ e: { const: 1 } }), { e: 2 }, ["e: must be 1, got 2"]],
	[object({ n: { minimum: 3 } }), { n: 1 }, ["n: must be >= 3, got 1"]],
	[object({ a: { minItems: 1 } }), { a: [] }, ["a: must not have fewer than 1 items"]],
	[
		object({ a: { not: { const: 1 } }, b: false }),
		{ a: 1, b: 1 },
		['a: must not match {"const":1}', "b: is not allowed"],
	],
	[
		object({ color: {} }, { additionalProperties: false }),
		{ colour: 1, zzz: 2 },
		[': unknown parameter "colour"; did you mean "color"?', ': unknown parameter "zzz"'],
	],
	[
		object({ edits: { type: "array", items: object({ "old text": { type: "string" } }) } }),
		{ edits: [{}, { "old text": 1 }] },
		['edits[1]["old text"]: must be string, got number 1'],
	],
	[
		object({ a: { anyOf: [{ type: "string" }, { type: "null" }] } }),
		{ a: 5 },
		["a: must be string | null, got number 5"],
	],
	[object({ s: { oneOf: shapes } }), { s: { kind: "square" } }, ['s: "side" is required']],
	[
		object({ s: { oneOf: shapes } }),
		{ s: { kind: "line" } },
		['s: must be {kind: "circle", radius: number} | {kind: "square", side: number}, got object {"kind":"line"}'],
	],
	[
		object({ n: { oneOf: [{ minimum: 1 }, { minimum: 2 }, { maximum: 0 }] } }),
		{ n: 3 },
		["n: must fit only one of number(>=1) | number(>=2) | number(<=0), got number 3"],
	],
	[
		object(
			{ s: { anyOf: [{ $ref: "#/$defs/List" }, { type: "null" }] } },
			{ $defs: { List: { type: "array", items: { type: "string" } } } },
		),
		{ s: ["a", 1] },
		["s[1]: must be string, got number 1"],
	],
	[
		object({ a: {}, b: {} }, { required: ["a"], anyOf: [{ required: ["b"] }, { required: ["c"] }] }),
		{},
		[": must be {b: any} | {c: any}, got object {}", ': "a" is required'],
	],
	[object({}, { if: { not: { required: ["a"] } }, else: { required: ["b"] } }), { a: 1 }, [': "b" is required']],
	[object({}, { propertyNames: { pattern: "^x" } }), { a: 1 }, [': the name "a" must match pattern "^x"']],
	[object({ u: { type: "string", format: "uri" } }), { u: "a b" }, ['u: must match format "uri", got "a b"']],
	[object({ u: { type: "string", format: "no-such" } }), { u: "a b" }, []],
	[object({ a: { type: "array", items: [{ type: "string" }] } }), { a: [1] }, ["a[0]: must be string, got number 1"]],
	[
		object({ a: { type: "array", items: [{ type: "string" }] } }, { $schema: draft07 }),
		{ a: [1] },
		["a[0]: must be string, got number 1"],
	],
	[
		object({ a: { prefixItems: [{ type: "string" }] } }, { $schema: "https://json-schema.org/draft/2020-12/schema" }),
		{ a: [1] },
		["a[0]: must be string, got number 1"],
	],
];

test.each(cases)("%j given %j", (schema, args, expected) => {
	expect(problems(schema, args)).toEqual(expected);
});

test("long values and long lists are cut", () => {
	const many = Array.from({ length: 1_000 }, (_, index) => `value ${index}`);
	const found = problems(object({ a: { enum: many }, b: { type: "integer" } }), { a: 1, b: "🙂".repeat(500) });
	expect(found.map((line) => line.length < 520 && line.isWellFormed())).toEqual([true, true]);
	const items = problems({ type: "object", additionalProperties: { type: "string" } }, Array.from({ length: 40 }));
	expect(items).toEqual([`: must be object, got array [${"null,".repeat(11)}null…`]);
	const each = problems(object({ a: { items: { type: "string" } } }), { a: many.map(() => 1) });
	expect([each.length, each.at(-1)]).toEqual([13, ": and 988 more problems"]);
});

const unusable: [what: string, schema: unknown][] = [
	["missing", undefined],
	["null", null],
	["a list", []],
	["an unknown type", object({ a: { type: "file" } })],
	["a keyword of the wrong kind", object({ a: { minLength: "5" } })],
	[
		"draft-04",
		object({ a: { minimum: 1, exclusiveMinimum: true } }, { $schema: "http://json-schema.org/draft-04/schema#" }),
	],
	["a remote reference", object({ a: { $ref: "https://example.com/schema" } })],
	["a broken reference", object({ a: { $ref: "#/$defs/none" } })],
	["asynchronous", object({ a: { type: "string" } }, { $async: true })],
	["too large", object({ a: { type: "string" }, b: { description: "x".repeat(100_000) } })],
	["too deep", object({ a: { type: "string" }, b: JSON.parse(`${'{"not":'.repeat(2_000)}{}${"}".repeat(2_000)}`) })],
	["a pattern that is no regular expression", object({ a: { type: "string", pattern: "(?P<x" } })],
	["a pattern that backtracks for ever", object({ a: { type: "string", pattern: "^(a+)+$" } })],
];

test.each(unusable)("a schema that is %s lets everything pass and says nothing", (_, schema) => {
	const spies = (["log", "warn", "error"] as const).map((method) => spyOn(console, method));
	expect(problems(schema, { a: `${"a".repeat(40)}!` })).toEqual([]);
	expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
	for (const spy of spies) spy.mockRestore();
});

test("a pattern that is only valid without the u flag is used", () => {
	expect(problems(object({ a: { type: "string", pattern: "^[\\w-.]+$" } }), { a: "!" })).toEqual([
		'a: must match pattern "^[\\w-.]+$", got "!"',
	]);
});

test("schemas that share an $id, and a schema that refers to itself, are all used", () => {
	const checker = createArgumentChecker();
	const tool = (type: string) => ({
		name: "t",
		inputSchema: object({ a: { type } }, { $id: "https://example.com/one" }),
	});
	const tree = { name: "t", inputSchema: object({ sub: { $ref: "#" } }, { required: ["x"] }) };
	expect([
		checker.check(tool("string"), { a: 1 }),
		checker.check(tool("integer"), { a: "x" }),
		checker.check(tree, { x: 1, sub: { x: 1, sub: {} } }),
	]).toEqual([
		[{ path: "a", message: "must be string, got number 1" }],
		[{ path: "a", message: 'must be integer, got string "x"' }],
		[{ path: "sub.sub", message: '"x" is required' }],
	]);
});

test("definitions that are used many times compile in no time", () => {
	const fields = Array.from({ length: 300 }, (_, index) => [`p${index}`, index] as const);
	const big = object(Object.fromEntries(fields.map(([name]) => [name, { type: "string", minLength: 1 }])));
	const uses = Object.fromEntries(fields.map(([name]) => [name, { $ref: "#/$defs/Big" }]));
	expect(problems(object(uses, { $defs: { Big: big } }), { p7: { p8: "" } })).toEqual([
		'p7.p8: must not have fewer than 1 characters, got ""',
	]);
});

test("property: nothing throws, and arguments and schema stay as they were", () => {
	const key = fc.constantFrom(
		"type",
		"properties",
		"items",
		"required",
		"anyOf",
		"default",
		"format",
		"$ref",
		"enum",
		"a",
	);
	const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
		schema: fc.oneof(
			{ depthSize: "medium" },
			fc.constantFrom(null, true, "string", "integer", "array", "object", "__proto__", "#", {}, []),
			fc.array(tie("schema"), { maxLength: 2 }),
			fc.dictionary(key, tie("schema"), { maxKeys: 4 }),
		),
	}));
	fc.assert(
		fc.property(schema, fc.jsonValue(), (inputSchema, args) => {
			const before = JSON.stringify([inputSchema, args]);
			const found = createArgumentChecker().check({ name: "t", inputSchema }, args);
			expect(found.every(({ message }) => message !== "")).toBe(true);
			expect(JSON.stringify([inputSchema, args])).toBe(before);
		}),
		{ numRuns: 300 },
	);
});
