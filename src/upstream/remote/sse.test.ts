import { describe, expect, test } from "bun:test";

import { isTaken, openDrivenTo } from "../../../test/helpers/driven-channel.ts";
import {
	addressEvent,
	eventOf,
	events,
	liveEvents,
	openLocalServer,
	openSseServer,
	redirect,
	silence,
	taken,
} from "../../../test/helpers/local-server.ts";
import { openSse } from "./sse.ts";

const openClient = (url: string) => openDrivenTo(url, openSse);

const reply = (id: number, result: object = {}) => eventOf({ id, result });

describe("messages are posted to the address that the server names,", () => {
	test.each([
		["relative to its own", "messages?sid=1", "/messages?sid=1"],
		["from the top", "/a/b?sid=1", "/a/b?sid=1"],
		["with a query alone", "?sid=1", "/mcp?sid=1"],
	])("%s", async (_, address, path) => {
		await using own = openSseServer({}, address);
		await using client = openClient(own.server.url);
		client.request(1);
		expect((await own.server.saw("tools/call")).path).toBe(path);
	});

	test("whole", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ GET: stream.act, "tools/call": taken });
		await using client = openClient(server.url);
		await server.saw("GET");
		stream.send(addressEvent(`${server.origin}/absolute`));
		client.request(1);
		expect((await server.saw("tools/call")).path).toBe("/absolute");
	});

	test("not before it has named one", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ GET: stream.act, "tools/call": taken });
		await using client = openClient(server.url);
		client.request(1);
		client.notify("notifications/m");
		await server.saw("GET");
		await server.settled();
		const before = server.seen.filter(({ what }) => what.includes("/")).length;
		stream.send(addressEvent("/messages"));
		await Promise.all([server.saw("tools/call"), server.saw("notifications/m")]);
		expect(before).toBe(0);
	});

	test("relative to where a redirect has led", async () => {
		const stream = liveEvents(addressEvent("messages"));
		await using server = openLocalServer({ GET: [redirect(307, "/new/sse"), stream.act], "tools/call": taken });
		await using client = openClient(server.url);
		client.request(1);
		expect((await server.saw("tools/call")).path).toBe("/new/messages");
	});
});

describe("what comes on the stream is handed on:", () => {
	test("answers, requests and notifications", async () => {
		await using own = openSseServer();
		await using client = openClient(own.server.url);
		client.request(1);
		await own.server.saw("tools/call");
		own.stream.send(eventOf({ method: "m" }) + eventOf({ id: "p", method: "ping" }) + reply(1, { a: 1 }));
		expect([await client.next(), await client.next(), await client.next()]).toMatchObject([
			{ kind: "notification", method: "m" },
			{ kind: "request", id: "p" },
			{ kind: "reply", id: 1, result: { a: 1 } },
		]);
	});

	test("but no empty events, nor those of other types", async () => {
		await using own = openSseServer();
		await using client = openClient(own.server.url);
		client.request(1);
		await own.server.saw("tools/call");
		own.stream.send(`event: ping\ndata: 1\n\ndata:\n\n${reply(1)}`);
		expect(await client.next()).toMatchObject({ kind: "reply", id: 1 });
	});
});

test("the version is sent once it has been agreed upon", async () => {
	await using own = openSseServer();
	await using client = openClient(own.server.url);
	client.request(0, "initialize");
	await own.server.saw("initialize");
	own.stream.send(reply(0, { protocolVersion: "2024-11-05" }));
	await client.next();
	client.notify("notifications/initialized");
	client.request(1);
	await own.server.saw("tools/call");
	const sent = own.server.seen.map(({ what, headers }) => [what, headers.get("mcp-protocol-version")]);
	expect(sent).toEqual([
		["GET", null],
		["initialize", null],
		["notifications/initialized", "2024-11-05"],
		["tools/call", "2024-11-05"],
	]);
});

test("a request waits until the server has taken the notifications before it", async () => {
	const gate = Promise.withResolvers<void>();
	await using own = openSseServer({ "notifications/initialized": () => gate.promise.then(taken) });
	await using client = openClient(own.server.url);
	client.notify("notifications/initialized");
	client.request(1);
	await own.server.saw("notifications/initialized");
	await own.server.settled();
	const before = own.server.seenOf("tools/call").length;
	gate.resolve();
	await own.server.saw("tools/call");
	expect(before).toBe(0);
});

test("a cancelled request is told to the server, and the way there is broken off", async () => {
	await using own = openSseServer({ "tools/call": silence });
	await using client = openClient(own.server.url);
	client.request(1);
	const seen = await own.server.saw("tools/call");
	const gone = new Promise((resolve) => {
		seen.signal.addEventListener("abort", resolve);
	});
	client.cancel(1);
	await Promise.all([gone, own.server.saw("notifications/cancelled")]);
	expect(client.incoming).toEqual([]);
});

test("how far a request has come is known", async () => {
	const stream = liveEvents();
	await using server = openLocalServer({ GET: stream.act, "tools/call": silence, "tools/list": taken });
	await using client = openClient(server.url);
	client.request(1);
	await server.saw("GET");
	const said = [client.channel.soFar?.(1)];
	stream.send(addressEvent("/messages"));
	await server.saw("tools/call");
	said.push(client.channel.soFar?.(1));
	client.request(2, "tools/list");
	await isTaken(client, 2);
	said.push(client.channel.soFar?.(2));
	expect(said).toEqual([
		"its event stream did not say where to send messages",
		"it did not take the message",
		"it took the message, but sent no answer",
	]);
});

test("what is no message is handed on as such, and ends nothing", async () => {
	await using server = openLocalServer({ GET: events(`${addressEvent("/messages")}data: nonsense\n\n`) });
	await using client = openClient(server.url);
	expect([await client.next(), await client.channel.closed]).toMatchObject([{ kind: "malformed" }, { kind: "ended" }]);
});
