/** Finds tools by the words of a query, in an index that is made when somebody searches and kept while the tools stay. */
import type { Hit, SearchGroup } from "./search-group.ts";
import type { SearchIndex } from "./search-index.ts";

/**
 * The best `limit` tools that have at least one word of the query or one that means about the same, and fit not much worse
 * than the best one: best first, ties in the order given. A tool whose name is the query comes first; tools of a group whose name it is, before all others.
 */
export type Search = (groups: readonly SearchGroup[], query: string, limit: number) => Promise<Hit[]>;

/** The tools of all groups, and those of the few groups that a model looks into at a time. */
const mostIndexes = 4;

interface Kept {
	readonly groups: readonly SearchGroup[];
	/** Under way or made: who searches meanwhile waits for the same. */
	readonly index: Promise<SearchIndex>;
}

export function createSearch(): Search {
	let kept: readonly Kept[] = [];

	return async (groups, query, limit) => {
		const { createSearchIndex } = await import("./search-index.ts");
		const found = kept.find((each) => isSame(each.groups, groups)) ?? { groups, index: createSearchIndex(groups) };
		kept = [found, ...kept.filter((each) => each !== found)].slice(0, mostIndexes);
		return (await found.index).find(query, limit);
	};
}

/** Catalogs are replaced as a whole, never changed: their lists of tools are the same objects as long as nothing is new. */
function isSame(some: readonly SearchGroup[], others: readonly SearchGroup[]): boolean {
	return (
		some.length === others.length &&
		some.every(({ group, description, tools }, at) => {
			const other = others[at];
			return other?.group === group && other.description === description && other.tools === tools;
		})
	);
}
