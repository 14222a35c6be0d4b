import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { createFirstReads } from "./first-reads.ts";

/** First reads of which the test decides when each one ends. */
function createReads(known: readonly string[] = []) {
	const clock = createFakeClock();
	const begun: string[] = [];
	const ends = new Map<string, PromiseWithResolvers<void>>();
	const reads = createFirstReads({
		clock,
		delayMs: 2000,
		atOnce: 2,
		isKnown: (group) => Promise.resolve(known.includes(group)),
		read(group) {
			begun.push(group);
			const end = Promise.withResolvers<void>();
			ends.set(group, end);
			return end.promise;
		},
	});
	const settle = async () => {
		for (let turn = 0; turn < 10; turn++) await Promise.resolve();
	};
	return { clock, reads, begun, ends, settle };
}

test("nothing is read before its time", async () => {
	const { clock, reads, begun, settle } = createReads();
	reads.schedule(["a"]);
	clock.advance(1999);
	await settle();
	expect(begun).toEqual([]);
});

test("so many are read at once, in order, and the next when one has ended, well or not", async () => {
	const { clock, reads, begun, ends, settle } = createReads(["b"]);
	reads.schedule(["a", "b", "c", "d", "e"]);
	clock.advance(2000);
	await settle();
	const first = [...begun];
	ends.get("a")?.resolve();
	ends.get("c")?.reject(new Error("it failed"));
	await settle();
	expect([first, begun]).toEqual([
		["a", "c"],
		["a", "c", "d", "e"],
	]);
});

test("a group is read once, however often it is scheduled", async () => {
	const { clock, reads, begun, settle } = createReads();
	for (const groups of [["a"], ["a", "b"], ["b"]]) reads.schedule(groups);
	clock.advance(2000);
	await settle();
	expect(begun).toEqual(["a", "b"]);
});

test("after the end nothing more is begun, and no timer is left", async () => {
	const { clock, reads, begun, ends, settle } = createReads();
	reads.schedule(["a", "b", "c"]);
	clock.advance(2000);
	await settle();
	reads.schedule(["d"]);
	reads.close();
	ends.get("a")?.resolve();
	clock.advance(5000);
	await settle();
	expect([begun, clock.pendingTimers]).toEqual([["a", "b"], 0]);
});
