import { describe, expect, test } from "bun:test";

import { safeInputSchema } from "./safe-schema.ts";

const string = { type: "string" };
const number = { type: "number" };
const object = (properties: object, ...required: string[]) => ({ type: "object", properties, required });

describe("allOf, anyOf and oneOf at the top are put together:", () => {
	const either = (...branches: unknown[]) => safeInputSchema({ type: "object", anyOf: branches });

	test("allOf asks for all that its branches ask for", () => {
		const schema = { ...object({ a: string }, "a"), allOf: [object({ b: number }, "b"), object({ c: string })] };
		expect(safeInputSchema(schema)).toEqual(object({ a: string, b: number, c: string }, "a", "b"));
	});

	test.each(["anyOf", "oneOf"])(
		"%s has the properties of all branches, and requires what all of them do",
		(keyword) => {
			const schema = {
				...object({ a: string }, "a"),
				[keyword]: [object({ b: number, c: string }, "b", "c"), object({ c: string }, "c")],
			};
			expect(safeInputSchema(schema)).toEqual(object({ a: string, b: number, c: string }, "a", "c"));
		},
	);

	test("all three at once, within each other", () => {
		const schema = {
			allOf: [{ anyOf: [object({ a: string }, "a"), object({ b: string }, "b")] }, object({ c: string }, "c")],
			oneOf: [{ allOf: [object({ d: string }, "d")] }],
		};
		expect(safeInputSchema(schema)).toEqual(object({ a: string, b: string, c: string, d: string }, "c", "d"));
	});

	test("branches tell themselves apart by a list of values", () => {
		const branches = ["file", "folder"].map((kind) =>
			object({ kind: { type: "string", const: kind }, path: string }, "kind"),
		);
		expect(safeInputSchema({ oneOf: branches })).toEqual(
			object({ kind: { type: "string", enum: ["file", "folder"] }, path: string }, "kind"),
		);
	});

	test("also when the property is described beside them", () => {
		const kind = { type: "string", description: "What it is" };
		const schema = {
			...object({ kind }),
			oneOf: ["a", "b"].map((value) => ({ properties: { kind: { const: value } } })),
		};
		expect(safeInputSchema(schema)).toEqual(object({ kind: { ...kind, enum: ["a", "b"] } }));
	});

	test.each<[string, object[], object]>([
		["another type", [string, number], { anyOf: [string, number] }],
		["the same", [string, { type: "string" }], string],
		[
			"values with a description each",
			[{ const: 1, description: "x" }, { const: 2 }],
			{ anyOf: [{ const: 1, description: "x" }, { const: 2 }] },
		],
		["one value and several", [{ const: null }, { enum: [1, 2] }, { enum: [2] }], { enum: [null, 1, 2] }],
		["anything and something", [{}, string], { anyOf: [{}, string] }],
	])("a property that is something else in each branch: %s", (_, schemas, expected) => {
		expect(either(...schemas.map((a) => ({ properties: { a } }))).properties).toEqual({ a: expected });
	});

	test("a branch that says nothing of a property leaves it as it is described beside them", () => {
		const schema = { ...object({ a: string }), anyOf: [{ properties: { a: { minLength: 1 } } }, {}] };
		expect(safeInputSchema(schema)).toEqual(object({ a: string }));
	});

	test("of what contradicts itself the first counts", () => {
		const schema = { allOf: [object({ a: string }), object({ a: number }), object({ a: { maxLength: 9 } })] };
		expect(safeInputSchema(schema).properties).toEqual({ a: { type: "string", maxLength: 9 } });
	});

	test.each([[false], [{ type: "null" }], [{ type: ["string", "array"] }]])(
		"a branch that no object fits does not count: %j",
		(branch) => {
			expect(either(object({ a: string }, "a"), branch)).toEqual(object({ a: string }, "a"));
		},
	);

	test.each([[true], [{}], [{ $ref: "https://example.com/x" }], [{ $ref: "#/$defs/none" }], ["x"]])(
		"a branch of which nothing is known requires nothing: %j",
		(branch) => {
			expect(either(object({ a: string }, "a"), branch)).toEqual({ type: "object", properties: { a: string } });
		},
	);

	test("other properties stay forbidden where all branches forbid them", () => {
		const closed = (...names: string[]) => ({
			properties: Object.fromEntries(names.map((name) => [name, string])),
			additionalProperties: false,
		});
		const of = (...branches: object[]) => either(...branches).additionalProperties;
		expect([of(closed("a"), closed("b")), of(closed("a"), {}), of({ ...closed("a"), patternProperties: {} })]).toEqual([
			false,
			undefined,
			undefined,
		]);
	});

	test("what the top itself says of other properties stays", () => {
		const schema = { anyOf: [{ additionalProperties: false }], additionalProperties: true };
		expect(safeInputSchema(schema)).toEqual({ additionalProperties: true, properties: {}, type: "object" });
	});
});

describe("references", () => {
	const $defs = {
		A: object({ a: string }, "a"),
		B: object({ b: { $ref: "#/$defs/A" } }, "b"),
		"C/~%": object({ c: string }),
	};

	test("of branches are followed, those of properties stay", () => {
		const anyOf = [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }, { $ref: "#/$defs/C~1~0%25" }];
		expect(safeInputSchema({ anyOf, $defs })).toEqual({
			$defs,
			properties: { a: string, b: { $ref: "#/$defs/A" }, c: string },
			type: "object",
		});
	});

	test("at the top stay there, and what they point at is shown where there are no properties", () => {
		expect(safeInputSchema({ $ref: "#/$defs/A", $defs })).toEqual({ $ref: "#/$defs/A", $defs, ...$defs.A });
		expect(safeInputSchema({ $ref: "https://example.com/x" })).toEqual({
			$ref: "https://example.com/x",
			type: "object",
			properties: {},
		});
	});

	test.each<[string, object]>([
		["to themselves", { $ref: "#" }],
		[
			"in a circle",
			{ anyOf: [{ $ref: "#/$defs/A" }], $defs: { A: { allOf: [{ $ref: "#/$defs/B" }] }, B: { $ref: "#/$defs/A" } } },
		],
		["to the place they are in", { allOf: [{ $ref: "#/allOf/0" }] }],
	])("%s say nothing", (_, schema) => {
		expect(safeInputSchema(schema)).toMatchObject({ type: "object", properties: {} });
	});

	test("into a branch find it in $defs", () => {
		const schema = {
			anyOf: [object({ a: string }), object({ b: { $ref: "#/anyOf/0/properties/a" }, c: { $ref: "#/not" } })],
			oneOf: [object({ d: { type: "array", items: { $ref: "#/oneOf/0" } } })],
			not: { properties: { e: { $ref: "#/oneOf/0/properties/d" } } },
			$defs: { anyOf0: {} },
		};
		const safe = safeInputSchema(schema);
		expect(safe).toEqual({
			type: "object",
			properties: {
				a: string,
				b: { $ref: "#/$defs/anyOf0_/properties/a" },
				c: { $ref: "#/$defs/not" },
				d: { type: "array", items: { $ref: "#/$defs/oneOf0" } },
			},
			$defs: {
				anyOf0: {},
				anyOf0_: object({ a: string }),
				not: { properties: { e: { $ref: "#/$defs/oneOf0/properties/d" } } },
				oneOf0: object({ d: { type: "array", items: { $ref: "#/$defs/oneOf0" } } }),
			},
		});
		expect(safeInputSchema(safe)).toBe(safe);
	});

	test("that only look like it, or lead nowhere, stay", () => {
		const properties = Object.fromEntries(
			["#/nothing", "#/anyOf/7", "#/anyOf/x", "#/enum"].map(($ref) => [$ref, { $ref }]),
		);
		expect(safeInputSchema({ anyOf: [{ properties }] }).properties).toEqual(properties);
	});
});
