/**
 * Holds signatures against the schemas they were made from: what a parser that knows only the grammar reads must be
 * what the schema said.
 */
import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { renderTool } from "./render.ts";
import { type Alternative, parseSignature, type Type } from "./signature-parser.test.ts";

/** A schema, and what its text must say. Descriptions are the texts that must be in the notes. */
interface Sample {
	schema: Record<string, unknown>;
	type: Type;
	descriptions: string[];
}

const named = (name: string, demands: string[] = []): Type => [{ kind: "name", name, demands }];
const value = (of: unknown): Alternative => ({ kind: "value", value: plain(of) });
/** As it is after a trip through JSON: without -0. */
const plain = (of: unknown): unknown => JSON.parse(JSON.stringify(of));
const distinct = (type: Type): Type => [...new Map(type.map((one) => [JSON.stringify(one), one])).values()];

const oddNames = [
	...'a b¦x-y¦x: y¦a?¦[key¦})¦a, b¦it\'s "quoted"¦back\\slash¦é¦0¦12¦🙂¦\n¦\ud800¦'.split("¦"),
	..."__proto__ constructor toString $ref default type null true string".split(" "),
];
const nameArbitrary = fc.oneof(
	fc.stringMatching(/^[a-z_]{1,6}$/),
	fc.constantFrom(...oddNames),
	fc.string({ unit: "binary", maxLength: 5 }),
);
const scalarArbitrary = fc.oneof(
	fc.string(),
	fc.constantFrom('"', '" | "', "a\\", '"]', "null", ", ", "= 1"),
	fc.integer(),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.boolean(),
	fc.constant(null),
);

const leafArbitrary: fc.Arbitrary<Sample> = fc.oneof(
	fc.constantFrom("string", "number", "integer", "boolean").map((type) => leaf({ type }, named(type))),
	fc.constant(leaf({ type: "null" }, [value(null)])),
	fc.constant(leaf({}, named("any"))),
	fc.constant(leaf({ type: "object" }, named("object"))),
	fc
		.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 51, max: 99 }), fc.constantFrom("integer", "number"))
		.map(([minimum, maximum, type]) => leaf({ type, minimum, maximum }, named(type, [`${minimum}..${maximum}`]))),
	fc
		.tuple(
			fc.integer({ min: 1, max: 5 }),
			fc.constantFrom("^a$", "^[a-z)]+$", "x{1,2}", '"'),
			fc.constantFrom("uri", "date"),
		)
		.map(([minLength, pattern, format]) =>
			leaf(
				{ type: "string", minLength, pattern, format },
				named("string", [format, `>=${minLength} chars`, `/${pattern}/`]),
			),
		),
	fc
		.tuple(fc.uniqueArray(scalarArbitrary, { minLength: 1, maxLength: 4 }))
		.map(([values]) => leaf({ enum: values }, distinct(values.map(value)))),
	fc
		.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 })
		.map((values) => leaf({ type: "string", enum: values }, values.map(value))),
	scalarArbitrary.map((constant) => leaf({ const: constant }, [value(constant)])),
);

function leaf(schema: Record<string, unknown>, type: Type): Sample {
	return { schema, type, descriptions: [] };
}

function schemaArbitrary(depth: number): fc.Arbitrary<Sample> {
	if (depth === 0) return leafArbitrary;
	const inner = schemaArbitrary(depth - 1);
	const plainArbitrary = fc.oneof(
		{ weight: 3, arbitrary: leafArbitrary },
		{ weight: 3, arbitrary: objectArbitrary(inner) },
		{ weight: 2, arbitrary: listArbitrary(inner) },
		{ weight: 1, arbitrary: tupleArbitrary(inner) },
		{ weight: 2, arbitrary: unionArbitrary(inner) },
	);
	const ways = fc.constantFrom("as it is", "nullable", "list", "allOf", "noise");
	return fc.tuple(plainArbitrary, ways).map(([sample, way]) => variant(sample, way));
}

/** The same said in another way, or made nullable. */
function variant(sample: Sample, way: string): Sample {
	const { schema, type } = sample;
	const orNull = distinct([...type, value(null)]);
	if (way === "nullable") return { ...sample, schema: { ...schema, nullable: true }, type: orNull };
	if (way === "list" && typeof schema["type"] === "string" && schema["type"] !== "null" && !("enum" in schema)) {
		return { ...sample, schema: { ...schema, type: [schema["type"], "null"] }, type: orNull };
	}
	if (way === "allOf") return { ...sample, schema: { allOf: [schema] } };
	if (way === "noise") return { ...sample, schema: { title: "Lost", $comment: "Lost", ...schema, examples: ["Lost"] } };
	return sample;
}

function listArbitrary(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
	return fc.tuple(inner, fc.nat(3), fc.boolean()).map(([{ schema, type, descriptions }, minItems, uniqueItems]) => ({
		schema: { type: "array", items: schema, minItems, uniqueItems },
		type: [
			{
				kind: "list",
				item: type,
				demands: [...(minItems > 0 ? [`>=${minItems} items`] : []), ...(uniqueItems ? ["unique"] : [])],
			},
		],
		descriptions,
	}));
}

function tupleArbitrary(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
	return fc.tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.option(inner)).map(([items, rest]) => ({
		schema: { type: "array", prefixItems: items.map(({ schema }) => schema), items: rest?.schema ?? false },
		type: [
			{
				kind: "tuple",
				items: items.map(({ type }) => type),
				...(rest === null ? {} : { rest: { kind: "list", item: rest.type, demands: [] } }),
				demands: [],
			},
		],
		descriptions: [...items, ...(rest === null ? [] : [rest])].flatMap(({ descriptions }) => descriptions),
	}));
}

function unionArbitrary(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
	return fc
		.tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.constantFrom("anyOf", "oneOf"))
		.map(([branches, key]) => ({
			schema: { [key]: branches.map(({ schema }) => schema) },
			type: distinct(branches.flatMap(({ type }) => type)),
			descriptions: branches.flatMap(({ descriptions }) => descriptions),
		}));
}

interface MemberSample extends Sample {
	name: string;
	isRequired: boolean;
}

function memberArbitrary(inner: fc.Arbitrary<Sample>): fc.Arbitrary<MemberSample> {
	return fc
		.record({
			name: nameArbitrary,
			isRequired: fc.boolean(),
			sample: inner,
			standard: fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }),
			description: fc.option(fc.stringMatching(/^About [a-z]{3,8}$/), { nil: undefined }),
		})
		.map(({ name, isRequired, sample, standard, description }) => ({
			name,
			isRequired,
			type: sample.type,
			schema: {
				...sample.schema,
				...(standard === undefined ? {} : { default: standard }),
				...(description === undefined ? {} : { description }),
			},
			descriptions: [...sample.descriptions, ...(description === undefined ? [] : [description])],
		}));
}

function objectArbitrary(inner: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
	const members = fc.uniqueArray(memberArbitrary(inner), { selector: ({ name }) => name, minLength: 1, maxLength: 4 });
	return fc.tuple(members, fc.constantFrom("open", "closed", "others", "any"), inner).map(([list, way, rest]) => {
		const rule = { open: undefined, closed: false, others: rest.schema, any: true }[way];
		const type = { open: undefined, closed: undefined, others: rest.type, any: named("any") }[way];
		const properties = Object.fromEntries(list.map(({ name, schema }) => [name, schema]));
		const byName = new Map(list.map((member) => [member.name, member]));
		// Objects put names that are array indices first.
		const ordered = Object.keys(properties).map((name) => byName.get(name)!);
		return {
			schema: {
				type: "object",
				properties,
				required: list.filter(({ isRequired }) => isRequired).map(({ name }) => name),
				...(rule === undefined ? {} : { additionalProperties: rule }),
			},
			type: [
				{
					kind: "members",
					members: ordered.map(({ name, isRequired, type, schema }) => ({
						name,
						isRequired,
						type,
						standard: "default" in schema ? plain(schema["default"]) : undefined,
					})),
					...(type === undefined ? {} : { others: { key: named("string"), value: type } }),
					demands: [],
				},
			],
			descriptions: [...list, ...(way === "others" ? [rest] : [])].flatMap(({ descriptions }) => descriptions),
		};
	});
}

/** Moves some of the parameters' schemas into definitions. */
function withDefinitions(schema: Record<string, unknown>, moved: boolean[]): Record<string, unknown> {
	const entries = Object.entries(schema["properties"] as Record<string, unknown>);
	const $defs = Object.fromEntries(entries.map(([, sub], index) => [`D ${index}/~%`, sub]));
	const properties = entries.map(([name, sub], index) => [
		name,
		moved[index] === true ? { $ref: `#/$defs/D%20${index}~1~0%25` } : sub,
	]);
	return { ...schema, properties: Object.fromEntries(properties), $defs };
}

test("property: the text says what the schema says", () => {
	fc.assert(
		fc.property(objectArbitrary(schemaArbitrary(2)), fc.array(fc.boolean()), (sample, moved) => {
			const [whole] = sample.type;
			if (whole?.kind !== "members") throw new Error("the arguments are an object");
			const inputSchema = withDefinitions(sample.schema, moved);
			const [line = "", ...notes] = renderTool({ name: "do-it", inputSchema }).split("\n");
			expect(parseSignature(line)).toEqual({
				name: "do-it",
				parameters: whole.members,
				...("others" in whole ? { others: whole.others } : {}),
			});
			expect(notes.filter((note) => note.includes("must match"))).toEqual([]);
			for (const description of sample.descriptions) expect(notes.join("\n")).toContain(description);
			expect(line + notes.join("")).not.toContain("Lost");
		}),
		{ numRuns: 1_000 },
	);
});

test("property: any JSON at all gives a text", () => {
	const keyword = fc.constantFrom(
		..."type properties required enum const items anyOf oneOf allOf $ref $defs additionalProperties".split(" "),
		..."prefixItems default description minimum nullable propertyNames patternProperties".split(" "),
	);
	const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
		schema: fc.oneof(
			{ depthSize: "medium", withCrossShrink: true },
			fc.constantFrom(null, true, false, 0, "string", "object", "array", "#", "#/$defs/a", "#/properties/a", [], {}),
			fc.array(tie("schema"), { maxLength: 3 }),
			fc.dictionary(fc.oneof(keyword, fc.constantFrom("a", "__proto__")), tie("schema"), { maxKeys: 5 }),
		),
	}));
	fc.assert(
		fc.property(fc.oneof(schema, fc.jsonValue()), (inputSchema) => {
			expect(renderTool({ name: "t", inputSchema, outputSchema: inputSchema })).toStartWith("t(");
		}),
		{ numRuns: 2_000 },
	);
});
