/** Whether one word is another one with a slip of the pen. Pure. */

/** So many letters of a word of this length may be wrong, too many, missing, or two swapped. */
export const slipsIn = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : 2);

/** The number of slips between two words, or undefined when there are more than the first one may have. */
export function slipsBetween(word: string, other: string): number | undefined {
	const most = slipsIn(word.length);
	if (Math.abs(word.length - other.length) > most) return undefined;
	let before: number[] = [];
	let above = Array.from({ length: other.length + 1 }, (_, at) => at);
	for (let row = 1; row <= word.length; row++) {
		const current = [row];
		for (let at = 1; at <= other.length; at++) {
			const isEqual = word[row - 1] === other[at - 1];
			const isSwapped = row > 1 && at > 1 && word[row - 1] === other[at - 2] && word[row - 2] === other[at - 1];
			current[at] = Math.min(
				(above[at] ?? 0) + 1,
				(current[at - 1] ?? 0) + 1,
				(above[at - 1] ?? 0) + (isEqual ? 0 : 1),
				isSwapped ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
			);
		}
		before = above;
		above = current;
	}
	const slips = above[other.length] ?? 0;
	return slips <= most ? slips : undefined;
}
