import { expect, test } from "bun:test";

import { createFakeClock } from "../../../test/helpers/fake-clock.ts";
import { pause } from "./pause.ts";

test("a pause ends after its time, and leaves nothing behind", async () => {
	const clock = createFakeClock();
	const abort = new AbortController();
	const pausing = pause(clock, 100, abort.signal);
	clock.advance(99);
	const before = clock.pendingTimers;
	clock.advance(1);
	await pausing;
	abort.abort();
	expect([before, clock.pendingTimers]).toEqual([1, 0]);
});

test("a pause that is called off rejects with the reason, and its timer is gone", async () => {
	const clock = createFakeClock();
	const abort = new AbortController();
	const pausing = pause(clock, 100, abort.signal);
	abort.abort(new Error("not needed any more"));
	expect([await pausing.catch(String), clock.pendingTimers]).toEqual(["Error: not needed any more", 0]);
});

test("a pause that was called off before does not begin", async () => {
	const clock = createFakeClock();
	const pausing = pause(clock, 100, AbortSignal.abort(new Error("too late")));
	expect([await pausing.catch(String), clock.pendingTimers]).toEqual(["Error: too late", 0]);
});
