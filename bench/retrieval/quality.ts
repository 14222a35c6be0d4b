/** How good a search is: how often a right tool is among its first answers, and how far up. */
import type { Hit, SearchGroup } from "../../src/catalog/search-group.ts";
import type { Question } from "./labelled.ts";

/** The best tools for a query, best first. */
export type ToolSearch = (groups: readonly SearchGroup[], query: string, limit: number) => Promise<Hit[]> | Hit[];

export interface Quality {
	/** The share of questions with a right tool among the first five. */
	readonly recallAt5: number;
	/** The mean of 1 / the place of the first right tool; 0 where it is not among the first `depth`. */
	readonly mrr: number;
	/** What was asked where no right tool was among the first five, with what came first. */
	readonly missed: readonly { readonly query: string; readonly found: readonly string[] }[];
}

const depth = 50;

export async function qualityOf(
	search: ToolSearch,
	groups: readonly SearchGroup[],
	questions: readonly Question[],
): Promise<Quality> {
	const answers = [];
	for (const { query, tools } of questions) {
		const found = (await search(groups, query, depth)).map(({ group, tool }) => `${group}/${tool.name}`);
		answers.push({ query, found, at: found.findIndex((name) => tools.includes(name)) });
	}
	const missed = answers.filter(({ at }) => at < 0 || at >= 5);
	const reciprocals = answers.map(({ at }) => (at < 0 ? 0 : 1 / (at + 1)));
	return {
		recallAt5: 1 - missed.length / questions.length,
		mrr: reciprocals.reduce((sum, each) => sum + each, 0) / questions.length,
		missed: missed.map(({ query, found }) => ({ query, found: found.slice(0, 5) })),
	};
}
