/** Writes arrays and objects: `T[]`, `[A, B]`, `{name: T, other?: U}`, `{[key: string]: T}`. Pure. */
import { constraintText } from "./constraints.ts";
import { isNonEmptyList, isSchema, isStringList, type Keywords, type Schema, take } from "./schema-parts.ts";

/** Where in the arguments a schema stands. */
export interface Place {
	readonly path: string;
	readonly depth: number;
}

/** Writes the schemas inside an array or object. */
export interface Inner {
	alternatives(schema: unknown, place: Place): string[];
	member(member: Member, place: Place): string;
}

export interface Member {
	readonly name: string;
	readonly schema: unknown;
	readonly isRequired: boolean;
}

export function objectText(keywords: Keywords, place: Place, inner: Inner): string {
	const members = memberTexts(keywords, place, inner);
	const isClosed = takeClosed(keywords);
	const text = members.length > 0 || isClosed ? `{${members.join(", ")}}` : "object";
	return text + constraintText("object", keywords);
}

/**
 * The properties in the order of the schema, then required ones that it does not describe, then `[key: string]: T`.
 * Beside `patternProperties` the rule for other names is left in the keywords: only together they can be understood.
 */
export function memberTexts(keywords: Keywords, place: Place, inner: Inner): string[] {
	const properties = take(keywords, "properties", isSchema) ?? {};
	const required = new Set(take(keywords, "required", isStringList));
	const undescribed = [...required].filter((name) => !Object.hasOwn(properties, name));
	const members = [...Object.entries(properties), ...undescribed.map((name) => [name, true] as const)];
	const texts = members.map(([name, schema]) =>
		inner.member({ name, schema, isRequired: required.has(name) }, inside(place, nameText(name))),
	);
	if (keywords.has("patternProperties")) return texts;
	return [...texts, ...otherMembers(keywords, place, inner)];
}

/** Whether other properties are ruled out; that rule is then gone from the keywords. */
export function takeClosed(keywords: Keywords): boolean {
	if (keywords.has("patternProperties")) return false;
	const rules = ["additionalProperties", "unevaluatedProperties"].filter((rule) => keywords.get(rule) === false);
	for (const rule of rules) keywords.delete(rule);
	return rules.length > 0;
}

/** A name as it is when it is an identifier, else as a JSON string. */
export function nameText(name: string): string {
	return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

export function arrayText(keywords: Keywords, place: Place, inner: Inner): string {
	const isPrefixed = isNonEmptyList(keywords.get("prefixItems"));
	const tuple = take(keywords, isPrefixed ? "prefixItems" : "items", isNonEmptyList);
	if (tuple !== undefined)
		return tupleText(tuple, take(keywords, isPrefixed ? "items" : "additionalItems", isRule), {
			keywords,
			place,
			inner,
		});
	const item = take(keywords, "items", isRule) ?? true;
	return elementsText(inner.alternatives(item, inside(place, "[]"))) + constraintText("array", keywords);
}

interface Setting {
	readonly keywords: Keywords;
	readonly place: Place;
	readonly inner: Inner;
}

function tupleText(items: readonly unknown[], others: unknown, { keywords, place, inner }: Setting): string {
	const texts = items.map((item, index) => inner.alternatives(item, inside(place, `[${index}]`)).join(" | "));
	if (isSchema(others)) texts.push(`...${elementsText(inner.alternatives(others, inside(place, "[]")))}`);
	// A list of types reads as "exactly these"; other numbers of items are said.
	if (keywords.get("minItems") === items.length) keywords.delete("minItems");
	if (keywords.get("maxItems") === items.length) keywords.delete("maxItems");
	if (keywords.get("unevaluatedItems") === false) keywords.delete("unevaluatedItems");
	return `[${texts.join(", ")}]${constraintText("array", keywords)}`;
}

function elementsText(alternatives: readonly string[]): string {
	return alternatives.length === 1 ? `${alternatives.join("")}[]` : `(${alternatives.join(" | ")})[]`;
}

function otherMembers(keywords: Keywords, place: Place, inner: Inner): string[] {
	const names = take(keywords, "propertyNames", isSchema);
	const others = take(keywords, "additionalProperties", isOpenRule);
	if (names === undefined && others === undefined) return [];
	const key = inner.alternatives({ type: "string", ...names }, inside(place, "* (name)")).join(" | ");
	// Schema generators write "names are strings" into every open object: that says nothing.
	if (others === undefined && key === "string") return [];
	return [`[key: ${key}]: ${inner.alternatives(others ?? true, inside(place, "*")).join(" | ")}`];
}

const isRule = (value: unknown): value is Schema | boolean => isSchema(value) || typeof value === "boolean";
const isOpenRule = (value: unknown): value is Schema | true => isSchema(value) || value === true;

function inside({ path, depth }: Place, step: string): Place {
	const dot = path === "" || step.startsWith("[") ? "" : ".";
	return { path: path + dot + step, depth: depth + 1 };
}
