/** The factors are those of real servers' tools: 27 catalogs that the benchmark has recorded. */
import { expect, test } from "bun:test";

import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

import { groupOf } from "../../test/helpers/groups.ts";
import { listGroup } from "../catalog/listing.ts";
import type { Tool } from "../protocol/mcp.ts";
import { printToolList } from "../relay/meta-tools.ts";
import { printText } from "../relay/texts.ts";
import { charactersPerToken, estimateTokens } from "./token-estimate.ts";

interface Catalog {
	readonly group: string;
	readonly description: string;
	readonly tools: readonly Tool[];
}

const folder = `${import.meta.dir}/../../bench/retrieval/catalogs`;
const names = [...new Bun.Glob("*.json").scanSync(folder)].sort();
const catalogs = await Promise.all(names.map(async (name) => (await Bun.file(`${folder}/${name}`).json()) as Catalog));

const definitions = catalogs.map(({ tools }) => {
	const text = JSON.stringify(tools);
	return { characters: text.length, tokens: countTokens(text) };
});

const shown = catalogs.map(({ group, tools }) => {
	const text = listGroup({ name: group, tools, format: "signature", note: undefined }, 8000);
	return { characters: printText(text, false).length, tokens: countTokens(text) };
});

const menus = [1, 5, 10, 27].map((count) => {
	const text = printToolList(catalogs.slice(0, count).map(({ group, description }) => groupOf(group, { description })));
	return {
		characters: text.length,
		tokens: countTokens(JSON.stringify((JSON.parse(text) as { tools: unknown }).tools)),
	};
});

test.each([
	["definitions", definitions],
	["discovery", shown],
	["menu", menus],
] as const)("the estimate of all %s is right to a tenth, and that of nearly each to a fifth", (kind, texts) => {
	const characters = texts.reduce((sum, text) => sum + text.characters, 0);
	const tokens = texts.reduce((sum, text) => sum + text.tokens, 0);
	expect(Math.abs(estimateTokens(kind, characters) / tokens - 1)).toBeLessThan(0.1);
	const far = texts.filter((text) => Math.abs(text.characters / charactersPerToken[kind] / text.tokens - 1) > 0.2);
	expect(far.length).toBeLessThanOrEqual(texts.length / 10);
});
