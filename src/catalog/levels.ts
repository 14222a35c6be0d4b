/** Decides how much of each thing is told when not everything can be. Pure. */

/**
 * For each item the index of the text that is shown of it. `sizes` has the sizes of an item's texts, from the least to the
 * most detailed one.
 *
 * All start with the least; what is left of `room` goes first to those in `ahead`, which get the most they can, and then to one
 * level after the other, in the order of `priority`. Whatever does not fit is passed over, and those behind it have their chance.
 */
export function chooseLevels(
	sizes: readonly (readonly number[])[],
	priority: readonly number[],
	{ room, ahead = [] }: { readonly room: number; readonly ahead?: readonly number[] },
): number[] {
	const chosen = sizes.map(() => 0);
	let left = room - sizes.reduce((sum, [least = 0]) => sum + least, 0);

	function raise(item: number, level: number): boolean {
		const own = sizes[item] ?? [];
		const size = own[level];
		const extra = (size ?? Infinity) - (own[chosen[item] ?? 0] ?? 0);
		if (extra > left) return false;
		chosen[item] = level;
		left -= extra;
		return true;
	}

	for (const item of ahead) {
		for (let level = (sizes[item]?.length ?? 0) - 1; level > 0 && !raise(item, level); level--);
	}
	const levels = sizes.reduce((most, own) => Math.max(most, own.length), 0);
	for (let level = 1; level < levels; level++) {
		for (const item of priority) if ((chosen[item] ?? 0) < level) raise(item, level);
	}
	return chosen;
}
