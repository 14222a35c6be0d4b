import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../../test/helpers/fake-clock.ts";
import { quiet } from "../../../test/helpers/memory-channel.ts";
import type { Outgoing } from "../../protocol/channel.ts";
import { createLane } from "./lane.ts";

const message = (text: Outgoing["text"]): Outgoing => ({ kind: "notification", text });
const megabyte = "x".repeat(2 ** 20);

/** A lane whose server takes a message when the test says so. */
function createDriven() {
	const clock = createFakeClock();
	const sent: Outgoing["text"][] = [];
	const takes: (() => void)[] = [];
	const lane = createLane(clock, ({ text }) => {
		sent.push(text);
		return new Promise((resolve) => takes.push(resolve));
	});
	/** The `index`th message that was sent has been taken. */
	const take = async (index: number) => {
		takes[index]?.();
		await quiet();
	};
	return { clock, lane, sent, take };
}

const isSettled = (promise: void | Promise<void>) =>
	Promise.race([Promise.resolve(promise).then(() => true), quiet().then(() => false)]);

describe("messages", () => {
	test("are sent one after the other, each when the one before it was taken", async () => {
		const { lane, sent, take } = createDriven();
		for (const text of ["a", "b", "c"]) void lane.push(message(text));
		await quiet();
		const counts = [sent.length];
		for (const index of [0, 1, 2]) {
			await take(index);
			counts.push(sent.length);
		}
		expect({ counts, sent }).toEqual({ counts: [1, 2, 3, 3], sent: ["a", "b", "c"] });
	});

	test("do not wait for ever for one that is not taken", async () => {
		const { clock, lane, sent } = createDriven();
		for (const text of ["a", "b"]) void lane.push(message(text));
		await quiet();
		clock.advance(4_999);
		await quiet();
		const before = [...sent];
		clock.advance(1);
		await quiet();
		expect([before, sent]).toEqual([["a"], ["a", "b"]]);
	});

	test("that were taken leave no timer behind", async () => {
		const { clock, lane, take } = createDriven();
		void lane.push(message("a"));
		await quiet();
		await take(0);
		expect(clock.pendingTimers).toBe(0);
	});
});

describe("whoever sends", () => {
	test("is not held up while little waits", () => {
		const { lane } = createDriven();
		expect(lane.push(message(megabyte))).toBeUndefined();
	});

	test.each<[string, Outgoing["text"]]>([
		["text", "x"],
		["bytes", [new TextEncoder().encode("x")]],
	])("waits while more than a megabyte waits, and no longer: %s", async (_, last) => {
		const { lane, take } = createDriven();
		void lane.push(message(megabyte));
		const pressure = lane.push(message(last));
		await quiet();
		const before = await isSettled(pressure);
		await take(0);
		expect({ pressure, before, after: await isSettled(pressure), next: lane.push(message("y")) }).toEqual({
			pressure: expect.any(Promise),
			before: false,
			after: true,
			next: undefined,
		});
	});
});

test("whoever sends waits on while what is left is still too much", async () => {
	const { lane, take } = createDriven();
	for (const text of [megabyte, megabyte]) void lane.push(message(text));
	const pressure = lane.push(message("x"));
	await quiet();
	await take(0);
	const before = await isSettled(pressure);
	await take(1);
	expect([before, await isSettled(pressure)]).toEqual([false, true]);
});

describe("what has been pushed so far", () => {
	test("has passed when there was nothing", () => {
		expect(createDriven().lane.passed).toBeUndefined();
	});

	test("has passed when all of it was taken", async () => {
		const { lane, take } = createDriven();
		for (const text of ["a", "b"]) void lane.push(message(text));
		const { passed } = lane;
		await quiet();
		await take(0);
		const before = await isSettled(passed);
		await take(1);
		expect([before, await isSettled(passed), lane.passed]).toEqual([false, true, undefined]);
	});

	test("does not wait for what is pushed afterwards", async () => {
		const { lane, take } = createDriven();
		void lane.push(message("a"));
		const { passed } = lane;
		void lane.push(message("b"));
		await quiet();
		await take(0);
		expect([await isSettled(passed), lane.passed]).toEqual([true, expect.any(Promise)]);
	});
});
