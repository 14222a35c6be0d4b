/** An index over the tools of some groups. Loads minisearch: import it when somebody searches. */
import MiniSearch, { type Query } from "minisearch";

import { breathe } from "../base/clock.ts";
import { createIntents } from "./intent.ts";
import { slipsIn } from "./misspelling.ts";
import { fieldNames, type Fields, fieldsReader } from "./search-fields.ts";
import type { Hit, SearchGroup } from "./search-group.ts";
import { type Asked, type Candidate, scoreOf, type Wanted } from "./search-score.ts";
import { createVocabulary, stemsIn } from "./search-vocabulary.ts";
import { createSynonyms } from "./synonyms.ts";
import { joinedOf, stemOf, tellingWordsOf, wordsOf } from "./words.ts";

export interface SearchIndex {
	/** The best `limit` tools, best first, ties in the order given. */
	readonly find: (query: string, limit: number) => Hit[];
}

/** How much a word counts in each part of a tool, for the first, rough choice. */
const boost: Record<keyof Fields, number> = {
	name: 5,
	joined: 3,
	summary: 1.6,
	description: 0.5,
	parameters: 1,
	parameterTexts: 0.3,
	group: 2,
	groupText: 0.5,
};

/** Of so many tools, the best by the rough choice, the fit is looked at. */
const mostCandidates = 150;

/**
 * What scores less than this part of the best is left out, unless its name is asked for: it has a word in common, and nothing
 * else. On the labelled set's tuning half, no question loses its tool up to 0.4, and the median of hits falls from 173 to 12.
 */
const faint = 0.35;

/** So many tools are read at a time, which takes a few milliseconds: then everything else has its turn. */
const toolsInTurn = 16;

export async function createSearchIndex(groups: readonly SearchGroup[]): Promise<SearchIndex> {
	const synonyms = createSynonyms();
	const intentOf = createIntents();
	const intentsOf = (stems: readonly string[]) => new Set(stems.flatMap((stem) => intentOf(stem) ?? []));
	const hits: Hit[] = groups.flatMap(({ group, tools }) => tools.map((tool) => ({ group, tool })));
	const index = new MiniSearch<Fields & { id: number }>({
		fields: [...fieldNames],
		tokenize: (text) => text.split(" "),
		processTerm: (term) => term || null,
		searchOptions: { boost, bm25: { k: 1.2, b: 0.6, d: 0.3 } },
	});
	const documents: Fields[] = [];
	const vocabulary = createVocabulary();
	for (const group of groups) {
		const read = fieldsReader(group);
		for (const tool of group.tools) {
			const fields = read(tool);
			const id = documents.push(fields) - 1;
			index.add({ ...fields, id });
			vocabulary.add(fields);
			if (documents.length % toolsInTurn === 0) await breathe();
		}
	}
	const { importanceOf } = vocabulary;
	const candidates = documents.map(({ name, group }, id): Candidate => {
		const others = stemsIn(name).filter((stem) => !stemsIn(group).includes(stem));
		const telling = others.length === 0 ? stemsIn(name) : others;
		return {
			group,
			name: telling.map((stem) => [stem, importanceOf([stem])]),
			words: new Set(wordsOf(hits[id]?.tool.name ?? "")),
			done: intentsOf(telling),
		};
	});
	const groupNames = [...new Set(documents.map(({ group }) => group))].filter((group) => group !== "");
	const names = createNames(hits);

	/** What the query asks for, word by word, each with all that satisfies it. */
	function wantedOf(query: string): Wanted[] {
		const words = tellingWordsOf(query, (word) => vocabulary.has(stemOf(word)));
		const meant = new Map(words.map((word) => [word, meantBy(word)]));
		const required = new Set(words.flatMap((word) => meant.get(word) ?? [word]));
		const joined = joinedOf(query).filter((stem) => vocabulary.isInNames(stem));
		const extras = [...words.filter((word) => meant.get(word) !== undefined), ...joined];
		return [
			...Array.from(required, (word) => wantedWord(word, stemOf(word), false)),
			...extras.filter((word) => !required.has(word)).map((word) => wantedWord(word, word, true)),
		];
	}

	/** What a word is short for, unless it is in the names of tools itself. */
	function meantBy(word: string): readonly string[] | undefined {
		return vocabulary.isInNames(stemOf(word)) ? undefined : synonyms.standsFor(stemOf(word));
	}

	function wantedWord(word: string, stem: string, isExtra: boolean): Wanted {
		const alike = new Set([...synonyms.alike(stem)].filter((other) => vocabulary.has(other)));
		const isKnown = vocabulary.has(stem);
		const isStrange = !isKnown && !isExtra && alike.size === 0;
		return { word, stem, alike, isStrange, isExtra, importance: importanceOf(isKnown ? [stem] : [stem, ...alike]) };
	}

	function queryOf(wanted: readonly Wanted[]): Query {
		const queries: Query[] = wanted.map(({ stem, isStrange, alike }) => ({
			combineWith: "OR",
			queries: [
				{
					queries: [stem],
					prefix: stem.length >= 3,
					fuzzy: isStrange ? slipsIn(stem.length) : false,
				},
				...(alike.size === 0 ? [] : [{ queries: [[...alike].join(" ")], boostTerm: () => 0.45 }]),
			],
		}));
		return { combineWith: "OR", queries };
	}

	function askedOf(wanted: readonly Wanted[]): Asked {
		const stems = new Set(wanted.map(({ stem }) => stem));
		const named = groupNames.filter((group) => stemsIn(group).every((stem) => stems.has(stem)));
		return { wanted, intents: intentsOf([...stems]), likenesses: new Map(), namedGroups: new Set(named) };
	}

	function find(query: string, limit: number): Hit[] {
		const exact = names.exactness(query);
		const wanted = wantedOf(query);
		const asked = askedOf(wanted);
		const found = wanted.length === 0 ? [] : index.search(queryOf(wanted));
		const top = found[0]?.score || 1;
		const scores = new Map<number, number>(Array.from(exact.keys(), (at) => [at, 0]));
		for (const [place, { id, score, match }] of found.entries()) {
			const at = Number(id);
			const candidate = candidates[at];
			if (candidate === undefined || (place >= Math.max(limit, mostCandidates) && !exact.has(at))) continue;
			if (exact.get(at) === byGroup) continue;
			scores.set(at, scoreOf(asked, candidate, match, score / top));
		}
		// Who asks one group is to find there whatever a search over all groups has counted.
		const floor = groups.length === 1 ? 0 : Math.max(0, ...scores.values()) * faint;
		return Array.from(scores, ([at, score]) => ({ at, score, exact: exact.get(at) ?? 0 }))
			.filter(({ score, exact }) => exact > 0 || score >= floor)
			.sort((a, b) => b.exact - a.exact || b.score - a.score || a.at - b.at)
			.slice(0, limit)
			.flatMap(({ at }) => hits[at] ?? []);
	}

	return { find };
}

/** The query is the name of the tool's group: there is nothing to choose by. */
const byGroup = 1;

/** Which tools a query names, and how exactly: as it is written, in another notation, or by their group alone. */
function createNames(hits: readonly Hit[]): { exactness(query: string): ReadonlyMap<number, number> } {
	const byName = new Map<string, Map<number, number>>();
	const add = (name: string, at: number, exactness: number) => {
		const found = byName.get(name) ?? new Map<number, number>();
		if ((found.get(at) ?? 0) < exactness) found.set(at, exactness);
		byName.set(name, found);
	};
	for (const [at, { group, tool }] of hits.entries()) {
		for (const name of [tool.name, `${group}/${tool.name}`]) {
			add(`=${name.toLowerCase()}`, at, 3);
			add(wordsOf(name).join(" "), at, 2);
		}
		for (const name of [`=${group.toLowerCase()}`, wordsOf(group).join(" ")]) add(name, at, byGroup);
	}
	return {
		exactness(query) {
			const words = wordsOf(query).join(" ");
			const inWords = words === "" ? [] : (byName.get(words) ?? []);
			return new Map([...inWords, ...(byName.get(`=${query.trim().toLowerCase()}`) ?? [])]);
		},
	};
}
