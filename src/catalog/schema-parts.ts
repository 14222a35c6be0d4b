/** The small questions and operations on JSON Schemas that strangers wrote. Pure, and nothing here throws. */
import { isObject } from "../base/objects.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** What a schema says and we have not yet said of it: whatever is left in the end must be shown as JSON. */
export type Keywords = Map<string, unknown>;

/** How deep we follow a schema; what lies below is shown as JSON. No tool a model can use comes near. */
export const maxDepth = 12;

export const isSchema: (value: unknown) => value is Schema = isObject;

export const isNonEmptyList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;

export const isString = (value: unknown): value is string => typeof value === "string";

export const isStringList = (value: unknown): value is readonly string[] =>
	Array.isArray(value) && value.every(isString);

/** Removes a keyword and returns its value, or leaves it alone when the value is not what it should be. */
export function take<T>(keywords: Keywords, key: string, is: (value: unknown) => value is T): T | undefined {
	const value = keywords.get(key);
	if (!is(value)) return undefined;
	keywords.delete(key);
	return value;
}

const annotations = new Set([
	"title",
	"examples",
	"example",
	"$comment",
	"$schema",
	"$id",
	"$anchor",
	"$dynamicAnchor",
]);
const flags = new Set(["nullable", "deprecated", "readOnly", "writeOnly", "uniqueItems"]);

/** Whether a keyword tells someone who wants to call the tool nothing. `$defs` are shown where they are needed. */
export function isNoise(key: string, value: unknown): boolean {
	if (annotations.has(key) || key === "$defs" || key === "definitions" || key.startsWith("x-")) return true;
	return flags.has(key) && value === false;
}

/** Minified JSON of a value; a text that says so when it is nested deeper than can be printed. */
export function jsonText(value: unknown): string {
	try {
		return JSON.stringify(value) ?? "null";
	} catch {
		// Only a stack overflow gets here: the values come from JSON. The reader is told by the text.
		return '"(nested too deeply to show)"';
	}
}

/** Keywords that hold schemas by name. */
export const schemaMaps: ReadonlySet<string> = new Set([
	"properties",
	"patternProperties",
	"$defs",
	"definitions",
	"dependentSchemas",
]);

/** Keywords that hold a schema or a list of them. */
export const schemaValues: ReadonlySet<string> = new Set([
	"additionalItems",
	"additionalProperties",
	"allOf",
	"anyOf",
	"contains",
	"contentSchema",
	"else",
	"if",
	"items",
	"not",
	"oneOf",
	"prefixItems",
	"propertyNames",
	"then",
	"unevaluatedItems",
	"unevaluatedProperties",
]);

/** A copy of a schema (or list of schemas) without annotations that are not worth their tokens. */
export function prune(schema: unknown, depth = 0): unknown {
	if (depth > 10 * maxDepth) return schema;
	if (Array.isArray(schema)) return schema.map((member) => prune(member, depth + 1));
	if (!isSchema(schema)) return schema;
	const kept = Object.entries(schema).filter(([key]) => !annotations.has(key) && !key.startsWith("x-"));
	return Object.fromEntries(
		kept.map(([key, value]) => {
			if (schemaValues.has(key)) return [key, prune(value, depth + 1)];
			if (!schemaMaps.has(key) || !isSchema(value)) return [key, value];
			return [key, Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, prune(sub, depth + 1)]))];
		}),
	);
}

/**
 * One schema that says what both say, or undefined when that takes more than putting keywords side by side.
 * Of annotations the outer one wins, as it is nearer to the use; both descriptions are kept.
 */
export function merge(outer: Schema, inner: Schema): Schema | undefined {
	if (closesOtherProperties(outer, inner) || closesOtherProperties(inner, outer)) return undefined;
	const merged = new Map(Object.entries(outer));
	for (const [key, value] of Object.entries(inner)) {
		const own = merged.get(key);
		if (own === undefined) merged.set(key, value);
		else if (key === "description" && isString(own) && isString(value)) {
			if (!own.includes(value)) merged.set(key, `${own} ${value}`);
		} else if (key === "required" && isStringList(own) && isStringList(value)) {
			merged.set(key, [...new Set([...own, ...value])]);
		} else if (key === "properties" && isSchema(own) && isSchema(value)) {
			const shared = Object.keys(value).filter((name) => Object.hasOwn(own, name));
			if (shared.some((name) => jsonText(own[name]) !== jsonText(value[name]))) return undefined;
			merged.set(key, { ...own, ...value });
		} else if (key !== "default" && !isNoise(key, value) && jsonText(own) !== jsonText(value)) return undefined;
	}
	return Object.fromEntries(merged);
}

/** `additionalProperties` sees only the properties beside it: merged with others it would mean something else. */
function closesOtherProperties(closing: Schema, other: Schema): boolean {
	const rule = closing["additionalProperties"];
	if (rule === undefined || rule === true || !isSchema(other["properties"])) return false;
	const own = isSchema(closing["properties"]) ? closing["properties"] : {};
	return Object.keys(other["properties"]).some((name) => !Object.hasOwn(own, name));
}
