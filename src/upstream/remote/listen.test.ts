import { describe, expect, test } from "bun:test";

import { createHurriedClock } from "../../../test/helpers/clocks.ts";
import { eventOf } from "../../../test/helpers/local-server.ts";
import type { Incoming } from "../../protocol/channel.ts";
import { refusalFailure, RequestFailure } from "./failure.ts";
import { listen } from "./listen.ts";

/** One attempt: an answer, or how it fails. */
type Attempt = () => Response | RequestFailure;

const streamOf = (text: string): Response => new Response(text, { headers: { "Content-Type": "text/event-stream" } });
const stream =
	(text = ""): Attempt =>
	() =>
		streamOf(text);

const refused = (status: number, hasSession = true): Attempt => {
	const said = { statusText: "", body: "", retryAfterMs: undefined, strangeOrigin: undefined, signIn: undefined };
	return () => refusalFailure({ status, hasSession, place: "http://x/mcp", ...said });
};
const broken: Attempt = () => new RequestFailure("nothing listens there", { remedy: "wait", isUnseen: true });

/** Listens through these attempts; after them no stream is offered any more. Waiting takes no time. */
async function listenThrough(attempts: readonly ((pass: (ms: number) => void) => Response | RequestFailure)[]) {
	const clock = createHurriedClock();
	const asked: (string | undefined)[] = [];
	const received: Incoming[] = [];
	const troubles: string[] = [];
	const opens: boolean[] = [];
	let lost = 0;
	await listen({
		clock,
		signal: new AbortController().signal,
		random: () => 0.5,
		async open(lastEventId) {
			const attempt = attempts[asked.length] ?? refused(405);
			asked.push(lastEventId);
			const answer = attempt(clock.pass);
			if (answer instanceof RequestFailure) throw answer;
			return answer;
		},
		hand: (incoming) => void received.push(incoming),
		onOpen: (isOpen) => void opens.push(isOpen),
		onOversize() {},
		onSessionLost: () => void lost++,
		onTrouble: (what) => void troubles.push(what),
	});
	return { asked, delays: clock.delays, lost, opens, received, troubles };
}

describe("there is nothing to listen to", () => {
	const html = () => new Response("<html>", { headers: { "Content-Type": "text/html" } });
	test.each<[string, Attempt]>([
		["405, which is how the specification says it", refused(405)],
		["404 at the first attempt, as some servers say it", refused(404)],
		["404 without a session", refused(404, false)],
		["something else than an event stream", html],
	])("%s", async (_, attempt) => {
		const { asked, ...rest } = await listenThrough([attempt]);
		expect({ asked: asked.length, ...rest }).toEqual({
			asked: 1,
			delays: [],
			lost: 0,
			opens: [],
			received: [],
			troubles: [],
		});
	});
});

test("what the server says is handed on, from one stream after the other", async () => {
	const first = eventOf({ method: "a" }) + eventOf({ id: 1, method: "ping" });
	const { received } = await listenThrough([stream(first), stream(eventOf({ method: "b" }))]);
	expect(received).toMatchObject([
		{ kind: "notification", method: "a" },
		{ kind: "request", id: 1, method: "ping" },
		{ kind: "notification", method: "b" },
	]);
});

test("whether a stream is open is told", async () => {
	const { opens } = await listenThrough([broken, stream(), refused(503), stream()]);
	expect(opens).toEqual([true, false, true, false]);
});

describe("the session is lost", () => {
	test("when there was a stream and then there is none", async () => {
		const { asked, lost } = await listenThrough([stream(), refused(404)]);
		expect([asked.length, lost]).toEqual([2, 1]);
	});

	test("also when the server could not be reached in between", async () => {
		const { asked, lost } = await listenThrough([stream(), broken, refused(404)]);
		expect([asked.length, lost]).toEqual([3, 1]);
	});

	test("but not when it could not be reached at first", async () => {
		const { asked, lost } = await listenThrough([broken, refused(404)]);
		expect([asked.length, lost]).toEqual([2, 0]);
	});
});

describe("it comes back", () => {
	test("after 1, 2, 4 … 60 seconds while streams are short or there are none", async () => {
		const attempts = [stream(), stream(), broken, broken, broken, broken, broken, broken];
		const { delays } = await listenThrough(attempts);
		expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
	});

	test("soon after a stream that lasted, and the pauses grow from the beginning", async () => {
		const lasting = (pass: (ms: number) => void) => {
			pass(30_000);
			return streamOf("");
		};
		const { delays } = await listenThrough([broken, broken, broken, lasting, broken, broken]);
		expect(delays.slice(3)).toEqual([500, 1_000, 2_000]);
	});

	test("when the server wants it to, as often as it takes", async () => {
		const { delays } = await listenThrough([stream("retry: 20\n\n"), stream(), broken, stream("retry: 30\n\n")]);
		expect(delays).toEqual([20, 20, 20, 30]);
	});

	test("after a server's own trouble, which is told", async () => {
		const { asked, troubles } = await listenThrough([refused(503)]);
		expect([asked.length, troubles]).toEqual([
			2,
			["the stream for its own messages cannot be opened: HTTP 503; try again later"],
		]);
	});

	test("after 409: the server does not yet know that the last stream was cut", async () => {
		const { asked } = await listenThrough([stream(), refused(409)]);
		expect(asked).toHaveLength(3);
	});

	test("to where it was, when events have ids", async () => {
		const one = `id: 1\n${eventOf({ method: "a" })}`;
		const { asked } = await listenThrough([stream(one), stream("id: 2\ndata:\n\n"), stream(eventOf({ method: "b" }))]);
		expect(asked).toEqual([undefined, "1", "2", "2"]);
	});
});

test("pauses are spread by a fifth either way", async () => {
	const delays = await Promise.all(
		[0, 1].map(async (dice) => {
			const clock = createHurriedClock();
			const abort = new AbortController();
			await listen({
				clock,
				signal: abort.signal,
				random: () => dice,
				async open() {
					if (clock.delays.length > 0) abort.abort();
					throw broken();
				},
				hand() {},
				onOpen() {},
				onOversize() {},
				onSessionLost() {},
				onTrouble() {},
			});
			return clock.delays.map(Math.round);
		}),
	);
	expect(delays).toEqual([[800], [1_200]]);
});

describe("at the signal it ends, and says nothing more,", () => {
	test.each(["while the stream is being opened", "while the stream is being read", "during a pause"])(
		"%s",
		async (when) => {
			const abort = new AbortController();
			const troubles: string[] = [];
			let opened = 0;
			const clock = {
				now: () => 0,
				after: () => {
					queueMicrotask(() => abort.abort());
					return () => {};
				},
			};
			await listen({
				clock,
				signal: abort.signal,
				random: () => 0.5,
				async open() {
					opened++;
					if (when === "during a pause") return streamOf("");
					if (when === "while the stream is being read") return streamOf(eventOf({ method: "a" }));
					abort.abort();
					throw abort.signal.reason;
				},
				hand: () => abort.abort(),
				onOpen() {},
				onOversize() {},
				onSessionLost: () => void troubles.push("lost"),
				onTrouble: (what) => void troubles.push(what),
			});
			expect([opened, troubles]).toEqual([1, []]);
		},
	);
});
