/** What a document has to be after an edit, to hold the edited text to. Pure. */
import { UserError } from "../../base/errors.ts";
import { isObject, ownValue, valueAt } from "../../base/objects.ts";
import { parseJsonText } from "../../config/json-text.ts";
import type { Format } from "../types.ts";
import type { Entry, Spot } from "./layout.ts";

/** The value of a text; an empty object for a text without any. Problems show nothing of the text. */
export function parseText(text: string, format: Format): { value: unknown } | { problem: string } {
	if (text.trim() === "") return { value: {} };
	if (format === "json" || text.trimStart().startsWith("{")) {
		const parsed = parseJsonText(text);
		if ("value" in parsed) return parsed;
		return isOnlyComments(text) ? { value: {} } : { problem: parsed.problems[0] ?? "this is not JSON" };
	}
	try {
		return { value: (format === "toml" ? Bun.TOML.parse(text) : Bun.YAML.parse(text)) ?? {} };
	} catch {
		// What Bun says quotes the text, which may hold secrets.
		return { problem: `this is not ${format.toUpperCase()}` };
	}
}

/** Throws `UserError` for a text that cannot be read, or that is no object at the outside. */
export function documentOf(text: string, format: Format): Record<string, unknown> {
	if (format === "shell") throw new UserError("a script is not changed");
	const parsed = parseText(text, format);
	if ("problem" in parsed) throw new UserError(parsed.problem);
	if (!isObject(parsed.value)) throw new UserError(`expected an object at the outside, found ${kindOf(parsed.value)}`);
	return parsed.value;
}

/** The entry that the document has there; undefined when it has none. */
export function entryIn(document: unknown, keys: readonly string[], name: string): unknown {
	const found = valueAt(document, keys);
	return Array.isArray(found) ? found.find((item) => ownValue(item, "name") === name) : ownValue(found, name);
}

/** Throws `UserError` where the shape is such that there is no place for it. `isYaml`: a key without a value is an empty object, or an empty list. */
export function withEntry(
	document: unknown,
	{ keys, name }: Spot,
	entry: Entry,
	{ isYaml = false, isList = false } = {},
): unknown {
	const go = (value: unknown, depth: number): unknown => {
		const key = keys[depth];
		const isMissing = value === undefined || (value === null && isYaml);
		if (key === undefined && Array.isArray(value) && isList) {
			const index = value.findIndex((item) => ownValue(item, "name") === name);
			return index === -1 ? [...value, { name, ...entry }] : value.with(index, { name, ...entry });
		}
		if (key === undefined && isMissing && isList) return [{ name, ...entry }];
		if (!isMissing && !isObject(value)) throw wrongShape(keys.slice(0, depth), value);
		const object = isObject(value) ? value : {};
		return put(object, key ?? name, key === undefined ? entry : go(ownValue(object, key), depth + 1));
	};
	return go(document, 0);
}

/** Of the keys on the way, those that hold nothing else go, too, but for the first `kept` of them. */
export function withoutEntry(document: unknown, { keys, name }: Spot, kept: number): unknown {
	const go = (value: unknown, depth: number): unknown => {
		const key = keys[depth];
		if (key === undefined && Array.isArray(value)) return value.filter((item) => ownValue(item, "name") !== name);
		if (!isObject(value)) return value;
		const inner = key === undefined ? undefined : go(ownValue(value, key), depth + 1);
		const isGone = key === undefined || (depth >= kept && isEmpty(inner));
		return isGone ? drop(value, key ?? name) : put(value, key, inner);
	};
	return go(document, 0);
}

export function same(left: unknown, right: unknown): boolean {
	return Bun.deepEquals(left, right);
}

function isEmpty(value: unknown): boolean {
	return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** By entries, so that `__proto__` is a key like any other. */
function put(object: Readonly<Record<string, unknown>>, key: string, value: unknown): Record<string, unknown> {
	return Object.fromEntries([...Object.entries(object).filter(([other]) => other !== key), [key, value]]);
}

function drop(object: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
	return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}

function wrongShape(keys: readonly string[], value: unknown): UserError {
	const where = keys.length === 0 ? "the whole" : `"${keys.join(".")}"`;
	return new UserError(`expected ${where} to be an object, found ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
	if (value === null) return "null";
	if (Array.isArray(value)) return "a list";
	return { string: "a text", number: "a number", boolean: "true or false" }[typeof value as string] ?? typeof value;
}

function isOnlyComments(text: string): boolean {
	return text.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "").trim() === "";
}
