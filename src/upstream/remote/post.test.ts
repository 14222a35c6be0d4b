import { describe, expect, test } from "bun:test";

import { createHurriedClock } from "../../../test/helpers/clocks.ts";
import type { Endpoint, EndpointRequest } from "./endpoint.ts";
import { RequestFailure } from "./failure.ts";
import { bodyOf, failureOf, openStream, type Post, post } from "./post.ts";

const broken = new RequestFailure("nothing listens there", { remedy: "wait", isUnseen: true });
const cut = new RequestFailure("the connection was cut", { remedy: "wait" });
const later = (seconds: number, status = 429) =>
	new Response(null, { status, headers: { "Retry-After": `${seconds}` } });

/** How long the words of a refusal are waited for. */
const headMs = 2_000;

/** An endpoint that answers these attempts like this from that address, and then all go well. Waiting takes no time. */
function createDriven(attempts: readonly (Response | RequestFailure)[] = [], at = "http://x/mcp?key=1") {
	const clock = createHurriedClock((delayMs) => delayMs === headMs);
	const requests: EndpointRequest[] = [];
	const endpoint: Endpoint = {
		url: "http://x/mcp",
		place: "http://x/mcp",
		isOwn: (url) => url.startsWith("http://x/"),
		signInTroubleOf: () => undefined,
		close() {},
		async request(request) {
			const answer = attempts[requests.length] ?? new Response("yes");
			requests.push(request);
			if (answer instanceof RequestFailure) throw answer;
			// As `fetch` does it; a response that was made has none.
			return Object.defineProperty(answer, "url", { value: at });
		},
	};
	const redact = (text: string) => text.replaceAll("secret", "[redacted]");
	const { signal } = new AbortController();
	/** How often it was sent, what was waited for, and what came of it. */
	const send = async (own: Partial<Post> = {}) => {
		const usual = { endpoint, clock, redact, headers: () => ({}), body: "{}", id: 1, timeoutMs: 10_000, signal };
		const end: unknown = await post({ ...usual, ...own }).then(
			(response) => response.text(),
			(error: unknown) => error,
		);
		return { sent: requests.length, delays: clock.delays, end };
	};
	return { endpoint, redact, requests, send, signal };
}

test("what is taken is sent once, with headers and body", async () => {
	const { requests, send, signal } = createDriven();
	const url = "http://x/messages";
	expect(await send({ headers: () => ({ A: "1" }), body: '{"id":1}', url })).toEqual({
		sent: 1,
		delays: [],
		end: "yes",
	});
	expect(requests).toEqual([{ method: "POST", headers: { A: "1" }, body: '{"id":1}', signal, url }]);
});

describe("while nothing answers", () => {
	test("it is sent three times, with pauses, and the headers are asked for anew", async () => {
		let asked = 0;
		const { requests, send } = createDriven([broken, broken]);
		const { delays, end } = await send({ headers: () => ({ A: `${++asked}` }) });
		expect({ delays, end, headers: requests.map(({ headers }) => headers["A"]) }).toEqual({
			delays: [250, 1_000],
			end: "yes",
			headers: ["1", "2", "3"],
		});
	});

	test("and not more often", async () => {
		expect(await createDriven([broken, broken, broken]).send()).toEqual({ sent: 3, delays: [250, 1_000], end: broken });
	});

	test("nor for longer than the sender waits", async () => {
		expect(await createDriven([broken, broken]).send({ timeoutMs: 1_250 })).toEqual({
			sent: 2,
			delays: [250],
			end: broken,
		});
	});
});

describe("a server that wants to be left alone", () => {
	test.each([429, 503])("is left alone for so long: %i", async (status) => {
		const { send } = createDriven([later(3, status), later(4, status)]);
		expect(await send()).toEqual({ sent: 3, delays: [3_000, 4_000], end: "yes" });
	});

	test("for a date's time from now", async () => {
		const date = new Date(Date.now() + 5_000).toUTCString();
		const { send } = createDriven([new Response(null, { status: 503, headers: { "Retry-After": date } })]);
		const { delays, end } = await send();
		expect([end, delays]).toEqual(["yes", [expect.any(Number)]]);
		expect(delays[0]).toBeWithin(2_000, 5_001);
	});

	test("is not asked any more when that would take longer than the sender waits", async () => {
		const { sent, delays, end } = await createDriven([later(10)]).send();
		expect([sent, delays, end]).toMatchObject([
			1,
			[],
			{ message: "HTTP 429; it asks to be left alone for 10 s", facts: { remedy: "wait" } },
		]);
	});

	test("may say so five times", async () => {
		const { sent, end } = await createDriven(Array.from({ length: 9 }, () => later(1))).send();
		expect([sent, end]).toMatchObject([6, { facts: { status: 429 } }]);
	});
});

describe("it is not sent again", () => {
	test("when the server may have seen it", async () => {
		expect(await createDriven([cut]).send()).toEqual({ sent: 1, delays: [], end: cut });
	});

	test.each([400, 401, 404, 429, 500, 503])("after HTTP %i without a time to come back in", async (status) => {
		const { sent, end } = await createDriven([new Response(null, { status })]).send();
		expect([sent, end]).toMatchObject([1, { facts: { status } }]);
	});

	test.each([
		["which its id told", { headers: () => ({ "mcp-session-id": "s1" }) }],
		["which its address told", { isSession: true, url: "http://x/messages?sid=1" }],
	])("when the session is lost, %s", async (_, more) => {
		const { sent, end } = await createDriven([new Response(null, { status: 404 })]).send(more);
		expect([sent, end]).toMatchObject([1, { facts: { remedy: "repeat" } }]);
	});
});

describe("a refusal", () => {
	test("is told without secrets", async () => {
		const refused = new Response("no secret here", { status: 403, statusText: "Forbidden" });
		const { end } = await createDriven([refused]).send();
		expect((end as Error).message).toStartWith("HTTP 403 Forbidden: no [redacted] here;");
	});

	test("is told with the place that it came from, without its query", async () => {
		const { end } = await createDriven([new Response(null, { status: 404 })], "http://x/new?key=1").send();
		expect((end as Error).message).toContain("no MCP server at http://x/new;");
	});

	test("is told with the strange origin that it came from", async () => {
		const { end } = await createDriven([new Response(null, { status: 401 })], "http://other/mcp").send();
		expect((end as Error).message).toStartWith("HTTP 401; a redirect led to http://other,");
	});

	test("is told without its words when those do not come", async () => {
		const { endpoint, redact, signal } = createDriven([new Response(new ReadableStream(), { status: 500 })]);
		const opening = openStream({ endpoint, clock: createHurriedClock(), redact, headers: {}, signal });
		expect(await opening.catch(String)).toBe("RequestFailure: HTTP 500; something is wrong at the server");
	});

	const error = '{\n"jsonrpc":"2.0",\n"id":1,"error":{"code":-32602,"message":"no secret"}}';
	test.each<[string, string, number | undefined, object | undefined]>([
		["to the request", error, 1, { kind: "reply", id: 1, error: { code: -32_602, message: "no secret" } }],
		["to another request", error, 2, undefined],
		["where there was no request", error, undefined, undefined],
		["that cannot be read", '{"id":1', 1, undefined],
		["in an array", `[${error}]`, 1, undefined],
	])("carries the reply that comes with it, on one line and unchanged otherwise: %s", async (_, body, id, reply) => {
		const { end } = await createDriven([new Response(body, { status: 400 })]).send({ id });
		const found = (end as RequestFailure).facts.reply;
		if (reply === undefined) expect(found).toBeUndefined();
		else expect(found).toMatchObject({ ...reply, text: error.replaceAll("\n", " ") });
	});
});

test("the signal ends a pause, with its reason", async () => {
	const abort = new AbortController();
	const { send } = createDriven([broken]);
	const clock = {
		now: () => 0,
		after() {
			queueMicrotask(() => abort.abort(new Error("not needed any more")));
			return () => {};
		},
	};
	expect(String((await send({ clock, signal: abort.signal })).end)).toBe("Error: not needed any more");
});

test("a stream is asked for once, whatever comes of it", async () => {
	const { endpoint, redact, requests, signal } = createDriven([broken]);
	const opening = openStream({ endpoint, clock: createHurriedClock(), redact, headers: { A: "1" }, signal });
	expect(await opening.catch((error: unknown) => error)).toBe(broken);
	expect(requests).toEqual([{ method: "GET", headers: { A: "1" }, signal }]);
});

test("a text in pieces becomes one body", () => {
	const pieces = ["{", "}"].map((text) => new TextEncoder().encode(text));
	expect([bodyOf("{}"), bodyOf(pieces)]).toEqual(["{}", new TextEncoder().encode("{}")]);
});

test("what went wrong is told without secrets, and with the same facts", () => {
	const { endpoint, redact } = createDriven();
	const failure = new RequestFailure("a secret", { remedy: "repeat", status: 404 });
	const { message, facts } = failureOf(failure, { endpoint, redact });
	expect([message, facts]).toEqual(["a [redacted]", { remedy: "repeat", status: 404 }]);
});
