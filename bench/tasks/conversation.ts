/** Adds up what a conversation costs, when each turn sends all of it again. Pure. */

export interface Costs {
	readonly turns: number;
	/** Tokens that were sent, all turns together. */
	readonly input: number;
	/** Tokens that the model has written. */
	readonly output: number;
	/** All of it, in input tokens at the full price, when what was sent before is read from the prompt cache. */
	readonly priced: number;
}

/** Of the price of an input token, as Anthropic has them: what is new is written to the cache, what is old is read from it. */
const writeFactor = 1.25;
const readFactor = 0.1;
const outputFactor = 5;

export interface Turn {
	/** What came to the context since the turn before: the tools and the prompt, or a result. */
	readonly added: number;
	/** What the model writes in this turn. It is part of the context from then on. */
	readonly written: number;
}

/** Of one conversation that begins with an empty cache, which lasts to its end. */
export function costOf(turns: readonly Turn[]): Costs {
	let context = 0;
	let input = 0;
	let output = 0;
	let priced = 0;
	let before = 0;
	for (const { added, written } of turns) {
		context += added;
		input += context;
		priced += before * readFactor + (context - before) * writeFactor + written * outputFactor;
		before = context;
		context += written;
		output += written;
	}
	return { turns: turns.length, input, output, priced };
}

export function sumOf(all: readonly Costs[]): Costs {
	const sum = (field: keyof Costs) => all.reduce((total, each) => total + each[field], 0);
	return { turns: sum("turns"), input: sum("input"), output: sum("output"), priced: sum("priced") };
}

export interface Point {
	/** Tokens of the definitions of all tools. */
	readonly definitions: number;
	readonly ours: number;
	readonly theirs: number;
}

/**
 * From how many tokens of definitions on ours costs less than theirs, by a straight line between the last point at which it
 * does not and the next; undefined when it never, or always, does.
 */
export function crossover(points: readonly Point[]): number | undefined {
	const sorted = points.toSorted((a, b) => a.definitions - b.definitions);
	const last = sorted.findLastIndex(({ ours, theirs }) => ours >= theirs);
	const [below, above] = [sorted[last], sorted[last + 1]];
	if (below === undefined || above === undefined) return undefined;
	const loss = below.ours - below.theirs;
	const gain = above.theirs - above.ours;
	return Math.round(below.definitions + ((above.definitions - below.definitions) * loss) / (loss + gain));
}
