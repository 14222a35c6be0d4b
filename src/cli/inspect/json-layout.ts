/** Lays JSON text out anew without reading its values, so that every number keeps all of its digits. Pure. */

/** The beginning of a string, a bracket or a mark, or anything else that is no blank: what `JSON.parse` accepts consists of these. */
const tokenStart = /["{}[\],:]|[^\s{}[\],:"]+/g;

/** A string's end is looked for by hand: an expression for all of it gives up in silence on one of some MB. */
function* tokensOf(text: string): Generator<string> {
	const pattern = new RegExp(tokenStart);
	for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
		if (found[0] === '"') pattern.lastIndex = endOfString(text, found.index);
		yield text.slice(found.index, pattern.lastIndex);
	}
}

/** Behind the closing quotation mark of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
	for (let at = start + 1; at < text.length; at++) {
		if (text[at] === '"') return at + 1;
		if (text[at] === "\\") at++;
	}
	return text.length;
}

/** On one line, without blanks. The text is one that `JSON.parse` accepts. */
export function minifyJson(text: string): string {
	return Array.from(tokensOf(text)).join("");
}

/** As `JSON.stringify` with an indentation of two. The text is one that `JSON.parse` accepts. */
export function indentJson(text: string): string {
	let laid = "";
	let depth = 0;
	let last = "";
	const newLine = () => `\n${"  ".repeat(depth)}`;
	for (const token of tokensOf(text)) {
		const isEnd = token === "}" || token === "]";
		if (isEnd) depth--;
		const isEmpty = isEnd && (last === "{" || last === "[");
		if ((isEnd || last === "{" || last === "[") && !isEmpty) laid += newLine();
		laid += token === ":" ? ": " : token;
		if (token === "{" || token === "[") depth++;
		if (token === ",") laid += newLine();
		last = token;
	}
	return laid;
}
