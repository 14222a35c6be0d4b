/** What the model is told of a text that it gets in part. Pure. */
import { callTool } from "../meta-tools.ts";

export interface Where {
	readonly group: string;
	/** Under which its group reads on. */
	readonly name: string;
	readonly id: string;
}

/** `shown` is where the part that is shown ends, and the next one begins. */
export function headNotice(where: Where, shown: number, total: number): string {
	const found = `these are the first ${shown} of ${total} bytes of text; the rest is kept for this session`;
	return `\n[dynamic-mcp: ${found}. ${howToReadOn(where, shown)}]`;
}

/** Stands where something is left out, from `shown` to `tail`. */
export function middleNotice(where: Where, shown: number, tail: number, total: number): string {
	const found = `of ${total} bytes of text those from ${shown} to ${tail} are left out here and kept for this session`;
	return `\n[dynamic-mcp: ${found}. ${howToReadOn(where, shown)}]\n`;
}

function howToReadOn({ group, name, id }: Where, offset: number): string {
	const call = `${callTool} ${JSON.stringify({ group, name, args: { id, offset } })}`;
	return `To read on: ${call}. Instead of "offset" there is "grep" with a word or a regular expression for lines, and "jq" with a path like ".items[0].name" for JSON`;
}

export function partNotice(id: string, from: number, to: number, total: number): string {
	const found = `bytes ${from} to ${to} of ${total}`;
	return to >= total ? `[${found}: the end]` : `[${found}; next: ${JSON.stringify({ id, offset: to })}]`;
}

export function pickedNotice(id: string, path: string, from: number, to: number, total: number): string {
	const found = `bytes ${from} to ${to} of ${total} of what the path gives`;
	return to >= total ? `[${found}: the end]` : `[${found}; next: ${JSON.stringify({ id, jq: path, offset: to })}]`;
}

export interface Searched {
	readonly shown: number;
	readonly found: number;
	/** Where the first one that is not shown begins; undefined when all are. */
	readonly next: number | undefined;
	/** How far the time has sufficed; undefined when it was enough. */
	readonly searchedTo: number | undefined;
}

/** `wanted` is what was looked for, in JSON. */
export function searchNotice(id: string, wanted: string, { shown, found, next, searchedTo }: Searched): string {
	const what = `${shown} of ${found} matching lines; a line begins with its number and, in brackets, an offset to read from`;
	const goOn = next === undefined ? "" : `; next: {"id":${JSON.stringify(id)},"grep":${wanted},"offset":${next}}`;
	const isPartial =
		searchedTo === undefined ? "" : `; it took too long, so that only the first ${searchedTo} bytes were searched`;
	return `[${what}${goOn}${isPartial}]`;
}

export function noResult(id: unknown): string {
	const given = typeof id === "string" ? JSON.stringify(id.length > 40 ? `${id.slice(0, 40)}…` : id) : "no id";
	return `read_result was given ${given}, and no result is kept under that for this session: large results are kept for a day at most, and of too many the oldest go first. The tool that gave it has to be called again.`;
}
