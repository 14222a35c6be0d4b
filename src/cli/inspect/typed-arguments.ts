/** Makes a tool's arguments of what a person typed, with the types that the tool's schema wants. Pure. */
import { UserError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { createReferences, type References } from "../../catalog/references.ts";
import { isNonEmptyList, isSchema, type Schema } from "../../catalog/schema-parts.ts";
import { declaredTypes, impliedTypes, type TypeName } from "../../catalog/type-names.ts";
import { members, sliceSpan } from "../../protocol/json-text.ts";
import { byKey, type Word } from "./argument-words.ts";
import { minifyJson } from "./json-layout.ts";

/**
 * JSON text of the arguments on one line: those of `json`, an object's text, and those of the words, which win. Numbers
 * keep the digits they were typed with. Throws `UserError` for a key that the schema does not know, and for a value that
 * cannot be of the wanted type; what else does not fit is the argument checker's to say.
 */
export function typedArguments(words: readonly Word[], json: string | undefined, schema: unknown): string {
	const base = json === undefined ? "{}" : minifyJson(json);
	const references = createReferences(schema);
	const { properties, isOpen } = parametersOf(schema, references);
	const given = new Map<string, string>();
	for (const [key, own] of byKey(words)) {
		const known = Object.hasOwn(properties, key);
		if (!known && !isOpen) throw unknownKey(key, Object.keys(properties));
		given.set(key, valueText(own, known ? properties[key] : undefined, references));
	}
	// Those of the words come last; a key that is there twice would be one too many for some servers.
	const kept = Array.from(members(base, 0)).filter(({ key }) => !given.has(key));
	const all = kept.map(({ key, value }) => [key, sliceSpan(base, value)] as const).concat([...given]);
	return `{${all.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

/**
 * A schema that lists properties and says nothing of others means these: a person's slip is likelier than a hidden one.
 * One that lists none at all, as `{"type":"object"}`, takes any.
 */
function parametersOf(schema: unknown, references: References) {
	const expanded = isSchema(schema) ? references.expand(schema) : {};
	const properties = isSchema(expanded["properties"]) ? expanded["properties"] : {};
	const more = expanded["additionalProperties"];
	const says = ["patternProperties", "anyOf", "oneOf", "allOf", "$ref", "if"].some((key) => key in expanded);
	const isOpen = more === true || isSchema(more) || says || !("properties" in expanded || more === false);
	return { properties, isOpen };
}

function unknownKey(key: string, names: readonly string[]): UserError {
	const close = nearest(key, names, 1)[0];
	const found = names.length === 0 ? "it takes none" : `it has ${names.join(", ")}`;
	return new UserError(`there is no argument "${key}": ${close === undefined ? found : `did you mean ${close}?`}`);
}

/** What a value may be. */
interface Kind {
	/** Empty when the schema does not say. */
	readonly types: ReadonlySet<TypeName>;
	/** The values of `enum` and `const`; empty when any will do. */
	readonly literals: readonly unknown[];
	/** Of the elements of an array. */
	readonly items: unknown;
}

function valueText(words: readonly Word[], schema: unknown, references: References): string {
	const [first, ...others] = words;
	if (first === undefined) return "null";
	const { key } = first;
	const kind = kindOf(schema, references);
	const isList = kind.types.has("array") || kind.types.size === 0;
	if (others.length > 0) {
		if (!isList) throw new UserError(`the argument "${key}" is given ${words.length} times, and is no list`);
		return `[${words.map((word) => oneText(word, kindOf(kind.items, references))).join(",")}]`;
	}
	if (first.isJson || !kind.types.has("array") || kind.types.has("string")) return oneText(first, kind);
	if (jsonOf(first.value, "array") !== undefined) return oneText(first, kind);
	return `[${oneText(first, kindOf(kind.items, references))}]`;
}

function oneText({ key, value, isJson }: Word, { types, literals }: Kind): string {
	if (isJson) return checkedJson(key, value);
	if (literals.includes(value)) return JSON.stringify(value);
	const literal = literals.find((each) => JSON.stringify(each) === value);
	if (literal !== undefined) return value;
	const may = (type: TypeName) => types.size === 0 || types.has(type);
	for (const type of ["boolean", "null", "number", "array", "object"] as const) {
		const isWanted = may(type) || (type === "number" && types.has("integer"));
		const text = isWanted ? jsonOf(value, type) : undefined;
		if (text !== undefined) return text;
	}
	if (may("string")) return JSON.stringify(value);
	const names = [...types].map((type) => (/^[aio]/.test(type) ? `an ${type}` : type === "null" ? type : `a ${type}`));
	throw new UserError(`the argument "${key}" must be ${names.join(" or ")}, found "${value}"`);
}

/** The value's text as JSON, when it is JSON of that type. */
function jsonOf(value: string, type: TypeName): string | undefined {
	let parsed: unknown;
	try {
		parsed = JSON.parse(value);
	} catch {
		return undefined; // A text that is no JSON is no value of these types; what it is instead, the caller finds.
	}
	const found = parsed === null ? "null" : Array.isArray(parsed) ? "array" : typeof parsed;
	return found === type ? minifyJson(value) : undefined;
}

function checkedJson(key: string, value: string): string {
	try {
		JSON.parse(value);
		return minifyJson(value);
	} catch (cause) {
		const problem = cause instanceof Error ? cause.message.replace(/^JSON Parse error: /, "") : String(cause);
		throw new UserError(`the argument "${key}" is not JSON (${problem}): ${value}`, {
			cause,
			hint: `For plain text write ${key}=… with "=" alone.`,
		});
	}
}

function kindOf(schema: unknown, references: References): Kind {
	if (!isSchema(schema)) return { types: new Set(), literals: [], items: undefined };
	const expanded = references.expand(schema);
	const branches = expanded["anyOf"] ?? expanded["oneOf"];
	if (isNonEmptyList(branches)) return together(branches.map((branch) => kindOf(branch, references)));
	const keywords = new Map(Object.entries(expanded));
	const types = declaredTypes(keywords) ?? impliedTypes(keywords);
	return { types: new Set(types), literals: literalsOf(expanded), items: expanded["items"] };
}

function literalsOf(schema: Schema): readonly unknown[] {
	if ("const" in schema) return [schema["const"]];
	return isNonEmptyList(schema["enum"]) ? schema["enum"] : [];
}

/** A branch that says nothing of its types leaves everything open, unless it names its values. */
function together(kinds: readonly Kind[]): Kind {
	const isOpen = kinds.some(({ types, literals }) => types.size === 0 && literals.length === 0);
	return {
		types: new Set(isOpen ? [] : kinds.flatMap(({ types }) => [...types])),
		literals: kinds.flatMap(({ literals }) => literals),
		items: kinds.find(({ types }) => types.has("array"))?.items,
	};
}
