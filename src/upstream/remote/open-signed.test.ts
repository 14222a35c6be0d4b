import { describe, expect, test } from "bun:test";

import { openDriven, specOf } from "../../../test/helpers/driven-channel.ts";
import {
	createFakeAuthorizer,
	type FakeAuthorizer,
	renewing,
	signInNeeded,
} from "../../../test/helpers/fake-authorizer.ts";
import {
	type Act,
	eventOf,
	liveEvents,
	openLocalServer,
	openSseServer,
	refusal,
	reply,
	taken,
} from "../../../test/helpers/local-server.ts";
import { openRemote, type RemoteSpec } from "./open.ts";

const unauthorized = refusal(401, '{"error":{"message":"who are you"}}', { "WWW-Authenticate": "Bearer" });
/** Lets through who comes with this token. */
const behind = (authorization: string, act: Act): Act => {
	return (seen) => (seen.headers.get("authorization") === authorization ? act(seen) : unauthorized(seen));
};
const openSigned = (url: string, authorizer: FakeAuthorizer, transport: RemoteSpec["transport"]) =>
	openDriven((hooks) => openRemote({ ...specOf(url, { authorizer }), transport, onFound() {} }, hooks));
const advice = "HTTP 401 Unauthorized: who are you; it wants you to sign in: run dynamic-mcp auth remote";

describe("Streamable HTTP", () => {
	test.each(["http", "auto"] as const)("tells that somebody has to sign in, as %s", async (transport) => {
		await using server = openLocalServer({ initialize: unauthorized });
		await using driven = openSigned(server.url, createFakeAuthorizer(undefined, signInNeeded), transport);
		expect(await driven.initialize()).toEqual({ kind: "unanswered", id: 0, problem: advice, remedy: "sign in" });
	});

	test("goes on with a renewed token in the middle of a session, and nobody notices", async () => {
		const greet = reply({ protocolVersion: "2025-06-18" }, { "Mcp-Session-Id": "s1" });
		await using server = openLocalServer({
			initialize: greet,
			"tools/call": behind("Bearer 2", reply({ yes: true })),
		});
		const authorizer = createFakeAuthorizer("Bearer 1", renewing("Bearer 2"));
		await using driven = openSigned(server.url, authorizer, "http");
		await driven.greet();
		expect(await driven.ask(1)).toMatchObject({ kind: "reply", id: 1, result: { yes: true } });
		expect(server.seenOf("tools/call").map(({ headers }) => headers.get("mcp-session-id"))).toEqual(["s1", "s1"]);
	});

	test("keeps its session when a call is refused until somebody has signed in", async () => {
		await using server = openLocalServer({ "tools/call": [unauthorized, reply({ yes: true })] });
		const authorizer = createFakeAuthorizer("Bearer 1", signInNeeded);
		await using driven = openSigned(server.url, authorizer, "http");
		await driven.greet();
		expect(await driven.ask(1)).toEqual({ kind: "unanswered", id: 1, problem: advice, remedy: "sign in" });
		authorizer.isSignInNeeded = false;
		expect(await driven.ask(2)).toMatchObject({ kind: "reply", id: 2, result: { yes: true } });
	});

	test("opens its stream again once somebody has signed in", async () => {
		const stream = liveEvents();
		await using server = openLocalServer({ GET: [unauthorized, stream.act] });
		const authorizer = createFakeAuthorizer("Bearer 1", signInNeeded);
		await using driven = openSigned(server.url, authorizer, "http");
		await driven.greet();
		await driven.clock.set(1_000);
		expect(driven.troubles).toEqual([`the stream for its own messages cannot be opened: ${advice}`]);
		driven.clock.advance(1_000);
		await server.saw("GET", 2);
		stream.send(eventOf({ method: "notifications/message" }));
		expect(await driven.next()).toMatchObject({ kind: "notification", method: "notifications/message" });
	});
});

describe("HTTP+SSE", () => {
	test("tells that somebody has to sign in for the stream", async () => {
		await using server = openLocalServer({ GET: unauthorized });
		await using driven = openSigned(server.url, createFakeAuthorizer(undefined, signInNeeded), "sse");
		expect(await driven.initialize()).toEqual({ kind: "unanswered", id: 0, problem: advice, remedy: "sign in" });
	});

	test("tells that somebody has to sign in for a message", async () => {
		await using older = openSseServer({ initialize: unauthorized });
		const authorizer = createFakeAuthorizer("Bearer 1", signInNeeded);
		await using driven = openSigned(older.server.url, authorizer, "sse");
		expect(await driven.initialize()).toEqual({ kind: "unanswered", id: 0, problem: advice, remedy: "sign in" });
	});

	test("takes a renewed token for its stream and its messages", async () => {
		const stream = liveEvents("event: endpoint\ndata: /messages\n\n");
		await using server = openLocalServer({
			GET: behind("Bearer 2", stream.act),
			initialize: behind("Bearer 3", taken),
		});
		const next = ["Bearer 2", "Bearer 3"];
		const authorizer = createFakeAuthorizer("Bearer 1", (own) => {
			own.use(next.shift());
			return true;
		});
		await using driven = openSigned(server.url, authorizer, "sse");
		driven.request(0, "initialize");
		await server.saw("initialize", 2);
		stream.send(eventOf({ id: 0, result: { yes: true } }));
		expect(await driven.next()).toMatchObject({ kind: "reply", id: 0, result: { yes: true } });
	});
});
