import { describe, expect, test } from "bun:test";

import { openDrivenTo } from "../../../test/helpers/driven-channel.ts";
import {
	deadUrl,
	errorReply,
	eventOf,
	events,
	liveEvents,
	openLocalServer,
	refusal,
	reply,
	type Script,
} from "../../../test/helpers/local-server.ts";
import { openStreamable } from "./streamable.ts";

async function greeted(url: string) {
	const client = openDrivenTo(url, openStreamable);
	await client.greet();
	return client;
}

describe("a refusal that is written as the reply to the request is its reply:", () => {
	test.each([400, 403, 404, 422, 500, 503])("%i", async (status) => {
		await using server = openLocalServer({ "tools/call": [errorReply(status, "no such tool", -32_601), reply()] });
		await using client = await greeted(server.url);
		expect([await client.ask(1), await client.ask(2)]).toMatchObject([
			{ kind: "reply", id: 1, error: { code: -32_601, message: "no such tool" } },
			{ kind: "reply", id: 2 },
		]);
	});
});

describe("a request gets no answer, and the channel goes on, when the server", () => {
	const html = { "Content-Type": "text/html" };
	test.each<[string, Script[string], string, string]>([
		[
			"refuses it",
			refusal(403, "not secret"),
			"HTTP 403 Forbidden: not [redacted]; these credentials are not allowed to do that",
			"change",
		],
		["fails", refusal(500), "HTTP 500 Internal Server Error; something is wrong at the server", "wait"],
		["takes it like a notification", refusal(202), "it answered HTTP 202 (no content type) and nothing else", "change"],
		[
			"answers with a page",
			refusal(200, "<html><title>Our secret</title></html>", html),
			'it answered HTTP 200 (text/html) and what is no JSON-RPC message: an HTML page, "Our [redacted]"',
			"change",
		],
		[
			"answers with an error that belongs to no request",
			() => Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_700, message: "no secret" } }),
			"it answered HTTP 200 (application/json;charset=utf-8) and what is no JSON-RPC message: no [redacted]",
			"change",
		],
		[
			"answers another request",
			() => Response.json({ jsonrpc: "2.0", id: 99, result: {} }),
			"its answer holds no reply to the request",
			"change",
		],
		[
			"sends its id on an event stream, and nothing that could be a reply",
			events(eventOf({ id: 1 })),
			"its event stream ended without the answer; it may have done part of its work",
			"wait",
		],
		[
			"answers with a long text, where a secret must not be cut before it is found",
			refusal(200, `${"x".repeat(196)}secret`, { "Content-Type": "text/plain" }),
			`it answered HTTP 200 (text/plain) and what is no JSON-RPC message: ${"x".repeat(196)}[red…`,
			"change",
		],
		[
			"ends its event stream without the answer",
			events(eventOf({ method: "m" })),
			"its event stream ended without the answer; it may have done part of its work",
			"wait",
		],
	])("%s", async (_, act, problem, remedy) => {
		await using server = openLocalServer({ "tools/call": act });
		await using client = await greeted(server.url);
		client.request(1);
		let incoming = await client.next();
		while (incoming.kind !== "unanswered") incoming = await client.next();
		expect([incoming, await client.ask(2, "tools/list")]).toMatchObject([
			{ kind: "unanswered", id: 1, problem, remedy },
			{ kind: "reply", id: 2 },
		]);
	});

	test("answers with its id and nothing that could be a reply", async () => {
		await using server = openLocalServer({
			"tools/call": ({ message: { id } }) => Response.json({ jsonrpc: "2.0", id }),
		});
		await using client = await greeted(server.url);
		client.request(1);
		client.request(2, "tools/list");
		const found = [await client.next(), await client.next(), await client.ask(3, "tools/list")];
		expect(found.map((incoming) => [incoming.kind, "id" in incoming ? incoming.id : undefined])).toContainEqual([
			"unanswered",
			1,
		]);
	});
});

test("an answer that broke off is taken up again after its last event", async () => {
	const first = events(`id: a\nretry: 30\n${eventOf({ method: "notifications/progress" })}`);
	const rest = events(eventOf({ id: 1, result: {} }));
	await using server = openLocalServer({ "tools/call": first, GET: [refusal(405), rest] });
	await using client = await greeted(server.url);
	await server.saw("GET");
	client.request(1);
	await client.clock.ring(30);
	const taken = await server.saw("GET", 2);
	expect([await client.next(), await client.next(), taken.headers.get("last-event-id")]).toMatchObject([
		{ kind: "notification" },
		{ kind: "reply", id: 1 },
		"a",
	]);
});

describe("where nothing listens", () => {
	test("it is tried three times, and then the channel has failed", async () => {
		const url = await deadUrl();
		await using client = openDrivenTo(url, openStreamable);
		client.request(0, "initialize");
		await client.clock.ring(250);
		await client.clock.ring(1_000);
		const problem = `nothing listens at ${url} (ECONNREFUSED); start the server, or check the url in the config`;
		expect([await client.next(), await client.channel.closed]).toEqual([
			{ kind: "unanswered", id: 0, problem, remedy: "wait" },
			{ kind: "failed", detail: problem, lastWords: [] },
		]);
	});

	test("the channel goes on as long as something else does", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ "tools/call": stream.act });
		await using client = await greeted(server.url);
		client.request(1);
		await server.saw("tools/call");
		stream.send(eventOf({ method: "m" }));
		await client.next();
		server.listenNoMore();
		client.request(2);
		await client.clock.ring(250);
		await client.clock.ring(1_000);
		const told = await client.next();
		stream.send(eventOf({ id: 1, result: {} }));
		expect([told, await client.next()]).toMatchObject([
			{ kind: "unanswered", id: 2, remedy: "wait" },
			{ kind: "reply", id: 1 },
		]);
	});

	test("a server that is back in time is not missed", async () => {
		const url = await deadUrl();
		await using client = openDrivenTo(url, openStreamable);
		client.request(0, "initialize");
		await client.clock.set(250);
		await using server = openLocalServer({}, Number(new URL(url).port));
		client.clock.advance(250);
		expect([await client.next(), server.seen.length]).toMatchObject([{ kind: "reply", id: 0 }, 1]);
	});
});

describe("a server that wants to be left alone", () => {
	test("gets the request when the time has come", async () => {
		await using server = openLocalServer({ "tools/call": [refusal(429, "", { "Retry-After": "3" }), reply()] });
		await using client = await greeted(server.url);
		client.request(1);
		await client.clock.ring(3_000);
		expect([await client.next(), server.seenOf("tools/call").length]).toMatchObject([{ kind: "reply", id: 1 }, 2]);
	});

	test("for longer than the request may take keeps its session", async () => {
		await using server = openLocalServer({ "tools/call": refusal(429, "", { "Retry-After": "60" }) });
		await using client = await greeted(server.url);
		const told = await client.ask(1);
		const next = await Promise.race([client.ask(2, "tools/list"), client.channel.closed]);
		expect([told, next]).toMatchObject([
			{ kind: "unanswered", id: 1, remedy: "wait" },
			{ kind: "reply", id: 2 },
		]);
	});
});

test("a notification that is not taken is told as trouble, and the next one is sent", async () => {
	await using server = openLocalServer({ "notifications/a": refusal(500, "a secret") });
	await using client = await greeted(server.url);
	client.notify("notifications/a");
	client.notify("notifications/b");
	await server.saw("notifications/b");
	expect(client.troubles).toEqual([
		"it did not take notifications/a: HTTP 500 Internal Server Error: a [redacted]; something is wrong at the server",
	]);
});
