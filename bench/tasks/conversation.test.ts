import { expect, test } from "bun:test";

import { costOf, crossover, sumOf } from "./conversation.ts";

test("each turn sends all that came before, what the model has written too", () => {
	const costs = costOf([
		{ added: 1000, written: 20 },
		{ added: 300, written: 10 },
	]);
	expect(costs).toEqual({
		turns: 2,
		input: 1000 + 1320,
		output: 30,
		// New at 1.25, what was sent before at 0.1, what is written at 5.
		priced: 1250 + 100 + 100 + 320 * 1.25 + 50,
	});
});

test("conversations are added up", () => {
	const one = costOf([{ added: 10, written: 1 }]);
	expect(sumOf([one, one])).toEqual({ turns: 2, input: 20, output: 2, priced: 35 });
});

test.each([
	["between two points, where a straight line says", 100, 50, 50, 100, 200],
	["nowhere, when ours always costs less", 10, 50, 20, 100, undefined],
	["nowhere, when it never does", 100, 50, 200, 100, undefined],
])("the lines cross %s", (_, ours, theirs, later, theirsLater, expected) => {
	const points = [
		{ definitions: 0, ours, theirs },
		{ definitions: 400, ours: later, theirs: theirsLater },
	];
	expect(crossover(points)).toBe(expected);
	expect(crossover(points.toReversed())).toBe(expected);
});

test("of several crossings the last one counts, from where on it stays below", () => {
	const differences = [10, -10, 10, -10, -20];
	const points = differences.map((difference, at) => ({ definitions: at * 100, ours: 50 + difference, theirs: 50 }));
	expect(crossover(points)).toBe(250);
});
