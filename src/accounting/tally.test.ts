import { expect, test } from "bun:test";

import { createTally } from "./tally.ts";

test("what is asked for again in a session is told apart, by group and query", () => {
	const tally = createTally();
	for (const [group, query] of [
		["git", undefined],
		["git", undefined],
		["git", "log"],
		[undefined, "log"],
		[undefined, "log"],
	] as const) {
		const cell = tally.discovery(group, query);
		cell.count++;
		cell.characters += 100;
	}
	expect(tally.take()).toEqual([
		{ kind: "first", name: "git", count: 2, characters: 200, media: 0 },
		{ kind: "first", name: "", count: 1, characters: 100, media: 0 },
		{ kind: "repeated", name: "git", count: 1, characters: 100, media: 0 },
		{ kind: "repeated", name: "", count: 1, characters: 100, media: 0 },
	]);
});

test("what was taken does not come again, and calls that were going on meanwhile are not lost", () => {
	const tally = createTally();
	const cell = tally.result("git");
	tally.listed(300);
	expect(tally.take()).toEqual([{ kind: "menu", name: "", count: 1, characters: 300, media: 0 }]);
	expect(tally.take()).toEqual([]);
	cell.count++;
	cell.characters += 7;
	expect(tally.take()).toEqual([{ kind: "result", name: "git", count: 1, characters: 7, media: 0 }]);
});

test("of several lists the last one counts", () => {
	const tally = createTally();
	expect(tally.isListed).toBe(false);
	tally.listed(300);
	tally.take();
	tally.listed(200);
	expect(tally.take()).toEqual([{ kind: "menu", name: "", count: 0, characters: -100, media: 0 }]);
	expect(tally.isListed).toBe(true);
});
