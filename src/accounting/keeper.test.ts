import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import type { Counted } from "./counts.ts";
import { createKeeper } from "./keeper.ts";
import type { Addition, Ledger } from "./ledger.ts";

const direct: Counted = { kind: "direct", name: "git", count: 3, characters: 900, media: 0 };
const minutesMs = 60_000;

function setUp({ failures = 0, code = "SQLITE_BUSY", isOn = true } = {}) {
	const clock = createFakeClock();
	const added: Addition[] = [];
	const problems: string[] = [];
	const state = { failures, isOn, closed: 0 };
	const ledger: Ledger = {
		add(addition) {
			if (state.failures-- > 0) throw Object.assign(new Error("no luck"), { code });
			added.push({ ...addition, counted: [...addition.counted] });
			return 7;
		},
		sumUp: () => {},
		read: () => [],
		close: () => void state.closed++,
	};
	const keeper = createKeeper({
		clock,
		now: () => 1000,
		isOn: () => state.isOn,
		direct: async () => [direct],
		open: async () => ledger,
		onProblem: (text) => problems.push(text),
	});
	return { clock, keeper, added, problems, state };
}

/** As long as it waits for others, the clock is turned. */
async function written({ clock, keeper }: ReturnType<typeof setUp>): Promise<void> {
	const end = keeper.write();
	for (let turns = 0; turns < 200; turns++) {
		clock.advance(25);
		await Promise.resolve();
	}
	await end;
}

test("a session is written with what a client would have had directly, once", async () => {
	const all = setUp();
	const tally = all.keeper.open();
	tally?.listed(100);
	await written(all);
	const cell = tally?.result("git");
	if (cell !== undefined) Object.assign(cell, { count: 1, characters: 50 });
	await written(all);
	await written(all);
	expect(all.added.map(({ session, counted }) => [session, counted.map(({ kind }) => kind)])).toEqual([
		[undefined, ["menu", "direct"]],
		[7, ["result"]],
	]);
	expect(all.state.closed).toBe(2);
});

test("a client that asks for no tools leaves no trace", async () => {
	const all = setUp();
	all.keeper.open()?.end();
	await written(all);
	expect([all.added, all.state.closed]).toEqual([[], 0]);
});

test("what was counted is written every few minutes, as long as there is something new", async () => {
	const all = setUp();
	all.keeper.open()?.listed(100);
	all.clock.advance(6 * minutesMs);
	await written(all);
	all.clock.advance(20 * minutesMs);
	await written(all);
	expect(all.added).toHaveLength(1);
	all.keeper.close();
	expect(all.clock.pendingTimers).toBe(0);
});

test("while another process writes, it is tried again", async () => {
	const all = setUp({ failures: 3 });
	all.keeper.open()?.listed(100);
	await written(all);
	expect([all.added.length, all.problems]).toEqual([1, []]);
});

test("what cannot be written is told once, and written later", async () => {
	const all = setUp({ failures: 2, code: "SQLITE_READONLY" });
	const tally = all.keeper.open();
	tally?.listed(100);
	await written(all);
	await written(all);
	tally?.end();
	await written(all);
	expect(all.problems).toEqual(["no luck"]);
	expect(all.added.map(({ counted }) => counted.map(({ kind }) => kind))).toEqual([["menu", "direct"]]);
});

test("switched off it counts nothing, and writes nothing of what it has counted", async () => {
	const off = setUp({ isOn: false });
	expect(off.keeper.open()).toBeUndefined();
	const all = setUp();
	all.keeper.open()?.listed(100);
	all.state.isOn = false;
	await written(all);
	expect(all.added).toEqual([]);
});
