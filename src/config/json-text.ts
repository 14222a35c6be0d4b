/** Reads JSON that people write: comments and trailing commas are fine, everything else is told by line and column. */
import type * as Jsonc from "jsonc-parser";

export type JsonText = { value: unknown } | { problems: string[] };

/** Names of jsonc-parser's error codes, whose own names are a `const enum` that cannot be read at run time. */
const reasons = new Map([
	[1, "this is not JSON; text needs double quotes"],
	[2, "this is not a number"],
	[3, "expected a name in double quotes"],
	[4, "expected a value"],
	[5, "expected a colon"],
	[6, "expected a comma"],
	[7, "expected a closing brace }"],
	[8, "expected a closing bracket ]"],
	[9, "unexpected text after the end"],
	[10, "a comment must start with // or /*"],
	[11, "this comment is not closed"],
	[12, "this string is not closed"],
	[13, "this number is not complete"],
	[14, "expected four hexadecimal digits after \\u"],
	[15, "this escape is not known; write a backslash as \\\\"],
	[16, "a control character must be escaped, as in \\n or \\t"],
]);

/**
 * The value of `text`. Problems read `line:column: reason` and show nothing of the text, which may hold secrets.
 *
 * Objects keep every key, `__proto__` included; a repeated key counts with its last value.
 */
export function parseJsonText(text: string): JsonText {
	try {
		return { value: JSON.parse(text) };
	} catch {
		// Nobody needs to know: comments and trailing commas end up here too, and the slower parser finds the place.
		return parseCommentedJson(text);
	}
}

/** `Bun.JSONC` is no use here: it accepts `{"a":1} x` and reports no positions (Bun 1.4.5). */
function parseCommentedJson(text: string): JsonText {
	// Loaded only now because a plain JSON file never needs it; by this path because the package's main file (UMD)
	// looks its parts up at run time and is broken once bundled.
	const jsonc = require("jsonc-parser/lib/esm/main.js") as typeof Jsonc;
	const errors: Jsonc.ParseError[] = [];
	try {
		const tree = jsonc.parseTree(text, errors, { allowTrailingComma: true });
		const [first] = errors;
		if (first !== undefined) return { problems: [place(text, first)] };
		return tree === undefined ? { problems: ["1:1: expected a value"] } : { value: jsonc.getNodeValue(tree) };
	} catch (error) {
		if (error instanceof RangeError) return { problems: ["1:1: nested too deeply"] };
		throw error;
	}
}

/** Only the first error is worth telling: what follows it is mostly its consequence. */
function place(text: string, error: Jsonc.ParseError): string {
	const before = text.slice(0, error.offset).split(/\r\n|\r|\n/);
	return `${before.length}:${(before.at(-1) ?? "").length + 1}: ${reasons.get(error.error) ?? "this is not JSON"}`;
}
