/** Finds the names a person probably meant. Pure. */

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`: optimal string alignment distance. */
function distance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			let best = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (same ? 0 : 1),
			);
			if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
				best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
			}
			current.push(best);
		}
		beforeLast = last;
		last = current;
	}
	return last[b.length] ?? 0;
}

const simplify = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/**
 * Up to `limit` of `names` that resemble `wanted`, best first, ties in the order given.
 *
 * Case, `-`, `_` and `.` do not count. A name resembles when at most a third of it (at least one
 * character) must be edited, or when one contains the other and the shorter has three characters or more.
 */
export function nearest(wanted: string, names: Iterable<string>, limit = 3): string[] {
	const target = simplify(wanted).slice(0, 64);
	const scored: { name: string; score: number }[] = [];
	for (const name of names) {
		const candidate = simplify(name).slice(0, 64);
		const longer = Math.max(target.length, candidate.length);
		const shorter = Math.min(target.length, candidate.length);
		const edits = distance(target, candidate);
		if (edits <= Math.max(1, Math.floor(longer / 3)) && edits < longer) scored.push({ name, score: edits });
		else if (shorter >= 3 && (target.includes(candidate) || candidate.includes(target))) {
			scored.push({ name, score: longer - shorter + 1 });
		}
	}
	return scored
		.sort((a, b) => a.score - b.score)
		.slice(0, limit)
		.map(({ name }) => name);
}
