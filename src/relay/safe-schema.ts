/**
 * Makes the schema of a tool's input one that clients and model APIs take. Pure.
 *
 * A single schema that is not to their liking costs more than its tool: Anthropic's and OpenAI's APIs refuse the whole
 * request, and a client on the MCP SDK throws away the whole list.
 */
import { isSchema, isStringList, type Schema } from "../catalog/schema-parts.ts";
import { asSchema, printProperties, viewObject } from "./safe-schema-merge.ts";
import { isWithin, mapSubschemas } from "./safe-schema-parts.ts";
import { keepReferredBranches } from "./safe-schema-references.ts";

/** A schema beyond these is of no use to a model, and not worth the time. */
const limits = { depth: 100, values: 20_000 };

/** What neither Anthropic's nor OpenAI's API takes at the top. */
const composing = ["allOf", "anyOf", "oneOf", "enum", "not"];

/**
 * At the top there are always `"type": "object"` and `properties`, and none of `allOf`, `anyOf`, `oneOf`, `enum` and
 * `not`: their branches' properties are put together so that it asks for no more than the schema does (`viewObject`).
 * Further down every object has `properties` and every list has `items`, empty ones where there are none. All else stays
 * as it is: `$schema`, `$defs`, each `$ref`, `additionalProperties`, composition below the top.
 *
 * A schema that is safe is returned itself, and so is, but for its top, one that is nested too deeply or too large.
 */
export function safeInputSchema(schema: unknown): Schema {
	if (!isSchema(schema)) return { type: "object", properties: {} };
	const top = makeObject(isWithin(schema, limits) ? withoutBranches(schema) : without(schema, composing));
	return isWithin(top, limits) ? complete(top) : top;
}

/** Top level: the keywords that a client on the MCP SDK checks. */
function makeObject(schema: Schema): Schema {
	const { type, properties, required } = schema;
	const isList = required === undefined || isStringList(required);
	const own = isSchema(properties) ? Object.entries(properties) : [];
	const areSchemas = isSchema(properties) && own.every(([, value]) => isSchema(value));
	if (type === "object" && areSchemas && isList) return schema;
	return {
		...(isList ? schema : without(schema, ["required"])),
		type: "object",
		properties: areSchemas ? properties : Object.fromEntries(own.map(([name, value]) => [name, asSchema(value)])),
	};
}

function withoutBranches(schema: Schema): Schema {
	const rest = without(schema, composing);
	// What the top refers to is its branch, too; but some clients look at nothing but `properties`.
	const isReference = typeof schema["$ref"] === "string" && !isSchema(schema["properties"]);
	if (rest === schema && !isReference) return schema;
	const view = viewObject(schema, schema);
	if (view === undefined) return rest;
	const { properties, required, isClosed } = view;
	const merged = {
		...rest,
		properties: printProperties(properties),
		...(required.size > 0 ? { required: [...required] } : {}),
		...(isClosed && !Object.hasOwn(rest, "additionalProperties") ? { additionalProperties: false } : {}),
	};
	return keepReferredBranches(merged, schema);
}

function complete(schema: Schema): Schema {
	const inner = mapSubschemas(schema, complete);
	const { type, properties, items } = inner;
	const is = (wanted: string) => type === wanted || (Array.isArray(type) && type.includes(wanted));
	const lacksProperties = is("object") && !isSchema(properties);
	const lacksItems = is("array") && (items === undefined || items === null);
	if (!lacksProperties && !lacksItems) return inner;
	return { ...inner, ...(lacksProperties ? { properties: {} } : {}), ...(lacksItems ? { items: {} } : {}) };
}

/** The same object when it has none of them. */
function without(schema: Schema, keywords: readonly string[]): Schema {
	if (!keywords.some((keyword) => Object.hasOwn(schema, keyword))) return schema;
	return Object.fromEntries(Object.entries(schema).filter(([key]) => !keywords.includes(key)));
}
