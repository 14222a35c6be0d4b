import { expect, test } from "bun:test";

import { Ajv2020 } from "ajv/dist/2020";
import * as fc from "fast-check";

import { safeInputSchema } from "./safe-schema.ts";

/** Schemas as strangers write them, with references that lead somewhere. */
const anySchema = fc.letrec<{ schema: unknown }>((tie) => {
	const inner = tie("schema");
	const map = fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), inner, { maxKeys: 3 });
	const list = fc.array(inner, { maxLength: 3 });
	const fields = fc.record(
		{
			type: fc.constantFrom<unknown>("object", "array", "string", ["object", "null"], 1),
			properties: fc.oneof({ weight: 5, arbitrary: map }, fc.jsonValue()),
			required: fc.oneof(fc.array(fc.constantFrom("a", "b", "c")), fc.jsonValue()),
			allOf: fc.oneof({ weight: 5, arbitrary: list }, fc.jsonValue()),
			anyOf: list,
			oneOf: list,
			not: inner,
			enum: fc.array(fc.jsonValue(), { maxLength: 2 }),
			const: fc.jsonValue(),
			items: fc.oneof(inner, list),
			$defs: map,
			additionalProperties: inner,
			$ref: fc.constantFrom("#", "#/$defs/a", "#/anyOf/0", "#/allOf/0/properties/a", "#/not", "#/oneOf/1", "x"),
			description: fc.string({ maxLength: 3 }),
		},
		{ requiredKeys: [] },
	);
	return { schema: fc.oneof({ maxDepth: 3 }, fc.boolean(), { weight: 8, arbitrary: fields }) };
}).schema;

test("property: a safe schema is safe, stays the same when made safe again, and the one it was made of is not changed", () => {
	fc.assert(
		fc.property(anySchema, (schema) => {
			const before = JSON.stringify(schema);
			const safe = safeInputSchema(schema);
			const properties: unknown[] = Object.values(safe["properties"] as object);
			expect({
				written: JSON.stringify(schema),
				isSame: safeInputSchema(safe) === safe,
				type: safe["type"],
				branches: ["allOf", "anyOf", "oneOf", "enum", "not"].filter((key) => Object.hasOwn(safe, key)),
				odd: properties.filter((value) => typeof value !== "object" || value === null),
			}).toEqual({ written: before, isSame: true, type: "object", branches: [], odd: [] });
		}),
		{ numRuns: 200 },
	);
});

test("property: what fits a schema fits the safe one, when no branch leaves a property open", () => {
	const value = fc.constantFrom<object>(
		{ type: "string" },
		{ type: "number" },
		{ const: 1 },
		{ enum: ["x", 2] },
		{ minimum: 2 },
		{},
		{ type: "null" },
	);
	const branch = fc.record({
		properties: fc.record({ a: value, b: value }),
		required: fc.subarray(["a", "b"]),
	});
	const composed = fc.record(
		{
			anyOf: fc.array(branch, { minLength: 1, maxLength: 3 }),
			allOf: fc.array(branch, { minLength: 1, maxLength: 2 }),
			oneOf: fc.array(branch, { minLength: 1, maxLength: 2 }),
		},
		{ requiredKeys: [] },
	);
	const schema = fc.oneof(
		composed,
		fc.tuple(branch, composed).map(([own, more]) => ({ ...own, ...more })),
	);
	const instances = [undefined, 1, 2, "x", null].flatMap((a) =>
		[undefined, 1, 3, "y", null].map((b) => ({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })),
	);
	const ajv = () => new Ajv2020({ strict: false, validateSchema: false, meta: false });
	fc.assert(
		fc.property(schema, (written) => {
			const [fits, fitsSafe] = [ajv().compile(written), ajv().compile(safeInputSchema(written))];
			expect(instances.filter((instance) => fits(instance) && !fitsSafe(instance))).toEqual([]);
		}),
		{ numRuns: 60 },
	);
});
