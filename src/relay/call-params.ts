/** Reads the params of the two tools, forgiving what models get wrong. Pure. */
import { isObject } from "../base/objects.ts";
import { members, memberSpan, sliceSpan } from "../protocol/json-text.ts";

/** A call as the model meant it. */
export interface ToolCall {
	readonly group: string;
	readonly name: string;
	readonly args: Record<string, unknown>;
	/** The arguments as JSON text, as they were written: large integers and the order of keys survive. */
	readonly argsText: string;
	/** The request's own `_meta` as JSON text; undefined when it has none. */
	readonly metaText: string | undefined;
	/** What else the params have, as members with a comma before each: `,"task":{}`. Mostly empty. */
	readonly extraText: string;
}

export type CallReading =
	| { readonly kind: "call"; readonly call: ToolCall }
	/** `problem` tells the model what was wrong; `group` is what it gave as group, if anything. */
	| { readonly kind: "problem"; readonly problem: "group" | "name" | "args"; readonly group: string | undefined };

const ownFields = new Set(["group", "name", "args", "arguments"]);

/** Reads the request's `params.arguments`; `text` is the request as it came. */
export function readCall(params: unknown, text: string, isGroup: (name: string) => boolean): CallReading {
	const fields = isObject(params) && isObject(params["arguments"]) ? params["arguments"] : {};
	const { group, name } = splitName(fields["group"], fields["name"], isGroup);
	if (group === undefined) return { kind: "problem", problem: "group", group };
	if (name === undefined) return { kind: "problem", problem: "name", group };
	const args = readArgs(fields, text);
	if (args === undefined) return { kind: "problem", problem: "args", group };
	const meta = isObject(params) ? params["_meta"] : undefined;
	const metaText = meta === undefined ? undefined : textOf(meta, text, ["params", "_meta"]);
	const extraText = isObject(params) ? readExtra(params, text) : "";
	return { kind: "call", call: { group, name, ...args, metaText, extraText } };
}

/** Reads a call of a tool that the client calls by its own name. */
export function readDirectCall(params: Record<string, unknown>, text: string, group: string, name: string): ToolCall {
	const given = params["arguments"];
	const args = isObject(given) ? given : {};
	const argsText = isObject(given) ? textOf(given, text, ["params", "arguments"]) : "{}";
	const meta = params["_meta"];
	const metaText = meta === undefined ? undefined : textOf(meta, text, ["params", "_meta"]);
	return { group, name, args, argsText, metaText, extraText: readExtra(params, text) };
}

const usualParams = new Set(["name", "arguments", "_meta"]);

function readExtra(params: Record<string, unknown>, text: string): string {
	let extra = "";
	for (const key in params) {
		const span = usualParams.has(key) ? undefined : memberSpan(text, ["params", key]);
		if (span !== undefined) extra += `,${JSON.stringify(key)}:${sliceSpan(text, span)}`;
	}
	return extra;
}

/** `{name: "fs/read_file"}` means group `fs`; so does `{group: "fs", name: "fs/read_file"}`, which the caller tells apart. */
function splitName(group: unknown, name: unknown, isGroup: (name: string) => boolean) {
	const givenGroup = typeof group === "string" && group !== "" ? group : undefined;
	const givenName = typeof name === "string" && name !== "" ? name : undefined;
	if (givenGroup !== undefined || givenName === undefined) return { group: givenGroup, name: givenName };
	// Group names may have slashes themselves: the longest one that fits is meant.
	for (let slash = givenName.lastIndexOf("/"); slash > 0; slash = givenName.lastIndexOf("/", slash - 1)) {
		const before = givenName.slice(0, slash);
		if (isGroup(before)) return { group: before, name: givenName.slice(slash + 1) || undefined };
	}
	return { group: undefined, name: givenName };
}

interface Args {
	readonly args: Record<string, unknown>;
	readonly argsText: string;
}

/** The arguments, wherever the model put them; undefined when what it gave is no object. */
function readArgs(fields: Record<string, unknown>, text: string): Args | undefined {
	const key = isGiven(fields["args"]) ? "args" : "arguments";
	const given = fields[key];
	if (!isGiven(given)) return readStray(fields, text);
	if (typeof given === "string") return readJsonString(given);
	if (!isObject(given)) return undefined;
	return { args: given, argsText: textOf(given, text, ["params", "arguments", key]) };
}

/**
 * The text of the value at `path`, as it was written. Most clients write what `JSON.stringify` writes: then printing
 * the value and finding it in the text is much faster than looking for its place, and gives the same.
 */
function textOf(value: unknown, text: string, path: readonly string[]): string {
	const printed = JSON.stringify(value);
	const key = `"${path.at(-1)}":`;
	const keyAt = text.indexOf(key);
	// Of a key that is there more than once, it could be the wrong one.
	const isOnly = keyAt !== -1 && text.startsWith(printed, keyAt + key.length) && !text.includes(key, keyAt + 1);
	if (isOnly) return printed;
	const span = memberSpan(text, path);
	return span === undefined ? printed : sliceSpan(text, span);
}

/** Models put `null`, `""` and `{}` where they mean nothing. */
function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && value !== "" && !(isObject(value) && isEmpty(value));
}

function isEmpty(value: Record<string, unknown>): boolean {
	for (const _ in value) return false;
	return true;
}

function readJsonString(argsText: string): Args | undefined {
	try {
		const args: unknown = JSON.parse(argsText);
		// Line breaks stand only between tokens; as part of a message they would end its line.
		return isObject(args) ? { args, argsText: argsText.replaceAll(/[\n\r]/g, " ") } : undefined;
	} catch {
		// Not JSON at all: the model is told that an object is wanted.
		return undefined;
	}
}

/** Arguments that stand beside `group` and `name` instead of inside `args`. */
function readStray(fields: Record<string, unknown>, text: string): Args {
	const args = Object.fromEntries(Object.entries(fields).filter(([field]) => !ownFields.has(field)));
	const span = memberSpan(text, ["params", "arguments"]);
	if (span === undefined || Object.keys(args).length === 0) return { args, argsText: JSON.stringify(args) };
	const stray: string[] = [];
	for (const { key, value } of members(text, span.start)) {
		if (!ownFields.has(key)) stray.push(`${JSON.stringify(key)}:${sliceSpan(text, value)}`);
	}
	return { args, argsText: `{${stray.join(",")}}` };
}
