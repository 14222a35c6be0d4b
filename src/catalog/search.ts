/** Finds tools by the words of a query. Pure. */
import type { Tool } from "../protocol/mcp.ts";
import { isSchema } from "./schema-parts.ts";

export interface SearchGroup {
	readonly group: string;
	readonly description?: string;
	readonly tools: readonly Tool[];
}

export interface Hit {
	readonly group: string;
	readonly tool: Tool;
}

/**
 * The best `limit` tools that at least one word of the query matches, best first, ties in the order given.
 *
 * A tool whose name is the query comes first. Then counts how many words match in the name, then in the
 * description, then in the parameter names, then in the group's name and description.
 */
export function searchTools(groups: readonly SearchGroup[], query: string, limit: number): Hit[] {
	const wanted = new Set(wordsOf(query));
	const ranked = groups.flatMap(({ group, description, tools }) => {
		const inGroup = matches(wanted, `${group} ${description ?? ""}`);
		return tools.map((tool) => ({ hit: { group, tool }, rank: [...rankOf(tool, query, wanted), inGroup] }));
	});
	return ranked
		.filter(({ rank }) => rank.some((count) => count > 0))
		.sort((a, b) => compareRanks(b.rank, a.rank))
		.slice(0, limit)
		.map(({ hit }) => hit);
}

function rankOf(tool: Tool, query: string, wanted: ReadonlySet<string>): number[] {
	const schema = isSchema(tool.inputSchema) ? tool.inputSchema["properties"] : undefined;
	return [
		tool.name.toLowerCase() === query.trim().toLowerCase() ? 1 : 0,
		matches(wanted, tool.name),
		matches(wanted, `${tool.title ?? ""} ${tool.description ?? ""}`),
		matches(wanted, isSchema(schema) ? Object.keys(schema).join(" ") : ""),
	];
}

/** How many of the wanted words stand in the text, whole or such that one word starts with the other. */
function matches(wanted: ReadonlySet<string>, text: string): number {
	const words = new Set(wordsOf(text));
	return [...wanted].filter((word) => words.has(word) || [...words].some((other) => isAkin(word, other))).length;
}

/** `files` and `file`, `list` and `listing`; two letters are too few to tell. */
function isAkin(a: string, b: string): boolean {
	return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

/** `readTextFile`, `read_text_file` and `read-text-file` are the same three words. */
function wordsOf(text: string): string[] {
	const spaced = text.replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ");
	return spaced.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
	const at = a.findIndex((count, index) => count !== b[index]);
	return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
