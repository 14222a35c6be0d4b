import { describe, expect, test } from "bun:test";

import { openDrivenTo } from "../../../test/helpers/driven-channel.ts";
import {
	type Act,
	eventOf,
	events,
	liveEvents,
	type LocalServer,
	openLocalServer,
	refusal,
	reply,
	silence,
} from "../../../test/helpers/local-server.ts";
import { openStreamable } from "./streamable.ts";

async function greeted(server: LocalServer) {
	const client = openDrivenTo(server.url, openStreamable);
	await client.greet();
	await server.saw("GET");
	return client;
}

const lost = (id: number) =>
	({ kind: "unanswered", id, problem: "it no longer knows the session", remedy: "repeat" }) as const;
const ended = { kind: "ended", detail: "it no longer knows the session", lastWords: [], isClean: true } as const;

/** Answers, when the gate is open. */
const gated =
	(gate: PromiseWithResolvers<void>, act: Act): Act =>
	(seen) =>
		gate.promise.then(() => act(seen));

describe("when the session is lost", () => {
	test.each([
		["404", refusal(404)],
		["400 that speaks of it", refusal(400, "Bad Request: No valid session ID provided")],
	])("the request that was told so by %s can be repeated, and the channel ends", async (_, act) => {
		await using server = openLocalServer({ "tools/call": act });
		await using client = await greeted(server);
		expect([await client.ask(1), await client.channel.closed]).toEqual([lost(1), ended]);
	});

	test("so can all that are told the same", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = openLocalServer({ "tools/call": gated(gate, refusal(404)) });
		await using client = await greeted(server);
		for (const id of [1, 2, 3]) client.request(id);
		await server.saw("tools/call", 3);
		gate.resolve();
		expect(await client.channel.closed).toEqual(ended);
		const told = client.incoming.slice(1).sort((a, b) => ("id" in a && "id" in b ? Number(a.id) - Number(b.id) : 0));
		expect(told).toEqual([lost(1), lost(2), lost(3)]);
	});

	test("and those made meanwhile, which are not even sent", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = openLocalServer({ "tools/call": [gated(gate, refusal(404)), refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await server.saw("tools/call");
		const told = [await client.ask(2), await client.ask(3)];
		gate.resolve();
		told.push(await client.next());
		expect({ told, reason: await client.channel.closed, sent: server.seenOf("tools/call").length }).toEqual({
			told: [lost(2), lost(3), lost(1)],
			reason: ended,
			sent: 2,
		});
	});

	test("and those that wait for their turn", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = openLocalServer({ "tools/call": gated(gate, refusal(404)) });
		await using client = await greeted(server);
		for (let id = 1; id <= 70; id++) client.request(id);
		await server.saw("tools/call", 60);
		gate.resolve();
		expect(await client.channel.closed).toEqual(ended);
		const told = client.incoming.slice(1).map((incoming) => ("remedy" in incoming ? incoming.remedy : incoming.kind));
		expect({ told, sent: server.seenOf("tools/call").length }).toEqual({
			told: Array.from({ length: 70 }, () => "repeat" as const),
			sent: 60,
		});
	});

	test("but not one that is being answered: it ends with the channel", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ "tools/call": [stream.act, refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await server.saw("tools/call");
		stream.send(eventOf({ method: "notifications/progress" }));
		await client.next();
		expect([await client.ask(2), await client.channel.closed]).toEqual([lost(2), ended]);
		expect(client.incoming.map(({ kind }) => kind)).toEqual(["reply", "notification", "unanswered"]);
	});

	test("one that gets its answer all the same keeps it", async () => {
		const gate = Promise.withResolvers<void>();
		await using server = openLocalServer({ "tools/call": [gated(gate, reply({ a: 1 })), refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await server.saw("tools/call");
		await client.ask(2);
		gate.resolve();
		expect(await client.channel.closed).toEqual(ended);
		expect(client.incoming.slice(1)).toMatchObject([lost(2), { kind: "reply", id: 1, result: { a: 1 } }]);
	});

	test("one that is in the middle of its answer is read to the end", async () => {
		const gate = Promise.withResolvers<void>();
		async function* halves() {
			yield '{"jsonrpc":"2.0","id":1,';
			await gate.promise;
			yield '"result":{"a":1}}';
		}
		const half: Act = () => new Response(halves(), { headers: { "Content-Type": "application/json" } });
		await using server = openLocalServer({ "tools/call": [half, refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await server.saw("tools/call");
		await client.ask(2);
		gate.resolve();
		expect(await client.channel.closed).toEqual(ended);
		expect(client.incoming.slice(1)).toMatchObject([lost(2), { kind: "reply", id: 1, result: { a: 1 } }]);
	});

	test("one of which nothing is heard is waited for only a second", async () => {
		await using server = openLocalServer({ "tools/call": [silence, refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await server.saw("tools/call");
		const told = await client.ask(2);
		await client.clock.ring(1_000);
		expect([told, await client.channel.closed, client.incoming.length]).toEqual([lost(2), ended, 2]);
	});

	test("the server is not asked to end it", async () => {
		await using server = openLocalServer({ "tools/call": refusal(404) });
		await using client = await greeted(server);
		await client.ask(1);
		await client.channel.closed;
		await client.channel.close();
		await server.settled();
		expect(server.seenOf("DELETE")).toEqual([]);
	});
});

describe("that it is lost is learnt", () => {
	test("from the answer to a notification", async () => {
		await using server = openLocalServer({ "notifications/m": refusal(404) });
		await using client = await greeted(server);
		client.notify("notifications/m");
		expect(await client.channel.closed).toEqual(ended);
		expect(client.troubles).toEqual(["it did not take notifications/m: it no longer knows the session"]);
	});

	test("from the stream that is listened to, when it cannot be opened again", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ GET: [stream.act, refusal(404)] });
		await using client = await greeted(server);
		stream.send(eventOf({ method: "m" }));
		await client.next();
		stream.end();
		await client.clock.ring(1_000);
		expect(await client.channel.closed).toEqual(ended);
	});

	test("from an answer that cannot be taken up again; its request must not be repeated", async () => {
		const cutShort = events(`id: 1\n${eventOf({ method: "notifications/progress" })}`);
		await using server = openLocalServer({ "tools/call": cutShort, GET: [refusal(405), refusal(404)] });
		await using client = await greeted(server);
		client.request(1);
		await client.clock.ring(500);
		await client.next();
		expect([await client.next(), await client.channel.closed]).toMatchObject([
			{
				kind: "unanswered",
				id: 1,
				problem:
					"it no longer knows the session, when its event stream was to be taken up again; it may have done part of its work",
				remedy: "wait",
			},
			ended,
		]);
		expect(server.seenOf("GET").at(-1)?.headers.get("last-event-id")).toBe("1");
	});
});

test("where there is no session, none can be lost: 404 says that there is no server", async () => {
	await using server = openLocalServer({
		initialize: reply({ protocolVersion: "2025-06-18" }),
		"tools/call": [refusal(404), reply()],
	});
	await using client = await greeted(server);
	expect([await client.ask(1), await client.ask(2)]).toMatchObject([
		{ kind: "unanswered", id: 1, remedy: "change" },
		{ kind: "reply", id: 2 },
	]);
});
