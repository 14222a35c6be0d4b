import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../../test/helpers/fake-clock.ts";
import { createSlots } from "./slots.ts";

/** Two at a time, or four when one has waited for 5 ms; everybody notes the beginning of their turn. */
function createUsed() {
	const clock = createFakeClock();
	const slots = createSlots(clock, { few: 2, many: 4, patienceMs: 5 });
	const turns: string[] = [];
	/** Each letter wants a turn. */
	const want = (names: string) => {
		for (const name of names) {
			const turn = slots.take();
			if (turn === undefined) turns.push(name);
			else void turn.then(() => turns.push(name));
		}
	};
	const later = async (ms: number) => {
		clock.advance(ms);
		await Promise.resolve();
	};
	const give = async () => {
		slots.give();
		await Promise.resolve();
	};
	return { clock, want, later, give, turns: () => turns.join("") };
}

test("few go on at once, without waiting", () => {
	const { clock, want, turns } = createUsed();
	want("abc");
	expect([turns(), clock.pendingTimers]).toEqual(["ab", 1]);
});

test("who has waited longest is next", async () => {
	const { want, give, turns } = createUsed();
	want("abcd");
	await give();
	await give();
	expect(turns()).toBe("abcd");
});

describe("when one has waited for too long", () => {
	test("more go on at the same time, and no more than that", async () => {
		const { want, later, turns } = createUsed();
		want("abcdef");
		await later(4);
		const before = turns();
		await later(1);
		await later(100);
		expect([before, turns()]).toEqual(["ab", "abcd"]);
	});

	test("a turn that is given back is for nobody until they are few again", async () => {
		const { want, later, give, turns } = createUsed();
		want("abcdef");
		await later(5);
		await give();
		await give();
		const before = turns();
		await give();
		expect([before, turns()]).toEqual(["abcd", "abcde"]);
	});

	test("there are more again once somebody has waited as long again", async () => {
		const { want, later, give, turns } = createUsed();
		want("abcdef");
		await later(5);
		await give();
		await give();
		await later(4);
		const before = turns();
		await later(1);
		expect([before, turns()]).toEqual(["abcd", "abcdef"]);
	});
});

test("nobody's patience is looked after when nobody waits", async () => {
	const { clock, want, give } = createUsed();
	want("abc");
	await give();
	expect(clock.pendingTimers).toBe(0);
});

test("a new wait begins with fresh patience", async () => {
	const { want, later, give, turns } = createUsed();
	want("abc");
	await later(4);
	await give();
	want("d");
	await later(4);
	const before = turns();
	await later(1);
	expect([before, turns()]).toEqual(["abc", "abcd"]);
});
