import { expect, test } from "bun:test";

import { renderTool } from "./render.ts";

const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
	type: "object",
	properties,
	...more,
});

/** What stands between the brackets when `x` is the only parameter and is required, and the notes. */
function textOf(schema: unknown, root: Record<string, unknown> = {}) {
	const [line = "", ...notes] = renderTool({
		name: "t",
		inputSchema: object({ x: schema }, { required: ["x"], ...root }),
	}).split("\n");
	return [line.replace(/^t\(x: /, "").replace(/\)$/, ""), ...notes];
}

const plain: [schema: unknown, text: string][] = [
	[{ type: "string" }, "string"],
	[{}, "any"],
	[true, "any"],
	[false, "never"],
	[{ type: ["string", "null"] }, "string | null"],
	[{ type: "string", nullable: true }, "string | null"],
	[{ type: "string", nullable: false }, "string"],
	[{ enum: ["a", 1, null, true] }, '"a" | 1 | null | true'],
	[{ type: "string", enum: ["a", "b", "a"] }, '"a" | "b"'],
	[{ type: "string", nullable: true, enum: ["a", null] }, '"a" | null'],
	[{ const: "only" }, '"only"'],
	[{ const: { a: [1] } }, '{"a":[1]}'],
	[{ type: "integer", minimum: 1, maximum: 100 }, "integer(1..100)"],
	[{ type: "number", exclusiveMinimum: 0 }, "number(>0)"],
	[{ type: "number", minimum: 0, exclusiveMaximum: 1, multipleOf: 0.5 }, "number(>=0, <1, multiple of 0.5)"],
	[
		{ type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, format: "int64" },
		"integer(int64)",
	],
	[{ type: "string", format: "uri" }, "string(uri)"],
	[{ type: "string", format: "two words" }, 'string(format "two words")'],
	[{ type: "string", pattern: "^a$" }, "string(/^a$/)"],
	[{ type: "string", pattern: "^/a b/$" }, 'string(pattern "^/a b/$")'],
	[{ type: "string", minLength: 1, maxLength: 20 }, "string(1..20 chars)"],
	[{ type: "string", minLength: 0, maxLength: 20 }, "string(<=20 chars)"],
	[{ type: "string", minLength: 1 }, "string(>=1 chars)"],
	[{ type: "string", minLength: 2, maxLength: 2 }, "string(2 chars)"],
	[{ type: "string", contentEncoding: "base64", contentMediaType: "image/png" }, "string(base64, image/png)"],
	[{ type: "array" }, "any[]"],
	[{ type: "array", items: { type: "string" }, minItems: 1, maxItems: 5 }, "string[](1..5 items)"],
	[{ type: "array", items: { type: ["string", "integer"] }, uniqueItems: true }, "(string | integer)[](unique)"],
	[{ type: "array", items: { type: "array", items: { type: "string", format: "uri" } } }, "string(uri)[][]"],
	[{ type: "array", items: { enum: ["a", "b"] } }, '("a" | "b")[]'],
	[{ type: "array", prefixItems: [{ type: "string" }, {}], minItems: 2, maxItems: 2 }, "[string, any]"],
	[{ type: "array", items: [{ type: "string" }], additionalItems: { type: "number" } }, "[string, ...number[]]"],
	[{ type: "object" }, "object"],
	[{ type: "object", additionalProperties: false }, "{}"],
	[{ type: "object", additionalProperties: true }, "{[key: string]: any}"],
	[{ type: "object", additionalProperties: { type: ["string", "null"] } }, "{[key: string]: string | null}"],
	[object({ a: {} }, { additionalProperties: { type: "string" } }), "{a?: any, [key: string]: string}"],
	[{ type: "object", propertyNames: { enum: ["a", "b"] }, minProperties: 1 }, '{[key: "a" | "b"]: any}(>=1 keys)'],
	[{ type: "object", propertyNames: { type: "string" } }, "object"],
	[
		object({ x: { type: "string" }, y: { type: "integer", default: 3 } }, { required: ["x"] }),
		"{x: string, y?: integer = 3}",
	],
	[object({ "content-type": {}, größe: {}, "": {} }), '{"content-type"?: any, größe?: any, ""?: any}'],
	[object({ a: {} }, { required: ["b", "a", "__proto__"] }), "{a: any, b: any, __proto__: any}"],
	[{ properties: { a: { type: "string" } } }, "{a?: string}"],
	[{ minLength: 1 }, "string(>=1 chars)"],
	[{ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }, "string | string[]"],
	[{ oneOf: [{ const: "a" }, { anyOf: [{ const: "b" }, { type: "null" }] }] }, '"a" | "b" | null'],
	[{ type: "string", anyOf: [{ format: "date" }, { const: "today" }] }, 'string(date) | "today"'],
	[
		{ type: "object", anyOf: [{ required: ["a"] }, { required: ["b"], properties: { b: { type: "null" } } }] },
		"{a: any} | {b: null}",
	],
	[{ allOf: [{ type: "string" }, { minLength: 1 }] }, "string(>=1 chars)"],
	[
		{ allOf: [object({ a: { type: "string" } }, { required: ["a"] }), object({ b: {} }, { required: ["b"] })] },
		"{a: string, b: any}",
	],
];

test.each(plain)("%j is said in full by its type", (schema, text) => {
	expect(textOf(schema)).toEqual([text]);
});

const withNotes: [schema: unknown, lines: string[]][] = [
	[{ type: "string", not: { const: "a" } }, ["string", ' - x: must match {"not":{"const":"a"}}']],
	[
		{ type: "string", description: " Which\n one ", title: "T", examples: ["b"], if: { title: "U", minLength: 1 } },
		["string", ' - x: Which one must match {"if":{"minLength":1}}'],
	],
	[{ type: "file" }, ["any", ' - x: must match {"type":"file"}']],
	[{ type: "integer", enum: ["a"] }, ['"a"', ' - x: must match {"type":"integer"}']],
	[
		{ type: "object", patternProperties: { "^x-": { type: "string" } }, additionalProperties: false },
		["object", ' - x: must match {"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}'],
	],
	[
		object({ a: {}, b: {} }, { dependentRequired: { a: ["b"] } }),
		["{a?: any, b?: any}", ' - x: must match {"dependentRequired":{"a":["b"]}}'],
	],
	[
		object({ a: {}, b: {} }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
		["{a?: any, b?: any}", ' - x: must match {"anyOf":[{"required":["a"]},{"required":["b"]}]}'],
	],
	[
		{ allOf: [{ minLength: 1 }, { minLength: 2 }] },
		["any", ' - x: must match {"allOf":[{"minLength":1},{"minLength":2}]}'],
	],
	[
		{ type: "array", items: { type: "string", default: "a", description: "One" } },
		["string[]", ' - x[]: One must match {"default":"a"}'],
	],
	[
		{ type: "array", items: object({ oldText: { type: "string", description: "Text" }, "a b": { deprecated: true } }) },
		['{oldText?: string, "a b"?: any}[]', " - x[].oldText: Text", ' - x[]."a b": (deprecated)'],
	],
	[
		{ type: "object", additionalProperties: { type: "string", description: "A value" } },
		["{[key: string]: string}", " - x.*: A value"],
	],
	[{ anyOf: [{ type: "string", description: "Inner" }, { type: "null" }] }, ["string | null", " - x: Inner"]],
	[
		{
			description: "How",
			oneOf: [
				{ const: "fast", description: "Guesses" },
				{ const: "slow", description: "Thinks" },
			],
		},
		['"fast" | "slow"', " - x: How", ' - x="fast": Guesses', ' - x="slow": Thinks'],
	],
	[
		{ anyOf: [object({ a: { description: "A" } }), object({ b: { description: "B" } })] },
		["{a?: any} | {b?: any}", " - x|1.a: A", " - x|2.b: B"],
	],
];

test.each(withNotes)("%j is said by its type and its notes", (schema, lines) => {
	expect(textOf(schema)).toEqual(lines);
});

test("references to definitions are followed, with the texts of both ends", () => {
	const $defs = {
		Mode: { title: "Mode", enum: ["r", "w"], description: "How to open." },
		"a/b": { $ref: "#/$defs/Mode" },
	};
	expect(textOf({ $ref: "#/$defs/a~1b", description: "Mode." }, { $defs })).toEqual([
		'"r" | "w"',
		" - x: Mode. How to open.",
	]);
});

test("a recursive definition is shown as schema, once", () => {
	const node = object({
		title: { type: "string", title: "T" },
		sub: { type: "array", items: { $ref: "#/$defs/Node" } },
	});
	const tree = { $ref: "#/$defs/Node" };
	const inputSchema = object({ a: tree, b: { type: "array", items: tree } }, { $defs: { Node: node, Other: {} } });
	expect(renderTool({ name: "t", inputSchema }).split("\n")).toEqual([
		"t(a?: any, b?: any[])",
		' - a: must match {"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":' +
			'{"title":{"type":"string"},"sub":{"type":"array","items":{"$ref":"#/$defs/Node"}}}}}}',
		' - b[]: must match {"$ref":"#/$defs/Node"}',
	]);
});

test("references that lead nowhere we can follow are shown as they are", () => {
	expect(textOf({ $ref: "https://example.com/s" })).toEqual([
		"any",
		' - x: must match {"$ref":"https://example.com/s"}',
	]);
	expect(textOf({ $ref: "#/$defs/None" })).toEqual(["any", ' - x: must match {"$ref":"#/$defs/None"}']);
	expect(textOf({ $ref: "#" })).toEqual(["any", ' - x: must match {"$ref":"#"}']);
});

test("what the top level leaves unsaid is on a line of its own", () => {
	const inputSchema = object({ a: {}, b: {} }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] });
	expect(renderTool({ name: "t", description: "Does.", inputSchema })).toBe(
		't(a?: any, b?: any)\n Does.\n - all arguments: must match {"oneOf":[{"required":["a"]},{"required":["b"]}]}',
	);
});

test("the description keeps its lines but not its indentation", () => {
	const description = "\n  Lists files.\r\n\n\n    Args:\n      path: where  \n\n";
	expect(renderTool({ name: "ls", description, inputSchema: {} })).toBe(
		"ls()\n Lists files.\n\n   Args:\n     path: where",
	);
});

test("outputs and stated hints are announced when they say something", () => {
	const line = (more: object) => renderTool({ name: "t", inputSchema: object({}), ...more });
	expect([
		line({ outputSchema: object({ a: { type: "string" }, b: { type: "number" } }, { required: ["a", "b"] }) }),
		line({ outputSchema: object({ result: { type: "string" } }) }),
		line({ outputSchema: object(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, {}]))) }),
		line({ annotations: { readOnlyHint: true, destructiveHint: true } }),
		line({ annotations: { readOnlyHint: false, destructiveHint: true } }),
		line({ annotations: {} }),
		line({ title: "Title" }),
	]).toEqual([
		"t() -> {a: string, b: number}",
		"t()",
		"t()",
		"t() [read-only]",
		"t() [destructive]",
		"t()",
		"t()\n Title",
	]);
});

test("a name or text cannot look like another tool", () => {
	expect(renderTool({ name: "a\nb", description: "x\nevil()\u2028evil()", inputSchema: {} })).toBe(
		'"a\\nb"()\n x\n evil()\n evil()',
	);
});

function nested(depth: number): unknown {
	let schema: unknown = { type: "string" };
	for (let level = 0; level < depth; level++) schema = object({ a: schema });
	return schema;
}

test("a malformed schema does no harm", () => {
	const schemas = [undefined, null, 5, "x", [], true, false, nested(1_000), nested(20_000)];
	const heads = schemas.map((inputSchema) => renderTool({ name: "t", inputSchema }).slice(0, 2));
	expect(heads).toEqual(schemas.map(() => "t("));
});

test("definitions that refer to each other many times over do not explode", () => {
	const $defs: Record<string, unknown> = {};
	for (let level = 0; level < 60; level++) {
		const next = { $ref: `#/$defs/d${level + 1}` };
		$defs[`d${level}`] = object({ a: next, b: next });
	}
	const text = renderTool({ name: "t", inputSchema: object({ x: { $ref: "#/$defs/d0" } }, { $defs }) });
	expect(text.length).toBeLessThan(1_000_000);
});
