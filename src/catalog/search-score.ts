/** How well a tool that has some of the wanted words fits a query. Pure. */
import { type Intent, mismatchOf } from "./intent.ts";
import { slipsBetween } from "./misspelling.ts";
/** A word of the query. */
export interface Wanted {
	/** As it is written. */
	readonly word: string;
	readonly stem: string;
	/** Stems that mean about the same. */
	readonly alike: ReadonlySet<string>;
	/** The rarer it is among the tools, the more. */
	readonly importance: number;
	/** No tool has this stem, nor one that means the same: it may be misspelt. */
	readonly isStrange: boolean;
	/** Nothing is missing without it. */
	readonly isExtra: boolean;
}

/** What the score needs of a tool. */
export interface Candidate {
	/** Stems of the group's name. */
	readonly group: string;
	/** Stems of the name without those of the group, each with how rare it is. */
	readonly name: readonly (readonly [stem: string, importance: number])[];
	/** Words of the name as they are written. */
	readonly words: ReadonlySet<string>;
	/** What it does, as its name says. */
	readonly done: ReadonlySet<Intent>;
}

export interface Asked {
	readonly wanted: readonly Wanted[];
	/** What is to be done. */
	readonly intents: ReadonlySet<Intent>;
	/** How well the wanted words, in their order, fit a stem; filled in as stems come up. */
	readonly likenesses: Map<string, readonly number[]>;
	/** Stems of the names of groups that the query names. */
	readonly namedGroups: ReadonlySet<string>;
}

/** What a match in a part of a tool is worth. */
const levels: Readonly<Record<string, number>> = {
	name: 1,
	joined: 0.8,
	summary: 0.9,
	parameters: 0.5,
	group: 0.8,
	groupText: 0.3,
	description: 0.5,
	parameterTexts: 0.25,
};

/** What else counts, beside the worth of a word that matches in a name. */
const worth = {
	/** Of a word that only means about the same, that begins with the wanted one, and for each slip of the pen. */
	synonym: 0.55,
	prefix: 0.8,
	misspelt: 0.8,
	/** The score of the first choice. */
	rough: 0.25,
	/** All wanted words are in the tool. */
	complete: 0.5,
	/** All of the tool's name is wanted. */
	name: 0.4,
	/** The tool's group is named. */
	group: 0.4,
	/** The words stand in the name as they are written. */
	asWritten: 0.06,
	/** It does something else than what is wanted; it destroys something, and that is not wanted. */
	mismatch: { none: 0, other: -0.1, destroys: -0.15 },
};

/** `match` has the tool's stems that match, with the fields they are in; `rough` is the BM25 score, 1 for the best tool. */
export function scoreOf(
	{ wanted, intents, likenesses, namedGroups }: Asked,
	candidate: Candidate,
	match: Readonly<Record<string, readonly string[]>>,
	rough: number,
): number {
	const best = wanted.map(() => 0);
	const inName = new Map<string, number>();
	for (const stem in match) {
		const fields = match[stem] ?? [];
		let level = 0;
		for (const field of fields) level = Math.max(level, levels[field] ?? 0);
		let likeness = 0;
		for (const [at, each] of likenessesOf(stem, wanted, likenesses).entries()) {
			best[at] = Math.max(best[at] ?? 0, each * level);
			likeness = Math.max(likeness, each);
		}
		if (fields.includes("name")) inName.set(stem, likeness);
	}
	let covered = 0;
	let asked = 0;
	let complete = 0;
	let written = 0;
	for (const [at, { word, importance, isExtra }] of wanted.entries()) {
		covered += importance * (best[at] ?? 0);
		if (!isExtra) asked += importance;
		if (!isExtra && best[at] !== 0) complete += importance;
		if (candidate.words.has(word)) written += 1;
	}
	let total = 0;
	let named = 0;
	for (const [stem, importance] of candidate.name) {
		total += importance;
		named += importance * (inName.get(stem) ?? 0);
	}
	return (
		covered / (asked || 1) +
		worth.rough * rough +
		worth.complete * (complete / (asked || 1)) ** 2 +
		(worth.name * named) / (total || 1) +
		(namedGroups.has(candidate.group) ? worth.group : 0) +
		(worth.asWritten * written) / wanted.length +
		worth.mismatch[mismatchOf(intents, candidate.done)]
	);
}

function likenessesOf(
	stem: string,
	wanted: readonly Wanted[],
	known: Map<string, readonly number[]>,
): readonly number[] {
	const found = known.get(stem) ?? wanted.map((one) => likenessOf(one, stem));
	known.set(stem, found);
	return found;
}

function likenessOf({ stem, alike, isStrange }: Wanted, found: string): number {
	if (found === stem) return 1;
	if (alike.has(found)) return worth.synonym;
	if (stem.length >= 3 && found.startsWith(stem)) return worth.prefix * (stem.length / found.length) ** 0.5;
	const slips = isStrange ? slipsBetween(stem, found) : undefined;
	return slips === undefined ? 0 : worth.misspelt ** slips;
}
