/** What a row of the benchmark gives to the table: lines of cells, targets that were met or missed, and notes. */
import type { Contestant, ContestantKey } from "./contestants.ts";
import type { Bench, Results } from "./rounds.ts";
import type { Summary } from "./stats.ts";

export type Row = { name: string; run(bench: Bench): Promise<RowResult> };

export type RowResult = {
	/** If they are not those of the other rows: the lines are then printed as a table of their own. */
	contestants?: Contestant[];
	lines: Line[];
	targets: Target[];
	notes: string[];
};

/** A contestant without a cell does not take part; one that should and has no value has `-`. */
export type Line = { label: string; cells: Map<ContestantKey, string> };

export type Target = { what: string; found: string; limit: string; mark: "PASS" | "miss" | "-" };

export type LineSource = {
	bench: Bench;
	results: Results;
	takesPart: (contestant: Contestant) => boolean;
	show: (summary: Summary) => string;
};

export function lineOf(label: string, measure: string, { bench, results, takesPart, show }: LineSource): Line {
	const cells = bench.contestants.filter(takesPart).map(({ key }): [ContestantKey, string] => {
		const summary = results.of(measure, key);
		return [key, summary === undefined ? "-" : show(summary)];
	});
	return { label, cells: new Map(cells) };
}

/** How many times `one`'s median is `other`'s. */
export function ratioOf(
	results: Results,
	measure: string,
	one: ContestantKey,
	other: ContestantKey,
): number | undefined {
	const above = results.of(measure, one)?.median;
	const below = results.of(measure, other)?.median;
	return above === undefined || below === undefined ? undefined : above / below;
}

export type Limit = { atMost: number } | { atLeast: number } | { below: number };

export function target(
	what: string,
	found: number | undefined,
	limit: Limit,
	show: (value: number) => string = times,
): Target {
	const [sign, bound, met] =
		"atMost" in limit
			? ["<=", limit.atMost, (found ?? Number.NaN) <= limit.atMost]
			: "atLeast" in limit
				? [">=", limit.atLeast, (found ?? Number.NaN) >= limit.atLeast]
				: ["<", limit.below, (found ?? Number.NaN) < limit.below];
	return {
		what,
		found: found === undefined ? "-" : show(found),
		limit: `${sign} ${show(bound)}`,
		mark: found === undefined ? "-" : met ? "PASS" : "miss",
	};
}

export function times(value: number): string {
	return `${value.toFixed(value < 10 ? 2 : 0)}x`;
}

/** For a few samples: the median and the whole range. */
export function withRange(digits: number): (summary: Summary) => string {
	return ({ median, low, high }) => `${median.toFixed(digits)} (${low.toFixed(digits)}..${high.toFixed(digits)})`;
}

/** For many samples: the median, and what nine of ten stay below. */
export function withP90(digits: number): (summary: Summary) => string {
	return ({ median, p90 }) => `${median.toFixed(digits)} (p90 ${p90.toFixed(digits)})`;
}

export function failureNotes(bench: Bench, results: Results): string[] {
	return bench.contestants.flatMap(({ key, label }) => {
		const reason = results.failures.get(key);
		return reason === undefined ? [] : [`${label}: ${reason}`];
	});
}
