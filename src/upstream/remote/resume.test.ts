import { describe, expect, test } from "bun:test";

import { createHurriedClock } from "../../../test/helpers/clocks.ts";
import { eventOf } from "../../../test/helpers/local-server.ts";
import { refusalFailure, RequestFailure } from "./failure.ts";
import { followAnswer } from "./resume.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const answer = eventOf({ id: 1, result: {} });
const progress = (id: number | string) => `id: ${id}\n${eventOf({ method: "notifications/progress" })}`;

const stream = (text = "") => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

/** A stream on which this comes, and which is then cut. */
function cutAfter(text: string, why = new Error("cut")): Response {
	let given = 0;
	const body = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				if (given++ === 0) controller.enqueue(utf8(text));
				else controller.error(why);
			},
		},
		{ highWaterMark: 0 },
	);
	return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

const refused = (status: number) =>
	refusalFailure({
		status,
		hasSession: true,
		statusText: "",
		body: "",
		retryAfterMs: undefined,
		strangeOrigin: undefined,
		signIn: undefined,
		place: "http://x/mcp",
	});
const broken = new RequestFailure("nothing listens there", { remedy: "wait", isUnseen: true });

/** Follows the answer from the first stream through these others; after them nothing can be reached. */
async function follow(first: Response, others: readonly (Response | RequestFailure)[] = []) {
	const clock = createHurriedClock();
	const asked: string[] = [];
	let isAnswered = false;
	const following = followAnswer(first, {
		clock,
		signal: new AbortController().signal,
		isAnswered: () => isAnswered,
		async resume(lastEventId) {
			const next = others[asked.length] ?? broken;
			asked.push(lastEventId);
			if (next instanceof RequestFailure) throw next;
			return next;
		},
		hand(incoming) {
			isAnswered ||= incoming.kind === "reply";
		},
		onOversize() {
			throw new RequestFailure("too long", { remedy: "change" });
		},
	});
	const failure: unknown = await following.then(
		() => undefined,
		(error: unknown) => error,
	);
	return { asked, delays: clock.delays, isAnswered, failure };
}

const done = (asked: string[], delays: number[]) => ({ asked, delays, isAnswered: true, failure: undefined });

test("a stream that ends after the answer is done", async () => {
	expect(await follow(stream(progress(1) + answer))).toEqual(done([], []));
});

test("a stream that is cut after the answer is done as well", async () => {
	expect(await follow(cutAfter(progress(1) + answer))).toEqual(done([], []));
});

describe("a stream is taken up again after its last event", () => {
	test.each([
		["when it has ended", stream],
		["when it was cut", cutAfter],
	])("%s", async (_, open) => {
		expect(await follow(open(progress("a") + progress("b")), [stream(answer)])).toEqual(done(["b"], [500]));
	});

	test("also when that one only told its id", async () => {
		expect(await follow(stream("id: 7\ndata:\n\n"), [stream(answer)])).toEqual(done(["7"], [500]));
	});

	test("after the time that the server asks for", async () => {
		const others = [stream(`retry: 30\n${progress(2)}`), stream(answer)];
		expect(await follow(stream(`retry: 20\n${progress(1)}`), others)).toEqual(done(["1", "2"], [20, 30]));
	});

	test("again and again while the server cannot be reached, after pauses that grow where it asked for short ones", async () => {
		const others = [broken, refused(503), broken, broken, stream(answer)];
		expect(await follow(stream(`retry: 20\n${progress(1)}`), others)).toEqual(
			done(["1", "1", "1", "1", "1"], [20, 100, 200, 400, 800]),
		);
	});

	test("but never sooner than it asked for", async () => {
		const others = [broken, broken, broken, broken, stream(answer)];
		expect((await follow(stream(`retry: 700\n${progress(1)}`), others)).delays).toEqual([700, 700, 700, 700, 800]);
	});

	test("and the count begins anew with whatever is new on it", async () => {
		const others = [broken, broken, broken, broken, stream(progress(2)), broken, broken, stream(answer)];
		expect(await follow(stream(`retry: 20\n${progress(1)}`), others)).toEqual(
			done(["1", "1", "1", "1", "1", "2", "2", "2"], [20, 100, 200, 400, 800, 20, 100, 200]),
		);
	});
});

describe("there will be no answer", () => {
	test.each([
		["ends", stream, "its event stream ended without the answer; it may have done part of its work"],
		["is cut", cutAfter, "the connection was cut in the middle of the answer; it may have done part of its work"],
	])("when a stream without ids %s", async (_, open, message) => {
		const { asked, failure } = await follow(open(eventOf({ method: "notifications/progress" })));
		expect(failure).toMatchObject({ message, facts: { remedy: "wait" } });
		expect(asked).toEqual([]);
	});

	test("when the only id is empty, which by the standard is none", async () => {
		const { asked, failure } = await follow(stream(progress(1) + progress("")));
		expect([asked, failure]).toMatchObject([[], { facts: { remedy: "wait" } }]);
	});

	test("after five attempts without anything new", async () => {
		const nothing = () => stream();
		const { asked, failure } = await follow(stream(progress(1)), Array.from({ length: 10 }, nothing));
		expect([asked.length, failure]).toMatchObject([
			5,
			{ message: "its event stream ended without the answer; it may have done part of its work" },
		]);
	});

	test("after five attempts to reach the server, and the last problem is told", async () => {
		const { asked, failure } = await follow(stream(progress(1)));
		expect([asked.length, failure]).toMatchObject([
			5,
			{ message: "nothing listens there; it may have done part of its work", facts: { remedy: "wait" } },
		]);
	});

	test("when the reader of the stream has had enough, and the stream is not taken up again", async () => {
		const enough = new RequestFailure("too long", { remedy: "change" });
		const { asked, failure } = await follow(cutAfter(progress(1), enough), [stream(answer)]);
		expect([asked, failure]).toEqual([[], enough]);
	});

	test("when the server answers with something else than a stream", async () => {
		const { asked, failure } = await follow(stream(progress(1)), [new Response("hello")]);
		expect([asked.length, failure]).toMatchObject([
			1,
			{ message: "the stream cannot be taken up again; it may have done part of its work", facts: { remedy: "wait" } },
		]);
	});

	test("when the server refuses", async () => {
		const { asked, failure } = await follow(stream(progress(1)), [refused(400)]);
		expect([asked.length, failure]).toMatchObject([
			1,
			{
				message: "HTTP 400, when its event stream was to be taken up again; it may have done part of its work",
				facts: { remedy: "wait", isSessionLost: false, status: 400 },
			},
		]);
	});

	test("when the session is lost, and the request must not be repeated all the same", async () => {
		const { asked, failure } = await follow(stream(progress(1)), [refused(404)]);
		expect([asked.length, failure]).toMatchObject([1, { facts: { remedy: "wait", isSessionLost: true, status: 404 } }]);
	});
});

test("the signal ends a pause, with its reason", async () => {
	const abort = new AbortController();
	const clock = {
		now: () => 0,
		after: () => {
			queueMicrotask(() => abort.abort(new Error("not needed any more")));
			return () => {};
		},
	};
	const following = followAnswer(stream(progress(1)), {
		clock,
		signal: abort.signal,
		isAnswered: () => false,
		resume: () => Promise.reject(new Error("resumed")),
		hand() {},
		onOversize() {},
	});
	expect(await following.catch(String)).toBe("Error: not needed any more");
});
