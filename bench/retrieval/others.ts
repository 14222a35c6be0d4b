/** Searches that ours is compared with: the simplest one, BM25 as it comes, and what this program had before. */
import MiniSearch from "minisearch";

import type { Hit, SearchGroup } from "../../src/catalog/search-group.ts";
import type { ToolSearch } from "./quality.ts";

/** Tools whose name or description has the whole query in it, names first; then those with all of its words. */
export const substringSearch: ToolSearch = (groups, query, limit) => {
	const wanted = query.trim().toLowerCase();
	const words = wanted.split(/\s+/);
	const tests: ((hit: Hit) => boolean)[] = [
		({ tool }) => tool.name.toLowerCase().includes(wanted),
		(hit) => textOf(hit).includes(wanted),
		(hit) => words.every((word) => textOf(hit).includes(word)),
	];
	const hits = hitsOf(groups);
	return [...new Set(tests.flatMap((test) => hits.filter(test)))].slice(0, limit);
};

/** minisearch as it is, all text of a tool as one field. */
export function createPlainBm25(): ToolSearch {
	const indexes = new WeakMap<readonly SearchGroup[], { index: MiniSearch; hits: readonly Hit[] }>();
	return (groups, query, limit) => {
		const { index, hits } = indexes.get(groups) ?? build(groups);
		indexes.set(groups, { index, hits });
		return index
			.search(query)
			.flatMap(({ id }) => hits[id] ?? [])
			.slice(0, limit);
	};
}

function build(groups: readonly SearchGroup[]): { index: MiniSearch; hits: readonly Hit[] } {
	const hits = hitsOf(groups);
	const index = new MiniSearch({ fields: ["name", "description", "parameters", "group"] });
	index.addAll(
		hits.map(({ group, tool }, id) => ({
			id,
			name: tool.name,
			description: tool.description ?? "",
			parameters: JSON.stringify(tool.inputSchema ?? {}),
			group: `${group} ${groups.find((each) => each.group === group)?.description ?? ""}`,
		})),
	);
	return { index, hits };
}

/** Counts the words that match: in the name, then in the description, the parameters, the group. */
export const countingSearch: ToolSearch = (groups, query, limit) => {
	const wanted = new Set(wordsOf(query));
	return groups
		.flatMap(({ group, description, tools }) =>
			tools.map((tool) => ({
				hit: { group, tool },
				rank: [
					tool.name.toLowerCase() === query.trim().toLowerCase() ? 1 : 0,
					...[
						tool.name,
						`${tool.title ?? ""} ${tool.description ?? ""}`,
						parameterNames(tool.inputSchema),
						`${group} ${description ?? ""}`,
					].map((text) => matches(wanted, text)),
				],
			})),
		)
		.filter(({ rank }) => rank.some((count) => count > 0))
		.sort((a, b) => compareRanks(b.rank, a.rank))
		.slice(0, limit)
		.map(({ hit }) => hit);
};

const hitsOf = (groups: readonly SearchGroup[]): Hit[] =>
	groups.flatMap(({ group, tools }) => tools.map((tool) => ({ group, tool })));

const textOf = ({ tool }: Hit): string => `${tool.name} ${tool.description ?? ""}`.toLowerCase();

function parameterNames(schema: unknown): string {
	const { properties } = schema as { properties?: object };
	return Object.keys(properties ?? {}).join(" ");
}

function matches(wanted: ReadonlySet<string>, text: string): number {
	const words = new Set(wordsOf(text));
	return [...wanted].filter((word) => words.has(word) || [...words].some((other) => isAkin(word, other))).length;
}

function isAkin(a: string, b: string): boolean {
	return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

function wordsOf(text: string): string[] {
	const spaced = text.replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, " ");
	return spaced.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
	const at = a.findIndex((count, index) => count !== b[index]);
	return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
