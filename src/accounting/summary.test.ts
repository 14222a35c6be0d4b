import { expect, test } from "bun:test";

import type { Counted, Kind } from "./counts.ts";
import { summarise } from "./summary.ts";

const day = Date.UTC(2026, 10, 22);
const counted = (kind: Kind, name: string, characters: number, count = 1): Counted => ({
	kind,
	name,
	count,
	characters,
	media: 0,
});
const period = (at: number, ...all: Counted[]) => ({
	label: undefined,
	sessions: 1,
	started: at,
	ended: at + 1,
	counted: all,
});
const tokensOf = (_kind: Kind, _name: string, characters: number) => Math.round(characters / 4);

test("what was shown and the menu is taken off what the definitions would have cost", () => {
	const savings = summarise(
		[
			period(
				day,
				counted("direct", "git", 4000, 12),
				counted("menu", "", 400),
				counted("first", "git", 1200),
				counted("result", "git", 99),
			),
			period(day + 5, counted("direct", "git", 4000, 12), counted("menu", "", 400), counted("repeated", "git", 80)),
		],
		tokensOf,
	);
	expect(savings).toMatchObject({ sessions: 2, from: day, to: day + 6 });
	expect(savings.total).toEqual({ direct: 2000, menu: 200, first: 300, repeated: 20, results: 25, saved: 1480 });
	expect(savings.groups).toEqual([
		{
			name: "git",
			discoveries: 2,
			calls: 1,
			media: 0,
			direct: 2000,
			first: 300,
			repeated: 20,
			results: 25,
			saved: 1680,
		},
	]);
	expect(savings.days).toEqual([{ day: "2026-11-22", sessions: 2, saved: 1480 }]);
});

test("where more was shown than the definitions are, it is a loss", () => {
	const { total, groups } = summarise(
		[
			period(
				day,
				counted("direct", "time", 400),
				counted("menu", "", 800),
				counted("first", "time", 600),
				counted("first", "", 200),
			),
		],
		tokensOf,
	);
	expect(total.saved).toBe(100 - 200 - 150 - 50);
	expect(groups.map(({ name, saved }) => [name, saved])).toEqual([
		["", -50],
		["time", -50],
	]);
});

test("groups, menu and total add up, whatever was rounded", () => {
	const all = [1, 2, 3, 5, 6, 7].map((characters, at) =>
		counted(at % 2 ? "first" : "direct", `g${at % 3}`, characters),
	);
	const { total, groups } = summarise([period(day, ...all, counted("menu", "", 3))], tokensOf);
	expect(groups.reduce((sum, { saved }) => sum + saved, 0) - total.menu).toBe(total.saved);
});

test("nothing counted is nothing", () => {
	expect(summarise([], tokensOf)).toMatchObject({ sessions: 0, from: undefined, to: undefined, groups: [], days: [] });
});
