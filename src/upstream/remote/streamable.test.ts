import { describe, expect, test } from "bun:test";

import { openDrivenTo } from "../../../test/helpers/driven-channel.ts";
import {
	eventOf,
	events,
	liveEvents,
	openLocalServer,
	refusal,
	reply,
	type Script,
	type Seen,
	silence,
	taken,
} from "../../../test/helpers/local-server.ts";
import { openStreamable } from "./streamable.ts";

async function greeted(url: string) {
	const driven = openDrivenTo(url, openStreamable);
	await driven.greet();
	return driven;
}

const aborted = ({ signal }: Seen) =>
	new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve());
	});

/** A session from its beginning to its end: the value of that header in all that the server saw. */
async function sentThroughout(header: string, script: Script = {}) {
	await using server = openLocalServer({ GET: liveEvents().act, ...script });
	const client = await greeted(server.url);
	await server.saw("GET");
	await client.ask(1);
	await client.channel.close();
	return Object.fromEntries(server.seen.map(({ what, headers }) => [what, headers.get(header)]));
}

describe("every request carries", () => {
	test("the session id, once there is one", async () => {
		expect(await sentThroughout("Mcp-Session-Id")).toEqual({
			initialize: null,
			"notifications/initialized": "s1",
			GET: "s1",
			"tools/call": "s1",
			DELETE: "s1",
		});
	});

	test("the version, once it has been agreed upon", async () => {
		expect(await sentThroughout("MCP-Protocol-Version")).toEqual({
			initialize: null,
			"notifications/initialized": "2025-06-18",
			GET: "2025-06-18",
			"tools/call": "2025-06-18",
			DELETE: "2025-06-18",
		});
	});

	test("what it accepts", async () => {
		expect(await sentThroughout("Accept")).toMatchObject({
			initialize: "application/json, text/event-stream",
			GET: "text/event-stream",
			"tools/call": "application/json, text/event-stream",
		});
	});

	test("what it is", async () => {
		expect(await sentThroughout("Content-Type")).toMatchObject({ "tools/call": "application/json", GET: null });
	});
});

describe("at our end of it the session", () => {
	test("is ended at the server, too", async () => {
		await using server = openLocalServer();
		const client = await greeted(server.url);
		const reason = await client.channel.close();
		expect({ reason, deletes: server.seenOf("DELETE").length }).toEqual({
			reason: { kind: "closed", detail: "its session was ended by dynamic-mcp", lastWords: [] },
			deletes: 1,
		});
	});

	test("is not, when there is none", async () => {
		await using server = openLocalServer({ initialize: reply({ protocolVersion: "2025-06-18" }) });
		const client = await greeted(server.url);
		await client.channel.close();
		expect(server.seenOf("DELETE")).toEqual([]);
	});

	test("may be refused to be ended", async () => {
		await using server = openLocalServer({ DELETE: refusal(405) });
		const client = await greeted(server.url);
		expect((await client.channel.close()).kind).toBe("closed");
	});

	test("is left to the server when that does not answer", async () => {
		await using server = openLocalServer({ DELETE: silence });
		const client = await greeted(server.url);
		const closing = client.channel.close();
		await server.saw("DELETE");
		await client.clock.ring(500);
		expect((await closing).kind).toBe("closed");
	});
});

test("a request waits until the server has taken notifications/initialized", async () => {
	const gate = Promise.withResolvers<void>();
	await using server = openLocalServer({ "notifications/initialized": () => gate.promise.then(taken) });
	await using client = await greeted(server.url);
	client.request(1);
	await server.saw("notifications/initialized");
	await server.settled();
	const before = server.seenOf("tools/call").length;
	gate.resolve();
	expect([before, await client.next()]).toMatchObject([0, { kind: "reply", id: 1 }]);
});

describe("an answer is handed on", () => {
	test.each<[string, Script[string]]>([
		["as JSON", reply({ a: 1 })],
		["as JSON, packed", (seen) => pack(reply({ a: 1 })(seen) as Response)],
		["as the only event of a stream", events(({ message }) => eventOf({ id: message.id ?? 0, result: { a: 1 } }))],
		["in a batch", ({ message: { id } }) => Response.json([{ jsonrpc: "2.0", id, result: { a: 1 } }])],
	])("%s", async (_, act) => {
		await using server = openLocalServer({ "tools/call": act });
		await using client = await greeted(server.url);
		const incoming = await client.ask(1);
		const [answer] = incoming.kind === "batch" ? incoming.items : [incoming];
		expect(answer).toMatchObject({ kind: "reply", id: 1, result: { a: 1 } });
	});

	test("but no empty events, nor those of other types", async () => {
		const others = "event: ping\ndata: {}\n\nid: 1\ndata:\n\n";
		await using server = openLocalServer({ "tools/call": events(others, eventOf({ id: 1, result: {} })) });
		await using client = await greeted(server.url);
		expect(await client.ask(1)).toMatchObject({ kind: "reply", id: 1 });
	});

	test("after what was said before it on the same stream", async () => {
		const progress = eventOf({ method: "notifications/progress" });
		const ping = eventOf({ id: "p", method: "ping" });
		await using server = openLocalServer({ "tools/call": events(progress, ping, eventOf({ id: 1, result: {} })) });
		await using client = await greeted(server.url);
		client.request(1);
		expect([await client.next(), await client.next(), await client.next()]).toMatchObject([
			{ kind: "notification", method: "notifications/progress" },
			{ kind: "request", id: "p", method: "ping" },
			{ kind: "reply", id: 1 },
		]);
	});
});

async function pack(response: Response): Promise<Response> {
	const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
	return new Response(Bun.gzipSync(new Uint8Array(await response.arrayBuffer())), { headers });
}

test("what the server says of its own accord is handed on, and our answer to it is posted", async () => {
	const stream = liveEvents();
	await using server = openLocalServer({ GET: stream.act });
	await using client = await greeted(server.url);
	await server.saw("GET");
	stream.send(eventOf({ id: 7, method: "ping" }));
	const ping = await client.next();
	void client.channel.send({ kind: "reply", text: '{"jsonrpc":"2.0","id":7,"result":{}}' });
	expect([ping, (await server.saw("reply")).message]).toMatchObject([
		{ kind: "request", id: 7 },
		{ id: 7, result: {} },
	]);
});

test("it is listened to only once hands have been shaken", async () => {
	await using server = openLocalServer();
	await using client = openDrivenTo(server.url, openStreamable);
	await client.initialize();
	await server.settled();
	const before = server.seenOf("GET").length;
	client.notify("notifications/initialized");
	await server.saw("GET");
	expect(before).toBe(0);
});

describe("a cancelled request", () => {
	test("is broken off, and the server is told as well", async () => {
		await using server = openLocalServer({ "tools/call": silence });
		await using client = await greeted(server.url);
		client.request(1);
		const seen = await server.saw("tools/call");
		client.cancel(1);
		await aborted(seen);
		await server.saw("notifications/cancelled");
		expect(client.incoming.map(({ kind }) => kind)).toEqual(["reply"]);
	});

	test("that was not sent yet is not sent at all", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = openLocalServer({ "notifications/initialized": () => gate.promise.then(taken) });
		await using client = await greeted(server.url);
		client.request(1);
		client.cancel(1);
		gate.resolve();
		await server.saw("notifications/cancelled");
		await client.ask(2, "tools/list");
		expect(server.seenOf("tools/call")).toEqual([]);
	});
});

test("a stream that goes on after the answer is ended after a second", async () => {
	const stream = liveEvents();
	await using server = openLocalServer({ "tools/call": stream.act });
	await using client = await greeted(server.url);
	client.request(1);
	const seen = await server.saw("tools/call");
	stream.send(eventOf({ id: 1, result: {} }));
	await client.next();
	stream.send(eventOf({ method: "late" }));
	const late = await client.next();
	await client.clock.set(1_000);
	client.clock.advance(999);
	await server.settled();
	const before = seen.signal.aborted;
	client.clock.advance(1);
	await aborted(seen);
	expect([late, before]).toMatchObject([{ method: "late" }, false]);
});

test("at most 60 requests are sent at a time, or 120 when they are slow", async () => {
	const gates: PromiseWithResolvers<void>[] = [];
	const act = async (seen: Seen) => {
		const gate = Promise.withResolvers<void>();
		gates.push(gate);
		await gate.promise;
		return reply()(seen);
	};
	await using server = openLocalServer({ "tools/call": act });
	await using client = await greeted(server.url);
	for (let id = 1; id <= 130; id++) client.request(id);
	const counts: number[] = [];
	for (const expected of [60, 120]) {
		await server.saw("tools/call", expected);
		await server.settled();
		counts.push(gates.length);
		await client.clock.ring(5);
	}
	for (const gate of gates) gate.resolve();
	await server.saw("tools/call", 130);
	for (const gate of gates) gate.resolve();
	while (client.incoming.length < 131) await client.next();
	const ids = client.incoming.map((incoming) => (incoming.kind === "reply" ? Number(incoming.id) : -1));
	expect({ counts, ids: ids.sort((a, b) => a - b) }).toEqual({
		counts: [60, 120],
		ids: Array.from({ length: 131 }, (_, id) => id),
	});
});

test("how far a request has come is known", async () => {
	const gate = Promise.withResolvers<void>();
	const stream = liveEvents();
	await using server = openLocalServer({
		"notifications/initialized": () => gate.promise.then(taken),
		"tools/call": [silence, stream.act],
	});
	await using client = await greeted(server.url);
	client.request(1);
	const said = [client.channel.soFar?.(1)];
	gate.resolve();
	await server.saw("tools/call");
	said.push(client.channel.soFar?.(1));
	client.request(2);
	await server.saw("tools/call", 2);
	stream.send(eventOf({ method: "m" }));
	await client.next();
	said.push(client.channel.soFar?.(2));
	expect(said).toEqual([
		"it was not sent, because others had not been answered yet",
		"there was no connection, or no answer on it",
		"its answer had begun and did not end",
	]);
});
