import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { createPending } from "./pending.ts";

const hour = 3_600_000;

/** Requests whose ends are written down with their time. */
function createTimed() {
	const clock = createFakeClock();
	const ends: string[] = [];
	const pending = createPending({ clock, onGiveUp() {} });
	const add = (id: number, timeoutMs = 100) => {
		const settle = ({ kind }: { kind: string }) => void ends.push(`${id} ${kind} at ${clock.now()}`);
		pending.add({ id, method: "m", timeoutMs, settle, onProgress: () => {} });
	};
	const reply = (id: number) =>
		void pending.take(id)?.({ kind: "reply", reply: { kind: "reply", id, result: 0, error: undefined, text: "" } });
	return { ...pending, clock, ends, add, reply };
}

describe("while timeouts are suspended", () => {
	test("no request times out, whenever it was made", () => {
		const { add, clock, ends, suspend } = createTimed();
		add(1);
		suspend();
		add(2);
		clock.advance(50);
		add(3);
		clock.advance(hour);
		expect(ends).toEqual([]);
	});

	test("replies, cancellations and the close end requests as ever", () => {
		const { add, cancel, closeAll, ends, reply, suspend } = createTimed();
		for (const id of [1, 2, 3]) add(id);
		suspend();
		reply(1);
		cancel(2, "no longer wanted");
		closeAll({ kind: "ended", detail: "gone", lastWords: [] });
		expect(ends).toEqual(["1 reply at 0", "2 cancelled at 0", "3 closed at 0"]);
	});

	test("a timer that rings meanwhile is not lost for afterwards", () => {
		const { add, clock, ends, suspend } = createTimed();
		add(1);
		const resume = suspend();
		clock.advance(100);
		resume();
		clock.advance(99);
		ends.push("at 199");
		clock.advance(1);
		expect(ends).toEqual(["at 199", "1 timeout at 200"]);
	});
});

describe("afterwards", () => {
	test("each request has its own full time again", () => {
		const { add, clock, ends, suspend } = createTimed();
		add(1, 100);
		clock.advance(90);
		const resume = suspend();
		add(2, 30);
		clock.advance(10_000);
		resume();
		clock.advance(hour);
		expect(ends).toEqual(["2 timeout at 10120", "1 timeout at 10190"]);
	});

	test("a request without an end has none", () => {
		const { add, clock, ends, suspend } = createTimed();
		add(1, Number.POSITIVE_INFINITY);
		const resume = suspend();
		clock.advance(hour);
		resume();
		clock.advance(hour);
		expect([ends, clock.pendingTimers]).toEqual([[], 0]);
	});

	test("requests that are made then time out as ever, and no timer is left", () => {
		const { add, clock, ends, suspend } = createTimed();
		add(1, 50);
		suspend()();
		add(2, 20);
		clock.advance(60);
		expect([ends, clock.pendingTimers]).toEqual([["2 timeout at 20", "1 timeout at 50"], 0]);
	});

	test("nothing is set going when all has been closed", () => {
		const { add, closeAll, clock, ends, suspend } = createTimed();
		add(1);
		const resume = suspend();
		closeAll({ kind: "ended", detail: "gone", lastWords: [] });
		resume();
		expect([ends, clock.pendingTimers]).toEqual([["1 closed at 0"], 0]);
	});
});

test("of several who have suspended, all must have resumed", () => {
	const { add, clock, ends, suspend } = createTimed();
	add(1);
	const resumes = [suspend(), suspend()];
	clock.advance(1_000);
	resumes[1]?.();
	clock.advance(1_000);
	resumes[0]?.();
	clock.advance(hour);
	expect(ends).toEqual(["1 timeout at 2100"]);
});

test("resuming twice counts once", () => {
	const { add, clock, ends, suspend } = createTimed();
	add(1);
	const [one, two] = [suspend(), suspend()];
	one();
	one();
	clock.advance(hour);
	const before = [...ends];
	two();
	clock.advance(60);
	two();
	clock.advance(hour);
	expect([before, ends]).toEqual([[], [`1 timeout at ${hour + 100}`]]);
});

test("property: a request times out when its full time has passed since it was made, or since the last suspension ended", () => {
	const step = fc.record({ kind: fc.constantFrom("suspend", "resume", "wait"), ms: fc.integer({ min: 1, max: 40 }) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
			const { add, clock, ends, suspend } = createTimed();
			add(1);
			const resumes: (() => void)[] = [];
			let deadline = 100;
			let endsAt: number | undefined;
			for (const { kind, ms } of steps) {
				if (kind === "suspend") resumes.push(suspend());
				else if (kind === "wait") clock.advance(ms);
				else if (resumes.length > 0) {
					resumes.pop()?.();
					if (resumes.length === 0) deadline = clock.now() + 100;
				}
				if (resumes.length === 0 && clock.now() >= deadline) endsAt ??= deadline;
			}
			expect(ends).toEqual(endsAt === undefined ? [] : [`1 timeout at ${endsAt}`]);
		}),
	);
});
