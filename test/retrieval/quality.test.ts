/** The search finds what is asked for, in the tools of real servers: no change may make it worse than this. */
import { expect, test } from "bun:test";

import { readLabelled } from "../../bench/retrieval/labelled.ts";
import { createPlainBm25 } from "../../bench/retrieval/others.ts";
import { qualityOf } from "../../bench/retrieval/quality.ts";
import { createSearch } from "../../src/catalog/search.ts";

const { groups, tuning, heldOut } = await readLabelled();
const all = [...tuning, ...heldOut];

test("the labelled set is large, and every label is a tool that exists", () => {
	const tools = new Set(groups.flatMap(({ group, tools }) => tools.map(({ name }) => `${group}/${name}`)));
	expect(groups.length).toBeGreaterThanOrEqual(12);
	expect(tools.size).toBeGreaterThanOrEqual(400);
	expect([tuning.length, heldOut.length]).toEqual([119, 121]);
	expect(new Set(all.map(({ query }) => query)).size).toBe(all.length);
	expect(all.flatMap((question) => question.tools).filter((name) => !tools.has(name))).toEqual([]);
	expect(all.filter((question) => question.tools.length === 0)).toEqual([]);
	const asked = new Set(all.flatMap((question) => question.tools.map((name) => name.split("/")[0])));
	expect(groups.map(({ group }) => group).filter((group) => !asked.has(group))).toEqual([]);
});

test("a right tool is among the first five for 95 of 100 questions, and mostly the first", async () => {
	const { recallAt5, mrr } = await qualityOf(createSearch(), groups, all);
	expect(recallAt5).toBeGreaterThanOrEqual(0.95);
	expect(mrr).toBeGreaterThanOrEqual(0.85);
});

test("the search is better than BM25 as it comes", async () => {
	const ours = await qualityOf(createSearch(), groups, all);
	const plain = await qualityOf(createPlainBm25(), groups, all);
	expect(ours.recallAt5 - plain.recallAt5).toBeGreaterThan(0.05);
	expect(ours.mrr - plain.mrr).toBeGreaterThan(0.05);
});

test("every tool is found first by its group and name, and among the first by its name", async () => {
	const search = createSearch();
	const missed: string[] = [];
	for (const { group, tools } of groups) {
		for (const { name } of tools) {
			const [whole] = await search(groups, `${group}/${name}`, 1);
			const named = await search(groups, name, 5);
			const isFound = whole?.group === group && whole.tool.name === name;
			if (!isFound || !named.some((hit) => hit.group === group && hit.tool.name === name))
				missed.push(`${group}/${name}`);
		}
	}
	expect(missed).toEqual([]);
});
