/** Lays JSON text out anew without reading its values, so that every number keeps all of its digits. Pure. */

/** A string, a bracket or a mark, or anything else that is no blank: what `JSON.parse` accepts consists of these. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** On one line, without blanks. The text is one that `JSON.parse` accepts. */
export function minifyJson(text: string): string {
	return text.match(tokens)?.join("") ?? "";
}

/** As `JSON.stringify` with an indentation of two. The text is one that `JSON.parse` accepts. */
export function indentJson(text: string): string {
	let laid = "";
	let depth = 0;
	let last = "";
	const newLine = () => `\n${"  ".repeat(depth)}`;
	for (const [token] of text.matchAll(tokens)) {
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
