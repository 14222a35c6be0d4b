import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { chooseLevels } from "./levels.ts";

test.each([
	["everything fits", 100, {}, [2, 2, 2]],
	["nothing but the least fits", 3, {}, [0, 0, 0]],
	["one level is given to all before the next to any", 15, {}, [1, 1, 1]],
	["what is left goes to the first", 20, {}, [2, 1, 1]],
	[
		"what does not fit is passed over",
		18,
		{
			sizes: [
				[1, 50, 60],
				[1, 5, 10],
				[1, 5, 10],
			],
		},
		[0, 2, 1],
	],
	["some come first", 13, { ahead: [2] }, [0, 0, 2]],
	["some come first as far as there is room", 8, { ahead: [2] }, [0, 0, 1]],
	["the priority counts", 20, { priority: [1, 2, 0] }, [1, 2, 1]],
	[
		"a level that is smaller than the one before is taken",
		7,
		{
			sizes: [
				[1, 9, 5],
				[1, 9, 9],
			],
			priority: [0, 1],
		},
		[2, 0],
	],
])("%s", (_, room, more, expected) => {
	const usual = {
		sizes: [
			[1, 5, 10],
			[1, 5, 10],
			[1, 5, 10],
		],
		priority: [0, 1, 2],
		ahead: [] as number[],
	};
	const { sizes, priority, ahead } = { ...usual, ...more };
	expect(chooseLevels(sizes, priority, { room, ahead })).toEqual(expected);
});

test("property: what is chosen fits when the least of all fits, and nothing more would", () => {
	const sizes = fc.array(
		fc.array(fc.nat(30), { minLength: 3, maxLength: 3 }).map((own) => own.toSorted((a, b) => a - b)),
		{ maxLength: 12 },
	);
	fc.assert(
		fc.property(sizes, fc.nat(200), (all, more) => {
			const room = all.reduce((sum, [least = 0]) => sum + least, 0) + more;
			const chosen = chooseLevels(all, [...all.keys()], { room });
			const used = chosen.reduce((sum, level, item) => sum + all[item]![level]!, 0);
			expect(used).toBeLessThanOrEqual(room);
			const left = room - used;
			for (const [item, level] of chosen.entries()) {
				if (level < 2) expect(all[item]![2]! - all[item]![level]!).toBeGreaterThan(left);
			}
		}),
	);
});
