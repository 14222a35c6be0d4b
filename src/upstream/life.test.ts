import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import {
	describeNext,
	describeState,
	type FailureCause,
	type Life,
	type LifeAction,
	type LifeEvent,
	retryDelayMs,
	step,
	unborn,
} from "./life.ts";

const failure = { reason: "it exited with code 7", lastWords: [] };
const failed = (cause: FailureCause): LifeEvent => ({ kind: "failed", failure, cause });
const wanted: LifeEvent = { kind: "wanted" };
const ready: LifeEvent = { kind: "ready" };
const due: LifeEvent = { kind: "due" };

/** Lives through the events at their times, with dice that always show the middle. */
function live(...events: readonly (readonly [now: number, event: LifeEvent])[]): { life: Life; actions: LifeAction[] } {
	let life = unborn;
	const actions = events.map(([now, event]) => {
		const next = step(life, event, now, 0.5);
		life = next.life;
		return next.action;
	});
	return { life, actions };
}

describe("a group that is wanted", () => {
	test("is started once, however many want it meanwhile", () => {
		const { life, actions } = live([0, wanted], [1, wanted], [2, ready], [3, wanted]);
		expect([actions, life.state]).toEqual([["start", "none", "none", "none"], { kind: "ready", since: 2 }]);
	});

	test("is started anew after it was put to rest", () => {
		expect(live([0, wanted], [1, ready], [2, { kind: "rested" }], [3, wanted]).actions).toEqual([
			"start",
			"none",
			"none",
			"start",
		]);
	});
});

describe("a group that fails", () => {
	test("is tried again after 1, 2, 4 … 60 seconds", () => {
		const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => retryDelayMs(failures, 0.5) / 1000);
		expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
	});

	test("spreads its retries by a fifth either way", () => {
		expect([retryDelayMs(2, 0), retryDelayMs(2, 1)]).toEqual([1600, 2400]);
	});

	test("is tried once at once for whoever cannot wait, and then only when the time has come", () => {
		const { actions } = live(
			[0, wanted],
			[10, failed("exit")], // next try at 1010
			[20, wanted], // the early one
			[30, failed("exit")], // next try at 2030
			[40, wanted],
			[2040, wanted],
		);
		expect(actions).toEqual(["start", "none", "start", "none", "refuse", "start"]);
	});

	test("is tried by itself when the time has come", () => {
		expect(live([0, wanted], [10, failed("silent")], [1010, due]).actions).toEqual(["start", "none", "start"]);
	});

	test("three times soon after its start is left alone until somebody wants it", () => {
		const { life, actions } = live(
			[0, wanted],
			[10, failed("exit")],
			[1010, due],
			[1020, failed("exit")],
			[3020, due],
			[3030, failed("exit")],
			[3040, wanted],
		);
		expect([life.state.kind, life.quickExits, actions.at(-1)]).toEqual(["starting", 3, "start"]);
	});

	test("and gave up says so", () => {
		const { life } = live(
			[0, wanted],
			[1, failed("exit")],
			[2, wanted],
			[3, failed("exit")],
			[9000, due],
			[9001, failed("exit")],
		);
		expect(describeState(life.state, 9001)).toBe(
			"failed: it exited with code 7. dynamic-mcp gave up after 3 crashes; the next call tries again.",
		);
	});

	test("in a way that waiting cannot mend is tried for everyone who asks, and never by itself", () => {
		const { life, actions } = live(
			[0, wanted],
			[1, failed("hopeless")],
			[2, wanted],
			[3, failed("hopeless")],
			[4, wanted],
		);
		expect([actions, life.failures]).toEqual([["start", "none", "start", "none", "start"], 2]);
		expect(live([0, wanted], [1, failed("hopeless")]).life.state).toMatchObject({ retryAt: undefined });
	});

	test("after it ran well for half a minute starts a new count", () => {
		const { life } = live(
			[0, wanted],
			[1, failed("exit")],
			[1001, due],
			[1002, failed("exit")],
			[3002, due],
			[3003, ready],
			[33_003, failed("exit")],
		);
		expect([life.failures, life.quickExits, describeNext(life.state, 33_003)]).toEqual([1, 0, "Next try in 1 s."]);
	});
});

test("property: whatever happens, a start is only asked for when nothing runs, and a failed group can always be had in the end", () => {
	const events = fc.oneof(
		fc.constantFrom<LifeEvent>(wanted, ready, due, { kind: "rested" }),
		fc.constantFrom<FailureCause>("exit", "silent", "hopeless").map(failed),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(40_000), events, fc.double({ min: 0, max: 1, noNaN: true }))), (story) => {
			let life = unborn;
			let now = 0;
			for (const [later, event, random] of story) {
				now += later;
				const before = life.state.kind;
				const { life: next, action } = step(life, event, now, random);
				if (action === "start") expect(["idle", "failed"]).toContain(before);
				if (action === "refuse") expect(before).toBe("failed");
				expect(describeState(next.state, now)?.includes("undefined")).not.toBe(true);
				life = next;
			}
			const last = step(life, wanted, now + 100_000, 0.5);
			expect(["starting", "ready"]).toContain(last.life.state.kind);
		}),
	);
});
