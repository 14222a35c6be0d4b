/** Faults of servers with the older HTTP+SSE transport, where answers come on one stream for all. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedRequest, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";

const greeting = {
	protocolVersion: "2024-11-05",
	capabilities: { tools: {} },
	serverInfo: { name: "old", version: "1" },
};
const tools = ["echo", "work"].map((name) => ({ name, inputSchema: { type: "object" } }));

interface LegacyServer extends ScriptedServer {
	/** The stream of the client that came last. */
	stream(): ScriptedRequest;
}

/** `work` is what becomes of the POST of a call of that tool; `address` is where messages are to be sent. */
async function startLegacy(work: Act, address = "/message?session=1"): Promise<LegacyServer> {
	let stream: ScriptedRequest | undefined;
	const say = (request: ScriptedRequest, result: object) => {
		request.respond(202);
		return stream?.event(JSON.stringify({ jsonrpc: "2.0", id: request.message?.id, result }));
	};
	const server = await startScripted({
		on: {
			async GET(get) {
				stream = get;
				get.stream();
				await get.event(address, { event: "endpoint" });
			},
			initialize: (request) => say(request, greeting),
			"notifications/initialized": (request) => request.respond(202),
			"notifications/cancelled": (request) => request.respond(202),
			"tools/list": (request) => say(request, { tools }),
			echo: (request) => say(request, { content: [{ type: "text", text: request.args["text"] }] }),
			work,
		},
	});
	return {
		...server,
		stream() {
			if (stream === undefined) throw new Error("nobody has opened a stream");
			return stream;
		},
	};
}

const legacy = { type: "sse" };
const take: Act = (request) => request.respond(202);

test.each<[string, Act]>([
	["closes", (stream) => stream.end()],
	["cuts", (stream) => stream.cut()],
])("a stream that the server %s during a call fails the call, which may have been carried out", async (_how, end) => {
	await using server = await startLegacy(take);
	await using proxy = await startProxyOf(server, legacy);
	await proxy.call("echo", { text: "warm" });
	const answer = proxy.call("work");
	await server.reach("work");
	await end(server.stream());
	expect(errorTextOf(await answer)).toMatch(/"remote" ended during the call of work: .*part of its work/);
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect([server.of("work").length, server.of("GET").length]).toEqual([1, 2]);
});

test("an answer counts though the POST of its request is never answered", async () => {
	await using server = await startLegacy(() => {});
	await using proxy = await startProxyOf(server, legacy);
	const answer = proxy.call("work");
	const call = await server.reach("work");
	await server.stream().event(call.reply("done"));
	expect(goodTextOf(await answer)).toBe("done");
});

test("a POST that is refused because the session is gone is made once more, in a new one", async () => {
	let calls = 0;
	await using server = await startLegacy((call) => {
		if (++calls === 1) return call.respond(404, "Session not found");
		call.respond(202);
		return server.stream().event(call.reply("done"));
	});
	await using proxy = await startProxyOf(server, legacy);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expect([server.of("work").length, server.of("GET").length]).toEqual([2, 2]);
});

test("a POST that is refused is an error of that call only", async () => {
	await using server = await startLegacy((call) => call.respond(500, "the disk is full"));
	await using proxy = await startProxyOf(server, legacy);
	expect(errorTextOf(await proxy.call("work"))).toMatch(/HTTP 500.*the disk is full/);
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(server.of("GET")).toHaveLength(1);
});

test("messages are not sent to another origin, whatever the server says", async () => {
	await using stranger = await startScripted();
	await using server = await startLegacy(take, `${stranger.origin}/message?token=s3cret`);
	await using proxy = await startProxyOf(server, { ...legacy, headers: { Authorization: "Bearer s3cret-t0ken" } });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toContain(`it wants messages sent to ${stranger.origin}/message, which is not its own origin`);
	expect(stranger.requests).toEqual([]);
});

test("a key in the address that messages are sent to is not told when their answer cannot be read", async () => {
	const url = (path: string) => `${path}?api_key=s3cret-key-of-mine`;
	await using server = await startLegacy((call) => call.write("HTTP/1.1 no number\r\n\r\n"), url("/message"));
	await using proxy = await startProxyOf({ url: url(server.url) }, legacy);
	const text = errorTextOf(await proxy.call("work"));
	expect(server.of("work").map(({ target }) => target)).toEqual([url("/message")]);
	expect(text).not.toContain("s3cret");
});

test("a server that has neither transport is told of by what the newer one was answered", async () => {
	await using server = await startScripted({ on: { initialize: (request) => request.respond(404, "no such page") } });
	await using proxy = await startProxyOf(server);
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/HTTP 404 Not Found: no such page; there seems to be no MCP server at .*; nor does it speak/);
	expect([server.of("initialize").length, server.of("GET").length]).toEqual([1, 1]);
});
