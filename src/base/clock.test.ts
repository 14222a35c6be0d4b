import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { after, systemClock, within } from "./clock.ts";

test("the system clock's time never goes back", () => {
	const times = Array.from({ length: 1000 }, () => systemClock.now());
	expect(times).toEqual([...times].sort((a, b) => a - b));
});

test("a timer rings when its delay has passed, not before", async () => {
	// No order is asked of two timers: where the machine stalls between setting them, the later one set may be due last.
	for (const delayMs of [0, 2, 10]) {
		const set = systemClock.now();
		await after(systemClock, delayMs);
		// The runtime counts whole milliseconds: the one it began in may be nearly over.
		expect(systemClock.now() - set).toBeGreaterThanOrEqual(delayMs - 1);
	}
});

test("a timer that was called off never rings", async () => {
	const rung: string[] = [];
	const callOff = systemClock.after(0, () => rung.push("called off"));
	callOff();
	await after(systemClock, 1);
	expect(rung).toEqual([]);
});

test("a delay longer than a timer can take does not ring at once", async () => {
	const rung: string[] = [];
	const callOff = systemClock.after(2 ** 40, () => rung.push("too early"));
	await after(systemClock, 2);
	callOff();
	expect(rung).toEqual([]);
});

test("a pending timer keeps no process alive", () => {
	const code = `import { systemClock } from ${JSON.stringify(`${import.meta.dir}/clock.ts`)};
		systemClock.after(60_000, () => {});`;
	const { exitCode } = Bun.spawnSync([process.execPath, "-e", code], { timeout: 5_000 });
	expect(exitCode).toBe(0);
});

test("a promise of the given clock waits for that clock's time", async () => {
	const clock = createFakeClock();
	const rung: string[] = [];
	const waiting = after(clock, 10).then(() => rung.push("ten"));
	clock.advance(9);
	rung.push("nine");
	clock.advance(1);
	await waiting;
	expect(rung).toEqual(["nine", "ten"]);
});

test("the fake clock runs due timers in order and at their time, those they set included", () => {
	const clock = createFakeClock();
	const rung: string[] = [];
	const note = (name: string) => () => rung.push(`${name} at ${clock.now()}`);
	clock.after(30, note("late"));
	clock.after(10, () => {
		note("early")();
		clock.after(10, note("set by early"));
	});
	clock.after(99, note("not due"));
	clock.advance(50);
	expect({ rung, now: clock.now(), pending: clock.pendingTimers }).toEqual({
		rung: ["early at 10", "set by early at 20", "late at 30"],
		now: 50,
		pending: 1,
	});
});

test("what comes within the limit is passed on, and its timer called off", async () => {
	const clock = createFakeClock();
	const given = Promise.withResolvers<string>();
	const broken = Promise.withResolvers<string>();
	const all = Promise.allSettled([within(clock, 10, given.promise), within(clock, 10, broken.promise)]);
	clock.advance(9);
	given.resolve("in time");
	broken.reject(new Error("broken"));
	expect(await all).toEqual([
		{ status: "fulfilled", value: "in time" },
		{ status: "rejected", reason: new Error("broken") },
	]);
	expect(clock.pendingTimers).toBe(0);
});

test("what takes longer than the limit is no longer waited for", async () => {
	const clock = createFakeClock();
	const late = within(clock, 10, new Promise(() => {}));
	clock.advance(10);
	expect(await late).toBeUndefined();
});
