/** Where the entries of a flow are: `{ a: { … }, b: { … } }` or `[{ name: a, … }]`, as YAML has them on a line. Pure; the caller checks what comes of it. */
import { splice } from "./layout.ts";
import { nameOf } from "./yaml-scan.ts";

export interface FlowEntry {
	readonly start: number;
	readonly end: number;
	readonly name: unknown;
}

/** In the text's order; `flow` begins and ends with its brackets. */
export function flowEntriesOf(
	text: string,
	{ start, end }: { readonly start: number; readonly end: number },
): FlowEntry[] {
	const isList = text[start] === "[";
	const entries: FlowEntry[] = [];
	let from = start + 1;
	let depth = 0;
	for (const { 0: token, index } of text.slice(start, end).matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[\]{},]/g)) {
		if ("[{".includes(token)) depth++;
		if ("]}".includes(token)) depth--;
		if ((token === "," && depth === 1) || depth === 0) {
			const at = start + index;
			const part = text.slice(from, at);
			const blanks = part.length - part.trimStart().length;
			if (part.trim() !== "") {
				entries.push({
					start: from + blanks,
					end: from + part.trimEnd().length,
					name: nameOf({ text: isList ? `[${part}]` : `{${part}}`, isList }),
				});
			}
			from = at + 1;
		}
	}
	return entries;
}

/** With the comma before it, or that behind it when it is the first. */
export function withoutFlowEntry(text: string, entries: readonly FlowEntry[], entry: FlowEntry): string {
	const index = entries.indexOf(entry);
	const [previous, next] = [entries[index - 1], entries[index + 1]];
	if (previous !== undefined) return splice(text, previous.end, entry.end, "");
	return splice(text, entry.start, next?.start ?? entry.end, "");
}
