/** Medians and their spread. */

export type Summary = { median: number; low: number; high: number; p90: number; count: number };

export function summarise(samples: readonly number[]): Summary {
	const sorted = samples.toSorted((a, b) => a - b);
	return {
		median: quantile(sorted, 0.5),
		low: quantile(sorted, 0),
		high: quantile(sorted, 1),
		p90: quantile(sorted, 0.9),
		count: sorted.length,
	};
}

function quantile(sorted: readonly number[], share: number): number {
	const at = (sorted.length - 1) * share;
	const below = sorted[Math.floor(at)] ?? Number.NaN;
	const above = sorted[Math.ceil(at)] ?? Number.NaN;
	return below + (above - below) * (at - Math.floor(at));
}
