/**
 * Finds and replaces values inside JSON text without reprinting the rest of it. Pure.
 *
 * Every function here expects text that `JSON.parse` accepts; on other text the answer means nothing,
 * but it always comes.
 */

/** A value's place in the text: from its first character to the one behind its last. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

export interface Member {
	readonly key: string;
	readonly value: Span;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/**
 * Where the value at `path` (member names from the top) stands, or undefined when there is none.
 * Of a key given twice the last one counts, as with `JSON.parse`.
 */
export function memberSpan(text: string, path: readonly string[]): Span | undefined {
	let span: Span | undefined = { start: skipSpace(text, 0), end: text.length };
	for (const name of path) {
		let found: Span | undefined;
		for (const member of members(text, span.start)) if (member.key === name) found = member.value;
		if (found === undefined) return undefined;
		span = found;
	}
	return span;
}

/** The members of the object that starts at `start`, in text order; nothing when no object starts there. */
export function* members(text: string, start: number): Generator<Member> {
	if (text.charCodeAt(start) !== openBrace) return;
	let at = skipSpace(text, start + 1);
	while (text.charCodeAt(at) === quote) {
		const keyEnd = skipString(text, at);
		const key = readKey(text.slice(at, keyEnd));
		if (key === undefined) return;
		const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
		const valueEnd = skipValue(text, valueStart);
		yield { key, value: { start: valueStart, end: valueEnd } };
		at = skipSpace(text, valueEnd);
		if (text.charCodeAt(at) === comma) at = skipSpace(text, at + 1);
	}
}

/** The places of the elements of the array that starts the text, in order; nothing when no array starts there. */
export function* elements(text: string): Generator<Span> {
	let at = skipSpace(text, 0);
	if (text.charCodeAt(at) !== openBracket) return;
	at = skipSpace(text, at + 1);
	while (at < text.length && text.charCodeAt(at) !== closeBracket) {
		const end = skipValue(text, at);
		if (end === at) return;
		yield { start: at, end };
		at = skipSpace(text, end);
		if (text.charCodeAt(at) === comma) at = skipSpace(text, at + 1);
	}
}

export function sliceSpan(text: string, span: Span): string {
	return text.slice(span.start, span.end);
}

export function replaceSpan(text: string, span: Span, value: string): string {
	return text.slice(0, span.start) + value + text.slice(span.end);
}

/** The object's text with this value for every member of that name, given once or more often. */
export function withMember(text: string, name: string, value: string): string {
	let result = text;
	const spans = Array.from(members(text, skipSpace(text, 0))).filter(({ key }) => key === name);
	// From the last to the first, so that the places of those before stay right.
	for (const member of spans.reverse()) result = replaceSpan(result, member.value, value);
	return result;
}

/** The object's text with other values for some members, or without them where the value is undefined; the rest is as it was. */
export function editMembers(text: string, edits: Readonly<Record<string, string | undefined>>): string {
	const parts: string[] = [];
	for (const { key, value } of members(text, skipSpace(text, 0))) {
		const edited = Object.hasOwn(edits, key) ? edits[key] : sliceSpan(text, value);
		if (edited !== undefined) parts.push(`${JSON.stringify(key)}:${edited}`);
	}
	return `{${parts.join(",")}}`;
}

/** A string as JSON. Names are short and plain, and printed for every message. */
export function printText(text: string): string {
	return /^[\w./-]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function readKey(text: string): string | undefined {
	try {
		return JSON.parse(text) as string;
	} catch {
		return undefined; // No JSON, for which no answer is promised but that one comes.
	}
}

function skipSpace(text: string, from: number): number {
	let at = from;
	for (;;) {
		const code = text.charCodeAt(at);
		if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
		at++;
	}
}

/** `at` is on the opening quote; returns the place behind the closing one. */
function skipString(text: string, at: number): number {
	let end = text.indexOf('"', at + 1);
	while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
	return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
	let backslashes = 0;
	while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
	return backslashes % 2 === 1;
}

function skipValue(text: string, from: number): number {
	let at = from;
	let depth = 0;
	for (; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === quote) {
			at = skipString(text, at) - 1;
			if (depth === 0) return at + 1;
		} else if (code === openBrace || code === openBracket) depth++;
		else if (code === closeBrace || code === closeBracket) {
			if (depth === 0) return at;
			depth--;
			if (depth === 0) return at + 1;
		} else if (depth === 0 && (code === comma || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)) {
			return at;
		}
	}
	return at;
}
