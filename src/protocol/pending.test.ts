import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import type { Id, Notification, Reply } from "./jsonrpc.ts";
import { createPending, type Outcome } from "./pending.ts";

const reason = { kind: "ended", detail: "exit code 7", lastWords: [] } as const;

function replyTo(id: Id): Reply {
	return { kind: "reply", id, result: {}, error: undefined, text: "" };
}

function progressOf(progressToken: unknown): Notification {
	return { kind: "notification", method: "notifications/progress", params: { progressToken }, text: "" };
}

/** Requests whose ends are written down: `1 reply`, and `1 given up` when the peer is to be told. */
function createRecorded() {
	const clock = createFakeClock();
	const ends: string[] = [];
	const pending = createPending({ clock, onGiveUp: (id) => ends.push(`${id} given up`) });
	const write = (id: number) => (outcome: Outcome) => void ends.push(`${id} ${outcome.kind}`);
	const add = (id: number, timeoutMs = 100) => {
		pending.add({
			id,
			method: "m",
			timeoutMs,
			settle: write(id),
			onProgress: () => void ends.push(`${id} progress`),
		});
	};
	const reply = (id: Id) => void pending.take(id)?.({ kind: "reply", reply: replyTo(id) });
	return { clock, ends, pending, add, reply };
}

test("property: every request settles exactly once, whatever happens in whatever order", () => {
	const id = fc.integer({ min: 1, max: 8 });
	const step = fc.oneof(
		fc.record({ kind: fc.constant("add" as const), ms: fc.integer({ min: 1, max: 50 }) }),
		fc.record({ kind: fc.constantFrom("reply" as const, "cancel" as const, "progress" as const), id }),
		fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(30) }),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
			const { clock, ends, pending, add, reply } = createRecorded();
			let added = 0;
			for (const step of steps) {
				if (step.kind === "add") add(++added, step.ms);
				else if (step.kind === "wait") clock.advance(step.ms);
				else if (step.kind === "reply") reply(step.id);
				else if (step.kind === "cancel") pending.cancel(step.id, "no longer wanted");
				else void pending.progress(progressOf(step.id));
			}
			pending.closeAll(reason);
			clock.advance(1_000);
			const settled = ends.filter((end) => !end.endsWith("given up")).map((end) => Number.parseInt(end));
			expect(settled.sort((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, index) => index + 1));
		}),
		{ numRuns: 300 },
	);
});

describe("a timeout", () => {
	test("comes when the time is up, not before, and the peer is told", () => {
		const { clock, ends, add } = createRecorded();
		add(1);
		clock.advance(99);
		ends.push("99 ms");
		clock.advance(1);
		expect(ends).toEqual(["99 ms", "1 given up", "1 timeout"]);
	});

	test("of each request is its own", () => {
		const { clock, ends, add } = createRecorded();
		add(1, 300);
		clock.advance(50);
		add(2, 100);
		add(3, 200);
		clock.advance(149);
		ends.push("199 ms");
		clock.advance(151);
		expect(ends.filter((end) => !end.endsWith("given up"))).toEqual(["2 timeout", "199 ms", "3 timeout", "1 timeout"]);
	});

	test("is pushed back by each progress", () => {
		const { clock, ends, add, pending } = createRecorded();
		add(1);
		for (let count = 0; count < 3; count++) {
			clock.advance(90);
			void pending.progress(progressOf(1))?.(progressOf(1));
		}
		clock.advance(99);
		ends.push("369 ms");
		clock.advance(1);
		expect(ends).toEqual(["1 progress", "1 progress", "1 progress", "369 ms", "1 given up", "1 timeout"]);
	});

	test("tells after how long", () => {
		const clock = createFakeClock();
		const outcomes: Outcome[] = [];
		const settle = (outcome: Outcome) => void outcomes.push(outcome);
		createPending({ clock, onGiveUp() {} }).add({
			id: 1,
			method: "m",
			timeoutMs: 50,
			settle,
			onProgress: undefined,
		});
		clock.advance(80);
		expect(outcomes).toEqual([{ kind: "timeout", soFar: undefined, afterMs: 50 }]);
	});

	test("leaves no timer when nothing is waited for any more", () => {
		const { clock, add, reply } = createRecorded();
		for (let id = 1; id <= 100; id++) {
			add(id);
			reply(id);
		}
		const whileFresh = clock.pendingTimers;
		clock.advance(200);
		expect([whileFresh, clock.pendingTimers]).toEqual([1, 0]);
	});
});

test.each<[string, Id]>([
	["a string for our number", "1"],
	["one never given out", 99],
	["zero", 0],
])("a reply with an unknown id is nobody's: %s", (_, id) => {
	const { pending, add } = createRecorded();
	add(1);
	expect(pending.take(id)).toBeUndefined();
});

test.each([[99], ["1"], [undefined], [null]])("progress with the token %j is nobody's", (token) => {
	const { pending, add } = createRecorded();
	add(1);
	expect(pending.progress(progressOf(token))).toBeUndefined();
});

test("progress after the end is nobody's", () => {
	const { pending, add, reply } = createRecorded();
	add(1);
	reply(1);
	expect(pending.progress(progressOf(1))).toBeUndefined();
});

test("closing settles all that wait with the reason, tells no peer, and stops the timer", () => {
	const { clock, ends, pending, add } = createRecorded();
	add(1);
	add(2);
	pending.closeAll(reason);
	expect({ ends, timers: clock.pendingTimers }).toEqual({ ends: ["1 closed", "2 closed"], timers: 0 });
});

test("what is added after the close settles at once", () => {
	const { ends, pending, add } = createRecorded();
	pending.closeAll(reason);
	add(1);
	expect(ends).toEqual(["1 closed"]);
});

describe("whoever is told of an end may act on it at once:", () => {
	/** A request that, when it ends, does `act` and writes its end down. */
	function createActing(act: (pending: ReturnType<typeof createPending>) => void) {
		const clock = createFakeClock();
		const ends: string[] = [];
		const pending = createPending({ clock, onGiveUp() {} });
		const settle = (name: string) => (outcome: Outcome) => {
			ends.push(`${name} ${outcome.kind}`);
			if (ends.length < 10) act(pending);
		};
		pending.add({ id: 1, method: "m", timeoutMs: 10, settle: settle("first"), onProgress: undefined });
		pending.add({ id: 2, method: "m", timeoutMs: 10, settle: settle("second"), onProgress: undefined });
		return { clock, ends, pending };
	}

	test("cancel all when the link closes", () => {
		const { ends, pending } = createActing((pending) => [1, 2].forEach((id) => pending.cancel(id, "")));
		pending.closeAll(reason);
		expect(ends.map((end) => end.split(" ")[0])).toEqual(["first", "second"]);
	});

	test("cancel all at a timeout", () => {
		const { clock, ends } = createActing((pending) => [1, 2].forEach((id) => pending.cancel(id, "")));
		clock.advance(10);
		expect(ends).toEqual(["first timeout", "second cancelled"]);
	});

	test("ask again at a timeout", () => {
		const again: string[] = [];
		let next = 3;
		const settle = ({ kind }: Outcome) => void again.push(kind);
		const { clock } = createActing((pending) =>
			pending.add({ id: next++, method: "m", timeoutMs: 10, settle, onProgress: undefined }),
		);
		clock.advance(10);
		clock.advance(10);
		expect(again).toEqual(["timeout", "timeout"]);
	});
});
