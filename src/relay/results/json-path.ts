/**
 * Picks values out of a JSON text by a path as jq writes it, and gives them as they stand in the text: large integers and
 * the order of keys survive. Pure.
 */
import { elements, members, sliceSpan } from "../../protocol/json-text.ts";

type Step =
	| { readonly kind: "key"; readonly key: string }
	| { readonly kind: "index"; readonly index: number }
	| { readonly kind: "slice"; readonly from: number; readonly to: number }
	| { readonly kind: "each" }
	| { readonly kind: "length" }
	| { readonly kind: "keys" };

/** What there is of jq. */
export const pathSyntax =
	'.key, ."a key", ["key"], [0], [-1], [2:5], [] for all of a list or an object, and | length or | keys at the end of a part, such as .items[].name, .items[0:3] | length or . | keys';

/** Looking through so many characters takes some milliseconds. */
const pauseChars = 500_000;

/** A number of values that can still be told. */
const mostValues = 1_000_000;

class PathError extends Error {
	override readonly name = "PathError";
}

/**
 * The values, in order, as JSON texts; or what is wrong with the path, or does not fit what is there. Of several JSON texts,
 * one after the other, it picks in each, as jq does. `pause` is waited for now and then, because many values take long.
 */
export async function pickValues(
	json: string,
	path: string,
	pause: () => Promise<void>,
): Promise<readonly string[] | { readonly problem: string }> {
	const steps = readPath(path);
	if (steps === undefined) return { problem: `the path ${shown(path)} is not understood; there is ${pathSyntax}` };
	const documents = await documentsIn(json, pause);
	if (documents === undefined) {
		return { problem: "the text is no JSON, so that a path picks nothing in it; use offset or grep" };
	}
	await pause();
	try {
		let values: readonly string[] = documents;
		for (const step of steps) values = await take(values, step, pause);
		return values;
	} catch (error) {
		if (error instanceof PathError) return { problem: error.message };
		throw error;
	}
}

/** The text, or each of several JSON texts that follow one another: lines of JSON, or one of each text block. Undefined when it is neither. */
async function documentsIn(json: string, pause: () => Promise<void>): Promise<readonly string[] | undefined> {
	if (isJson(json)) return [json.trim()];
	const list = `[${json}]`;
	const documents: string[] = [];
	let end = 1;
	let looked = 0;
	for (const span of elements(list)) {
		const document = sliceSpan(list, span);
		if (!isJson(document) || documents.length >= mostValues) return undefined;
		documents.push(document);
		end = span.end;
		looked += document.length;
		if (looked > pauseChars) {
			await pause();
			looked = 0;
		}
	}
	return documents.length > 0 && list.slice(end).trim() === "]" ? documents : undefined;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

async function take(values: readonly string[], step: Step, pause: () => Promise<void>): Promise<readonly string[]> {
	const taken: string[] = [];
	let looked = 0;
	for (const value of values) {
		looked += value.length;
		for (const each of takeOne(value, step)) {
			taken.push(each);
			looked += each.length;
			if (looked > pauseChars) {
				await pause();
				looked = 0;
			}
		}
		if (taken.length > mostValues) throw new PathError(`the path gives more than ${mostValues} values`);
	}
	return taken;
}

function takeOne(value: string, step: Step): Iterable<string> {
	const kind = kindOf(value);
	switch (step.kind) {
		case "key":
			if (kind === "null") return ["null"];
			if (kind !== "object") throw mismatch(kind, `has no ${shown(step.key)}`);
			return [memberOf(value, step.key) ?? "null"];
		case "index":
		case "slice":
			if (kind === "null") return ["null"];
			if (kind !== "list") throw mismatch(kind, "has no numbered elements");
			return step.kind === "index" ? [elementsOf(value).at(step.index) ?? "null"] : [slice(value, step)];
		case "each":
			if (kind === "list") return eachOf(value);
			if (kind === "object") return membersOf(value).values();
			throw mismatch(kind, "has no elements");
		case "length":
			return [String(lengthOf(value, kind))];
		case "keys":
			return [keysOf(value, kind)];
		default:
			return step satisfies never;
	}
}

function slice(value: string, { from, to }: Step & { kind: "slice" }): string {
	return `[${elementsOf(value).slice(from, to).join(",")}]`;
}

function lengthOf(value: string, kind: Kind): number {
	if (kind === "list") return elementsOf(value).length;
	if (kind === "object") return membersOf(value).size;
	if (kind === "null") return 0;
	if (kind === "string") return Array.from(JSON.parse(value) as string).length;
	throw mismatch(kind, "has no length");
}

function keysOf(value: string, kind: Kind): string {
	if (kind === "object") return JSON.stringify([...membersOf(value).keys()]);
	if (kind === "list") return JSON.stringify(elementsOf(value).map((_, index) => index));
	throw mismatch(kind, "has no keys");
}

type Kind = "object" | "list" | "string" | "null" | "number" | "boolean";

function kindOf(value: string): Kind {
	switch (value.charAt(0)) {
		case "{":
			return "object";
		case "[":
			return "list";
		case '"':
			return "string";
		case "n":
			return "null";
		default:
			return value === "true" || value === "false" ? "boolean" : "number";
	}
}

function elementsOf(list: string): string[] {
	return Array.from(eachOf(list));
}

function* eachOf(list: string): Generator<string> {
	for (const span of elements(list)) yield sliceSpan(list, span);
}

/** Of a key given twice the last one counts. */
function membersOf(object: string): Map<string, string> {
	return new Map(Array.from(members(object, 0), ({ key, value }) => [key, sliceSpan(object, value)]));
}

function memberOf(object: string, wanted: string): string | undefined {
	let found: string | undefined;
	for (const { key, value } of members(object, 0)) if (key === wanted) found = sliceSpan(object, value);
	return found;
}

function mismatch(kind: Kind, what: string): PathError {
	return new PathError(`${kind === "object" ? "an" : "a"} ${kind} ${what}; that is where the path leads`);
}

const tokens = {
	name: /\.\s*([A-Za-z_$][\w$-]*)/y,
	quoted: /\.?\s*("(?:[^"\\]|\\.)*")/y,
	inBrackets: /\.?\[\s*(?:("(?:[^"\\]|\\.)*")|(-?\d{1,9})|(-?\d{0,9}):(-?\d{0,9}))?\s*\]/y,
	function: /\|\s*(length|keys)\b/y,
	/** `.` by itself, and `|` before another part of the path. */
	nothing: /\.(?=\s*(?:\||$))|\|(?=\s*\.)|\?/y,
	space: /\s+/y,
} as const;

/** Undefined when it is none. */
function readPath(path: string): readonly Step[] | undefined {
	const steps: Step[] = [];
	let at = 0;
	const eat = (token: RegExp) => {
		token.lastIndex = at;
		const found = token.exec(path);
		if (found !== null) at = token.lastIndex;
		return found;
	};
	if (/^\s*(length|keys)\s*$/.test(path)) return [{ kind: path.trim() as "length" | "keys" }];
	if (!/^\s*[.[]/.test(path)) return undefined;
	while (at < path.length) {
		if (eat(tokens.space) !== null || eat(tokens.nothing) !== null) continue;
		const step = readStep(eat);
		if (step === undefined) return undefined;
		steps.push(step);
	}
	return steps;
}

function readStep(eat: (token: RegExp) => RegExpExecArray | null): Step | undefined {
	const called = eat(tokens.function)?.[1];
	if (called !== undefined) return { kind: called === "keys" ? "keys" : "length" };
	const name = eat(tokens.name)?.[1];
	if (name !== undefined) return { kind: "key", key: name };
	const inBrackets = eat(tokens.inBrackets);
	const quoted = inBrackets === null ? eat(tokens.quoted)?.[1] : inBrackets[1];
	if (quoted !== undefined) return readKey(quoted);
	if (inBrackets === null) return undefined;
	const [, , index, from, to] = inBrackets;
	if (index !== undefined) return { kind: "index", index: Number(index) };
	if (from === undefined || to === undefined) return { kind: "each" };
	return { kind: "slice", from: Number(from), to: to === "" ? Number.POSITIVE_INFINITY : Number(to) };
}

function readKey(json: string): Step | undefined {
	try {
		const key: unknown = JSON.parse(json);
		return typeof key === "string" ? { kind: "key", key } : undefined;
	} catch {
		// An escape that is none: the whole path is told to be wrong.
		return undefined;
	}
}

/** Quoted, and short enough to be told. */
function shown(text: string): string {
	return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
