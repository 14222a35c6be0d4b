/** How a text is laid out, so that what is put into it looks like the rest. Pure. */

export type Entry = Readonly<Record<string, unknown>>;

/** An entry, and where in a document it is: below `keys` from the outermost object, under `name`. */
export interface Spot {
	readonly keys: readonly string[];
	readonly name: string;
}

/** The line end of most of the text's lines. */
export function lineEndOf(text: string): "\n" | "\r\n" {
	const all = text.split("\n").length - 1;
	const windows = text.split("\r\n").length - 1;
	return windows * 2 > all ? "\r\n" : "\n";
}

/** What the text's shallowest indented line begins with; two spaces where there is none. */
export function indentOf(text: string): string {
	const indents = Array.from(text.matchAll(/^([ \t]+)[^\s*]/gm), ([, indent = ""]) => indent);
	const shortest = Math.min(...indents.map((indent) => indent.length));
	return indents.find((indent) => indent.length === shortest) ?? "  ";
}

/** The whitespace at the start of the line that `offset` is in. */
export function lineIndent(text: string, offset: number): string {
	const start = text.lastIndexOf("\n", offset - 1) + 1;
	return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** Replaces what is from `start` up to `end`. */
export function splice(text: string, start: number, end: number, replacement: string): string {
	return text.slice(0, start) + replacement + text.slice(end);
}

/** Puts a block of lines at the end of a text, so that `takeBlock` of it gives back the text. */
export function appendBlock(text: string, block: string, lineEnd: string): string {
	if (text === "") return block + lineEnd;
	return text.endsWith("\n") ? text + lineEnd + block + lineEnd : text + lineEnd + lineEnd + block;
}

/** Takes out the lines from `start` up to `end` (after the last one's line end), and an empty line before them. */
export function takeBlock(text: string, start: number, end: number): string {
	const before = text.slice(0, start);
	const after = text.slice(end);
	const isUnended = after === "" && !text.endsWith("\n");
	const rest = before.replace(isUnended ? /(?:\r?\n){1,2}$/ : /(?<=^|\n)\r?\n$/, "");
	return rest + after;
}

/** The value below these keys, and nothing else: `{ keys[0]: { keys[1]: value } }`. */
export function nested(keys: readonly string[], value: unknown): unknown {
	return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
