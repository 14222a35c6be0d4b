/** How well `get_dynamic_tools {query}` finds the right tool among real ones, beside other searches, and how fast. */
import type { SearchGroup } from "../../src/catalog/search-group.ts";
import { createSearch } from "../../src/catalog/search.ts";
import type { Contestant, ContestantKey } from "../contestants.ts";
import { enlarge, type Question, readLabelled } from "../retrieval/labelled.ts";
import { countingSearch, createPlainBm25, substringSearch } from "../retrieval/others.ts";
import { type Quality, qualityOf, type ToolSearch } from "../retrieval/quality.ts";
import { type Line, type Row, target } from "../row.ts";
import { summarise, type Summary } from "../stats.ts";

interface Searcher {
	readonly key: ContestantKey;
	readonly label: string;
	readonly search: ToolSearch;
}

interface Found {
	readonly key: ContestantKey;
	readonly tuning: Quality;
	readonly heldOut: Quality;
	readonly ms: Summary;
}

const manyTools = 1000;

export const retrievalRow: Row = {
	name: "retrieval",
	async run({ quick }) {
		const { groups, tuning, heldOut } = await readLabelled();
		const many = enlarge(groups, manyTools);
		const searchers: Searcher[] = [
			{ key: "substring", label: "substring", search: substringSearch },
			{ key: "bm25", label: "BM25, unweighted", search: createPlainBm25() },
			{ key: "counting", label: "words counted", search: countingSearch },
			{ key: "dynamic-mcp", label: "dynamic-mcp", search: createSearch() },
		];
		const found: Found[] = [];
		for (const { key, search } of searchers) {
			found.push({
				key,
				tuning: await qualityOf(search, groups, tuning),
				heldOut: await qualityOf(search, groups, heldOut),
				ms: summarise(await timesOf(search, many, [...tuning, ...heldOut], quick ? 1 : 5)),
			});
		}
		const ours = found.find(({ key }) => key === "dynamic-mcp");
		const share = (value: number) => value.toFixed(3);
		return {
			contestants: searchers.map(contestantOf),
			lines: [
				lineOf("recall@5, tuning", found, ({ tuning: { recallAt5 } }) => share(recallAt5)),
				lineOf("recall@5, held out", found, ({ heldOut: { recallAt5 } }) => share(recallAt5)),
				lineOf("MRR, tuning", found, ({ tuning: { mrr } }) => share(mrr)),
				lineOf("MRR, held out", found, ({ heldOut: { mrr } }) => share(mrr)),
				lineOf(
					`query over ${manyTools} tools, ms`,
					found,
					({ ms: { median, p90 } }) => `${median.toFixed(2)} (p90 ${p90.toFixed(2)})`,
				),
			],
			targets: [
				target("recall@5 on the held-out questions", ours?.heldOut.recallAt5, { atLeast: 0.95 }, share),
				target("MRR on the held-out questions", ours?.heldOut.mrr, { atLeast: 0.85 }, share),
				target(`a query over ${manyTools} tools, ms`, ours?.ms.median, { atMost: 2 }, (value) => value.toFixed(2)),
			],
			notes: [
				`${groups.flatMap(({ tools }) => tools).length} tools of ${groups.length} servers, ${tuning.length} questions for tuning, ${heldOut.length} held out`,
			],
		};
	},
};

/** Of every question, in each round; the first round, in which an index is made, does not count. */
async function timesOf(
	search: ToolSearch,
	groups: readonly SearchGroup[],
	questions: readonly Question[],
	rounds: number,
): Promise<number[]> {
	const times: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		for (const { query } of questions) {
			const startedAt = performance.now();
			await search(groups, query, 10);
			if (round > 0) times.push(performance.now() - startedAt);
		}
	}
	return times;
}

const contestantOf = ({ key, label }: Searcher): Contestant => ({
	key,
	label,
	kind: "caller",
	command: () => [],
	call: (name, args) => ({ name, arguments: args }),
});

function lineOf(label: string, found: readonly Found[], show: (found: Found) => string): Line {
	return { label, cells: new Map(found.map((each) => [each.key, show(each)])) };
}
