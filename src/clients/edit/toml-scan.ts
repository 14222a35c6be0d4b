/** Where the tables and keys of a TOML text are. Pure; for texts that are known to be TOML. */

export interface Statement {
	/** Of a table's header, or of a key with the table it is in: the whole path from the top. */
	readonly path: readonly string[];
	readonly kind: "header" | "key";
	/** Of the line. */
	readonly start: number;
	/** After the line's end. */
	readonly end: number;
	/** Of the value of a key. */
	readonly value: Span;
}

export interface Span {
	readonly start: number;
	readonly end: number;
}

export interface InlineMember {
	/** From the table that it is in. */
	readonly path: readonly string[];
	readonly start: number;
	/** After the value. */
	readonly end: number;
	readonly value: Span;
}

/** In the text's order. */
export function statementsOf(text: string): Statement[] {
	const statements: Statement[] = [];
	let table: readonly string[] = [];
	let at = skipGap(text, 0);
	while (at < text.length) {
		const start = text.lastIndexOf("\n", at - 1) + 1;
		const isHeader = text[at] === "[";
		const key = readKey(text, isHeader ? skip(text, at, /\[{1,2}[ \t]*/y) : at);
		const valueStart = isHeader ? key.end : skip(text, key.end, /[ \t]*=[ \t]*/y);
		const valueEnd = isHeader ? key.end : skipValue(text, valueStart);
		const lineEnd = text.indexOf("\n", valueEnd);
		const end = lineEnd === -1 ? text.length : lineEnd + 1;
		const path = isHeader ? key.path : [...table, ...key.path];
		if (isHeader) table = path;
		statements.push({
			path,
			kind: isHeader ? "header" : "key",
			start,
			end,
			value: { start: valueStart, end: valueEnd },
		});
		at = skipGap(text, end);
	}
	return statements;
}

/** What is in an inline table; undefined when the value is no inline table. */
export function inlineMembersOf(text: string, { start, end }: Span): InlineMember[] | undefined {
	if (text[start] !== "{") return undefined;
	const members: InlineMember[] = [];
	let at = skipGap(text, start + 1);
	while (at < end - 1) {
		const key = readKey(text, at);
		const valueStart = skip(text, key.end, /[ \t]*=[ \t]*/y);
		const value = { start: valueStart, end: skipValue(text, valueStart) };
		members.push({ path: key.path, start: at, end: value.end, value });
		at = skipGap(text, skip(text, skipGap(text, value.end), /,?/y));
	}
	return members;
}

/** Whitespace, line ends and comments. */
export function skipGap(text: string, from: number): number {
	return skip(text, from, /(?:[ \t\r\n]|#[^\n]*)*/y);
}

function readKey(text: string, from: number): { path: string[]; end: number } {
	const path: string[] = [];
	let at = from;
	for (;;) {
		const part = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+/y;
		part.lastIndex = at;
		const found = part.exec(text)?.[0];
		if (found === undefined) throw new SyntaxError("expected a key");
		path.push(found.startsWith('"') ? unescape(found) : found.replace(/^'(.*)'$/, "$1"));
		at += found.length;
		const dot = skip(text, at, /[ \t]*\.[ \t]*/y);
		if (dot === at) return { path, end: at };
		at = dot;
	}
}

function unescape(quoted: string): string {
	return Object.keys(Bun.TOML.parse(`${quoted} = 1`))[0] ?? quoted;
}

function skipValue(text: string, from: number): number {
	const open = text[from];
	if (open !== "[" && open !== "{") {
		return skip(
			text,
			from,
			/"""(?:[^"\\]|\\[^]|"{1,2}(?!"))*"{3,5}|'''(?:[^']|'{1,2}(?!'))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?/y,
		);
	}
	const close = open === "[" ? "]" : "}";
	let at = skipGap(text, from + 1);
	while (at < text.length && text[at] !== close) {
		if (open === "{") at = skip(text, readKey(text, at).end, /[ \t]*=[ \t]*/y);
		at = skipGap(text, skip(text, skipGap(text, skipValue(text, at)), /,?/y));
	}
	return at + 1;
}

/** The offset after what the sticky pattern matches at `from`; `from` when it does not. */
function skip(text: string, from: number, pattern: RegExp): number {
	pattern.lastIndex = from;
	return pattern.test(text) ? pattern.lastIndex : from;
}
