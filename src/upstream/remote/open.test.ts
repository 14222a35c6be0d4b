import { describe, expect, test } from "bun:test";

import { openDriven, specOf } from "../../../test/helpers/driven-channel.ts";
import {
	errorReply,
	eventOf,
	events,
	liveEvents,
	openLocalServer,
	openSseServer,
	refusal,
	reply,
	type Script,
	taken,
} from "../../../test/helpers/local-server.ts";
import { openRemote, type RemoteSpec } from "./open.ts";

/** A channel to the URL by that transport, and what has been found out about it. */
function openClient(url: string, more: Partial<RemoteSpec> = {}) {
	const found: (string | undefined)[] = [];
	const onFound = (what: string | undefined) => void found.push(what);
	const spec: RemoteSpec = { ...specOf(url), transport: "auto", onFound, ...more };
	return Object.assign(
		openDriven((hooks) => openRemote(spec, hooks)),
		{ found },
	);
}

/** A server of the older transport, which refuses to be spoken to in the newer one. */
const openOldServer = (refused = refusal(405)) => openSseServer({ initialize: [refused, taken] }, "/messages");

const kindsOf = (seen: readonly { what: string; path: string }[]) => seen.map(({ what, path }) => `${what} ${path}`);

describe("a transport that is configured is the only one that is tried:", () => {
	test("http", async () => {
		await using server = openLocalServer({ initialize: refusal(404) });
		await using client = openClient(server.url, { transport: "http" });
		expect(await client.initialize()).toMatchObject({ kind: "unanswered", remedy: "change" });
		await server.settled();
		expect([kindsOf(server.seen), client.found]).toEqual([["initialize /mcp"], []]);
	});

	test("sse", async () => {
		await using own = openOldServer(() => taken());
		await using client = openClient(own.server.url, { transport: "sse" });
		client.request(0, "initialize");
		await own.server.saw("initialize");
		expect([kindsOf(own.server.seen), client.found]).toEqual([["GET /mcp", "initialize /messages"], []]);
	});
});

describe("the older transport is spoken", () => {
	test.each([400, 404, 405])("when initialize is refused with %i", async (status) => {
		await using own = openOldServer(refusal(status));
		await using client = openClient(own.server.url);
		client.request(0, "initialize");
		await own.server.saw("initialize", 2);
		own.stream.send(eventOf({ id: 0, result: {} }));
		expect(await client.next()).toMatchObject({ kind: "reply", id: 0 });
		expect([kindsOf(own.server.seen), client.found]).toEqual([
			["initialize /mcp", "GET /mcp", "initialize /messages"],
			["sse"],
		]);
	});

	test("from then on, until the end of its stream", async () => {
		await using own = openOldServer();
		await using client = openClient(own.server.url);
		client.request(0, "initialize");
		await own.server.saw("initialize", 2);
		own.stream.send(eventOf({ id: 0, result: {} }));
		await client.next();
		client.notify("notifications/initialized");
		client.request(1);
		await own.server.saw("tools/call");
		own.stream.send(eventOf({ id: 1, result: {} }));
		const answer = await client.next();
		own.stream.end();
		expect([answer, await client.channel.closed, client.found]).toMatchObject([
			{ kind: "reply", id: 1 },
			{ kind: "ended", detail: "it closed its event stream; it may have done part of its work" },
			["sse"],
		]);
		expect(kindsOf(own.server.seen).slice(3)).toEqual(["notifications/initialized /messages", "tools/call /messages"]);
	});
});

describe("the older transport is not tried", () => {
	test("when initialize is answered", async () => {
		await using server = openLocalServer();
		await using client = openClient(server.url);
		expect(await client.initialize()).toMatchObject({ kind: "reply", id: 0 });
		await server.settled();
		expect(server.seenOf("GET")).toEqual([]);
	});

	test.each([401, 403, 406, 415, 429, 500, 503])("when initialize is refused with %i", async (status) => {
		await using server = openLocalServer({ initialize: refusal(status) });
		await using client = openClient(server.url);
		expect(await client.initialize()).toMatchObject({
			kind: "unanswered",
			problem: expect.not.stringContaining("SSE"),
		});
		await server.settled();
		expect([server.seenOf("GET"), client.found]).toEqual([[], []]);
	});

	test("when the refusal is written as the reply, which only a server of the newer one does", async () => {
		await using server = openLocalServer({ initialize: errorReply(400, "unsupported version") });
		await using client = openClient(server.url);
		expect(await client.initialize()).toMatchObject({ kind: "reply", error: { message: "unsupported version" } });
		await server.settled();
		expect([server.seenOf("GET"), client.found.includes("sse")]).toEqual([[], false]);
	});

	test("when another request is refused", async () => {
		await using server = openLocalServer({ initialize: reply(), "tools/call": refusal(404) });
		await using client = openClient(server.url);
		await client.initialize();
		expect(await client.ask(1)).toMatchObject({ kind: "unanswered", id: 1 });
		await server.settled();
		expect(server.seenOf("GET")).toEqual([]);
	});
});

test("that the newer transport is spoken is told, too", async () => {
	await using server = openLocalServer();
	await using client = openClient(server.url);
	await client.initialize();
	expect(client.found).toEqual(["http"]);
});

describe("a server that speaks neither is told of with", () => {
	const page = refusal(200, "<html>", { "Content-Type": "text/html" });
	test.each<[string, Script, string, string]>([
		["what the newer one was told", { initialize: refusal(404, "no such page"), GET: page }, "", "change"],
		[
			"both, when the older one might do another time",
			{ initialize: refusal(404, "no such page"), GET: refusal(500) },
			": HTTP 500 Internal Server Error; something is wrong at the server",
			"wait",
		],
	])("%s", async (_, script, more, remedy) => {
		await using server = openLocalServer(script);
		await using client = openClient(server.url);
		const advice = `there seems to be no MCP server at ${server.url}; check the url in the config`;
		expect(await client.initialize()).toEqual({
			kind: "unanswered",
			id: 0,
			problem: `HTTP 404 Not Found: no such page; ${advice}; nor does it speak the older HTTP+SSE${more}`,
			remedy: remedy as never,
		});
		expect([await client.channel.closed, client.found]).toMatchObject([{ kind: "failed" }, []]);
	});
});

describe("what was found out at an earlier start", () => {
	test("is not found out again: http", async () => {
		await using server = openLocalServer();
		await using client = openClient(server.url, { found: "http" });
		expect([await client.initialize(), client.found]).toMatchObject([{ kind: "reply", id: 0 }, []]);
	});

	test("is not found out again: sse", async () => {
		await using own = openSseServer();
		await using client = openClient(own.server.url, { found: "sse" });
		client.request(0, "initialize");
		await own.server.saw("initialize");
		own.stream.send(eventOf({ id: 0, result: {} }));
		expect([await client.next(), client.found]).toMatchObject([{ kind: "reply", id: 0 }, []]);
		expect(own.server.seen[0]?.what).toBe("GET");
	});

	test.each(["http", "sse"] as const)("holds no more when there is no answer by it: %s", async (found) => {
		await using server = openLocalServer({ initialize: refusal(404) });
		await using client = openClient(server.url, { found });
		expect([await client.initialize(), client.found]).toMatchObject([{ kind: "unanswered", id: 0 }, [undefined]]);
	});

	test("still holds when a later request gets no answer", async () => {
		await using server = openLocalServer({ "tools/call": refusal(500) });
		await using client = openClient(server.url, { found: "http" });
		await client.initialize();
		expect([await client.ask(1), client.found]).toMatchObject([{ kind: "unanswered", id: 1 }, []]);
	});
});

describe("a stream that names no address within five seconds", () => {
	test("is none of the older transport: what the newer one was told counts", async () => {
		await using server = openLocalServer({ initialize: refusal(404, "no such page"), GET: liveEvents().act });
		await using client = openClient(server.url);
		client.request(0, "initialize");
		await server.saw("GET");
		await client.clock.ring(5_000);
		const advice = `there seems to be no MCP server at ${server.url}; check the url in the config`;
		expect([await client.next(), client.found]).toEqual([
			{ kind: "unanswered", id: 0, problem: `HTTP 404 Not Found: no such page; ${advice}`, remedy: "change" },
			[],
		]);
	});

	test("is something else than a server that takes its time over initialize", async () => {
		await using own = openOldServer();
		await using client = openClient(own.server.url);
		client.request(0, "initialize");
		await own.server.saw("initialize", 2);
		client.clock.advance(6_000);
		own.stream.send(eventOf({ id: 0, result: {} }));
		expect([await client.next(), client.found]).toMatchObject([{ kind: "reply", id: 0 }, ["sse"]]);
	});

	test("is not waited for after the end of the channel", async () => {
		await using server = openLocalServer({ initialize: refusal(404), GET: liveEvents().act });
		const client = openClient(server.url);
		client.request(0, "initialize");
		await server.saw("GET");
		await client.channel.close();
		client.clock.advance(5_000);
		expect(client.incoming).toEqual([]);
	});
});

describe("closing", () => {
	test("before anything was sent needs no server", async () => {
		await using server = openLocalServer();
		const client = openClient(server.url);
		expect([(await client.channel.close()).kind, server.seen.length]).toEqual(["closed", 0]);
	});

	test("after the change of transport is told once, as our own doing", async () => {
		await using own = openOldServer();
		const client = openClient(own.server.url);
		client.request(0, "initialize");
		await own.server.saw("initialize", 2);
		const reason = await client.channel.close();
		expect({ reason, told: await client.channel.closed }).toEqual({
			reason: { kind: "closed", detail: "its session was ended by dynamic-mcp", lastWords: [] },
			told: reason,
		});
	});
});

test("a stream that ends before it names an address ends the channel", async () => {
	await using server = openLocalServer({ initialize: refusal(405), GET: events() });
	await using client = openClient(server.url);
	client.request(0, "initialize");
	expect((await client.channel.closed).kind).toBe("ended");
});
