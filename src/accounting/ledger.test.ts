import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";

import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import type { Counted } from "./counts.ts";
import { openLedger, type Period } from "./ledger.ts";

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 15, 12);
const some: Counted = { kind: "first", name: "git", count: 1, characters: 100, media: 0 };
const addition = (at: number, counted: Counted[] = [some]) => ({ session: undefined, started: at, now: at, counted });

const sumOf = (periods: readonly Period[]) => ({
	sessions: periods.reduce((sum, { sessions }) => sum + sessions, 0),
	characters: periods.flatMap(({ counted }) => counted).reduce((sum, { characters }) => sum + characters, 0),
	count: periods.flatMap(({ counted }) => counted).reduce((sum, { count }) => sum + count, 0),
});

test("sessions are added, and added to, and found by their end", async () => {
	await using directory = openTempDir();
	const ledger = openLedger({ path: `${directory.path}/new/savings.sqlite`, busyMs: 100 });
	const id = ledger.add(addition(start));
	ledger.add({ session: id, started: start, now: start + 5, counted: [some, { ...some, kind: "result" }] });
	ledger.add(addition(start + dayMs));
	const all = ledger.read(0);
	expect(all.map(({ sessions, started, ended }) => [sessions, started, ended])).toEqual([
		[1, start, start + 5],
		[1, start + dayMs, start + dayMs],
	]);
	expect(all[0]?.counted).toEqual([
		{ ...some, count: 2, characters: 200 },
		{ ...some, kind: "result" },
	]);
	expect(ledger.read(start + 6)).toHaveLength(1);
	ledger.close();
});

test("file and folder are the user's alone", async () => {
	await using directory = openTempDir();
	const path = `${directory.path}/new/savings.sqlite`;
	const ledger = openLedger({ path, busyMs: 100 });
	ledger.add(addition(start));
	const modes = [path, `${path}-wal`, `${directory.path}/new`].map((each) => (statSync(each).mode & 0o777).toString(8));
	ledger.close();
	expect(modes).toEqual(["600", "600", "700"]);
});

test("a file of a newer program, or of something else, is left alone", async () => {
	await using directory = openTempDir();
	const path = `${directory.path}/savings.sqlite`;
	const database = new Database(path);
	database.run("PRAGMA user_version = 99");
	database.close();
	expect(() => openLedger({ path, busyMs: 100 })).toThrow("layout 99");
	const other = directory.write("other.sqlite", "this is no database, and somebody may want it\n".repeat(50));
	expect(() => openLedger({ path: other, busyMs: 100 })).toThrow("not a database");
	expect(await Bun.file(other).text()).toContain("somebody may want it");
});

describe("what lies far back is summed up:", () => {
	test("after a month by day, after a year by month, once a day", async () => {
		await using directory = openTempDir();
		const ledger = openLedger({ path: `${directory.path}/savings.sqlite`, busyMs: 100 });
		for (const at of [start, start + 1, start + dayMs]) ledger.add(addition(at));
		const labels = () => ledger.read(0).map(({ label, sessions }) => [label, sessions]);
		ledger.sumUp(start + 30 * dayMs);
		expect(labels()).toHaveLength(3);
		ledger.sumUp(start + 33 * dayMs);
		expect(labels()).toEqual([
			["2026-01-15", 2],
			["2026-01-16", 1],
		]);
		ledger.add(addition(start + 40 * dayMs));
		ledger.sumUp(start + 400 * dayMs);
		expect(labels()).toEqual([
			["2026-01", 3],
			["2026-02-24", 1],
		]);
		ledger.close();
	});

	test("a session that goes on after that is not counted twice", async () => {
		await using directory = openTempDir();
		const ledger = openLedger({ path: `${directory.path}/savings.sqlite`, busyMs: 100 });
		const session = ledger.add(addition(start));
		ledger.sumUp(start + 40 * dayMs);
		ledger.add({ session, started: start, now: start + 41 * dayMs, counted: [some] });
		expect(sumOf(ledger.read(0))).toEqual({ sessions: 1, characters: 200, count: 2 });
		ledger.close();
	});

	test("and nothing gets lost by it, nor comes twice", async () => {
		const session = record({
			day: integer({ min: 0, max: 500 }),
			kind: constantFrom("first" as const, "direct" as const, "result" as const),
			name: constantFrom("a", "b", ""),
			characters: integer({ min: 0, max: 1_000_000 }),
		});
		await assert(
			asyncProperty(
				array(session, { maxLength: 20 }),
				array(integer({ min: 0, max: 1000 })),
				async (sessions, days) => {
					await using directory = openTempDir();
					const ledger = openLedger({ path: `${directory.path}/savings.sqlite`, busyMs: 100 });
					for (const { day, ...counted } of sessions) {
						ledger.add(addition(start + day * dayMs, [{ ...counted, count: 1, media: 0 }]));
					}
					const before = sumOf(ledger.read(0));
					for (const day of days.toSorted((a, b) => a - b)) ledger.sumUp(start + day * dayMs);
					expect(sumOf(ledger.read(0))).toEqual(before);
					ledger.close();
				},
			),
			{ numRuns: 15 },
		);
	});
});
