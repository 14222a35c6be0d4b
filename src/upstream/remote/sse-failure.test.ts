import { describe, expect, test } from "bun:test";

import { isTaken, openDrivenTo } from "../../../test/helpers/driven-channel.ts";
import {
	addressEvent,
	deadUrl,
	errorReply,
	eventOf,
	openLocalServer,
	openSseServer,
	refusal,
	type Script,
	silence,
} from "../../../test/helpers/local-server.ts";
import { openSse } from "./sse.ts";

const openClient = (url: string) => openDrivenTo(url, openSse);

const reply = (id: number, result: object = {}) => eventOf({ id, result });

describe("an address is refused", () => {
	test.each([
		["on another origin", "http://other.example:1/messages?secret=1", "http://other.example:1/messages"],
		["of another kind", "ftp://127.0.0.1/messages", "ftp://127.0.0.1/messages"],
		["that is none", "http://", '"http://"'],
	])("%s", async (_, address, found) => {
		await using own = openSseServer({}, address);
		await using client = openClient(own.server.url);
		const problem = `it wants messages sent to ${found}, which is not its own origin`;
		expect([await client.ask(1), await client.channel.closed]).toEqual([
			{ kind: "unanswered", id: 1, problem, remedy: "change" },
			{ kind: "failed", detail: problem, lastWords: [] },
		]);
		expect(own.server.seenOf("tools/call")).toEqual([]);
	});
});

test("a second address that is refused breaks off what is on its way", async () => {
	await using own = openSseServer({ "tools/call": silence });
	await using client = openClient(own.server.url);
	client.request(1);
	await own.server.saw("tools/call");
	own.stream.send(addressEvent("http://other.example/messages"));
	expect([(await client.channel.closed).kind, client.incoming]).toEqual(["failed", []]);
});

describe("the channel has ended", () => {
	test("with the event stream", async () => {
		await using own = openSseServer();
		await using client = openClient(own.server.url);
		client.request(1);
		await own.server.saw("tools/call");
		own.stream.end();
		expect([await client.channel.closed, client.incoming]).toEqual([
			{
				kind: "ended",
				detail: "it closed its event stream; it may have done part of its work",
				lastWords: [],
				isClean: true,
			},
			[],
		]);
	});

	test("at our wish, and the stream with it", async () => {
		await using own = openSseServer();
		const client = openClient(own.server.url);
		const seen = await own.server.saw("GET");
		const gone = new Promise((resolve) => {
			seen.signal.addEventListener("abort", resolve);
		});
		const reason = await client.channel.close();
		await gone;
		expect(reason).toEqual({ kind: "closed", detail: "its session was ended by dynamic-mcp", lastWords: [] });
	});

	test("when the connection is cut, and what was on its way with it", async () => {
		const own = openSseServer();
		await using client = openClient(own.server.url);
		client.request(1);
		await isTaken(client, 1);
		await own[Symbol.asyncDispose]();
		expect([await client.channel.closed, client.incoming]).toMatchObject([
			{ kind: "failed", detail: expect.stringMatching(/^the connection was cut before the answer was complete/) },
			[],
		]);
	});
});

describe("who waits is told before the channel closes that", () => {
	const noServer = (found: string, url: string) =>
		`there is no HTTP+SSE server at ${url}: it answered ${found} where an event stream was expected`;
	test.each<[string, Script[string], (url: string) => string]>([
		["there is a page", refusal(200, "<html>", { "Content-Type": "text/html" }), (url) => noServer("text/html", url)],
		["there is nothing", refusal(200), (url) => noServer("no content type", url)],
		[
			"GET is refused",
			refusal(405),
			(url) => `HTTP 405 Method Not Allowed; there seems to be no MCP server at ${url}; check the url in the config`,
		],
		[
			"somebody has to sign in",
			refusal(403, "no secret"),
			() => "HTTP 403 Forbidden: no [redacted]; these credentials are not allowed to do that",
		],
	])("%s", async (_, act, problemOf) => {
		await using server = openLocalServer({ GET: act });
		await using client = openClient(server.url);
		const order: string[] = [];
		void client.channel.closed.then(() => order.push("closed"));
		client.request(1);
		client.request(2);
		const told = [await client.next(), await client.next()];
		order.push("told");
		const problem = problemOf(server.url);
		expect([told, await client.channel.closed]).toEqual([
			[1, 2].map((id) => ({ kind: "unanswered", id, problem, remedy: "change" })),
			{ kind: "failed", detail: problem, lastWords: [] },
		]);
		expect(order).toEqual(["told", "closed"]);
	});

	test("nothing listens", async () => {
		const url = await deadUrl();
		await using client = openClient(url);
		expect([await client.ask(1), await client.channel.closed]).toMatchObject([
			{ kind: "unanswered", id: 1, remedy: "wait", problem: expect.stringContaining(`nothing listens at ${url}`) },
			{ kind: "failed" },
		]);
	});
});

describe("a message that the server does not take", () => {
	test("gets no answer, and the channel goes on", async () => {
		await using own = openSseServer({ "tools/call": refusal(403, "no secret") });
		await using client = openClient(own.server.url);
		const told = await client.ask(1);
		client.request(2, "tools/list");
		await own.server.saw("tools/list");
		own.stream.send(reply(2));
		expect([told, await client.next()]).toMatchObject([
			{
				kind: "unanswered",
				id: 1,
				problem: "HTTP 403 Forbidden: no [redacted]; these credentials are not allowed to do that",
				remedy: "change",
			},
			{ kind: "reply", id: 2 },
		]);
	});

	test("is told with the address it was posted to", async () => {
		await using own = openSseServer({ "tools/call": refusal(405) });
		await using client = openClient(own.server.url);
		expect(await client.ask(1)).toMatchObject({
			kind: "unanswered",
			problem: expect.stringContaining(`${own.server.origin}/messages`),
		});
	});

	test("because nobody is at that address any more can be repeated: the address is the session", async () => {
		await using own = openSseServer({ "tools/call": refusal(404) });
		await using client = openClient(own.server.url);
		const detail = "it no longer knows the session";
		expect([await client.ask(1), await client.channel.closed]).toEqual([
			{ kind: "unanswered", id: 1, problem: detail, remedy: "repeat" },
			{ kind: "ended", detail, lastWords: [], isClean: true },
		]);
	});

	test("and others with it can all be repeated", async () => {
		const gate = Promise.withResolvers<void>();
		await using own = openSseServer({ "tools/call": (seen) => gate.promise.then(() => refusal(404)(seen)) });
		await using client = openClient(own.server.url);
		for (const id of [1, 2, 3]) client.request(id);
		await own.server.saw("tools/call", 3);
		gate.resolve();
		await client.channel.closed;
		const told = client.incoming.map((incoming) => ("remedy" in incoming ? incoming.remedy : incoming.kind));
		expect(told).toEqual(["repeat", "repeat", "repeat"]);
	});

	test("and waits no longer than a second for what becomes of the others", async () => {
		await using own = openSseServer({ "tools/call": silence, "tools/list": refusal(404) });
		await using client = openClient(own.server.url);
		client.request(1);
		await own.server.saw("tools/call");
		const told = await client.ask(2, "tools/list");
		await client.clock.ring(1_000);
		expect([told, (await client.channel.closed).kind, client.incoming.length]).toMatchObject([
			{ kind: "unanswered", id: 2, remedy: "repeat" },
			"ended",
			1,
		]);
	});

	test("is no lost session when it is initialize: nobody is at that address, and was not before", async () => {
		await using own = openSseServer({ initialize: refusal(404) });
		await using client = openClient(own.server.url);
		expect(await client.initialize()).toMatchObject({
			kind: "unanswered",
			problem: expect.stringContaining(`no MCP server at ${own.server.origin}/messages`),
			remedy: "change",
		});
	});

	test("is answered, when the refusal is written as its reply", async () => {
		await using own = openSseServer({ "tools/call": errorReply(400, "no such tool", -32_601) });
		await using client = openClient(own.server.url);
		expect(await client.ask(1)).toMatchObject({
			kind: "reply",
			id: 1,
			error: { code: -32_601, message: "no such tool" },
		});
	});

	test("is told as trouble, when it needs no answer", async () => {
		await using own = openSseServer({ "notifications/a": refusal(500) });
		await using client = openClient(own.server.url);
		client.notify("notifications/a");
		client.notify("notifications/b");
		await own.server.saw("notifications/b");
		expect(client.troubles).toEqual([
			"it did not take notifications/a: HTTP 500 Internal Server Error; something is wrong at the server",
		]);
	});

	test("is told as trouble, when it is an answer of ours", async () => {
		await using own = openSseServer({ reply: refusal(500) });
		await using client = openClient(own.server.url);
		void client.channel.send({ kind: "reply", text: '{"jsonrpc":"2.0","id":7,"result":{}}' });
		client.notify("notifications/b");
		await own.server.saw("notifications/b");
		expect(client.troubles).toEqual([
			"it did not take a reply: HTTP 500 Internal Server Error; something is wrong at the server",
		]);
	});
});
