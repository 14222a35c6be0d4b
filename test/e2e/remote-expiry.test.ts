/** Sessions that a server at a URL forgets: the client does not notice, and nothing is done twice. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type Script, startScripted } from "../helpers/scripted-http.ts";

const json = { "content-type": "application/json" };

/** In the words of the official examples, and of those made after them. */
const waysToSay: [string, Act][] = [
	["404", (request) => request.respond(404, "Session not found")],
	["404 without a word", (request) => request.respond(404)],
	[
		'400 "No valid session ID"',
		(request) => {
			const error = { code: -32000, message: "Bad Request: No valid session ID provided" };
			request.respond(400, JSON.stringify({ jsonrpc: "2.0", id: null, error }), json);
		},
	],
	[
		'400 "Server not initialized"',
		(request) => {
			const error = { code: -32000, message: "Bad Request: Server not initialized" };
			request.respond(400, JSON.stringify({ jsonrpc: "2.0", id: null, error }), json);
		},
	],
];

/** A tool that counts how often it was carried out, which is less often than it was asked for. */
function createCounter() {
	let count = 0;
	const act: Act = (call) => call.answer(`done ${++count}`);
	return { act, count: () => count };
}

test.each(waysToSay)(
	"a session that has expired, %s, is opened anew and the call made once",
	async (_, refuseSession) => {
		const counter = createCounter();
		await using server = await startScripted({ refuseSession, tools: { work: counter.act } });
		await using proxy = await startProxyOf(server);
		expect(goodTextOf(await proxy.call("work"))).toBe("done 1");
		server.forgetSessions();
		expect(goodTextOf(await proxy.callWithProgress("work", "mine"))).toBe("done 2");
		expect(counter.count()).toBe(2);
		expect(server.of("work").map(({ sessionId }) => sessionId)).toEqual(["session-1", "session-1", "session-2"]);
		expect(server.of("initialize").map(({ sessionId }) => sessionId)).toEqual([null, null]);
		// What the server has forgotten needs no end.
		expect(server.of("DELETE")).toEqual([]);
	},
);

test.each(waysToSay)(
	"calls that meet an expired session together, %s, all succeed, once each",
	async (_, refuseSession) => {
		const counter = createCounter();
		await using server = await startScripted({ refuseSession, tools: { work: counter.act } });
		await using proxy = await startProxyOf(server);
		await proxy.call("work");
		server.forgetSessions();
		const texts = (await Promise.all(Array.from({ length: 20 }, () => proxy.call("work")))).map(textOf);
		expect(new Set(texts)).toEqual(new Set(Array.from({ length: 20 }, (_, index) => `done ${index + 2}`)));
		expect(counter.count()).toBe(21);
		expect(server.of("initialize")).toHaveLength(2);
	},
);

test("a call that the server is at work on when the session expires is not made again", async () => {
	const release = Promise.withResolvers<void>();
	await using server = await startScripted({
		tools: {
			async slow(call) {
				await release.promise;
				call.answer("done");
			},
		},
	});
	await using proxy = await startProxyOf(server);
	const slow = proxy.call("slow");
	await server.reach("slow");
	server.forgetSessions();
	const quick = proxy.call("echo", { text: "quick" });
	await server.reach("echo");
	release.resolve();
	expect(goodTextOf(await quick)).toBe("quick");
	// Its answer may come before the old session is given up, or not; but it was asked for once.
	expect(textOf(await slow)).toMatch(/^done$|no longer knows the session/);
	expect(server.of("slow")).toHaveLength(1);
});

const losingAll: [string, Script, number][] = [
	[
		"at the call",
		{ tools: { echo: (call) => call.respond(404, "Session not found"), work: (call) => call.answer("fine") } },
		2,
	],
	[
		"at every message after initialize",
		{ on: { "notifications/initialized": refuse, "tools/list": refuse, echo: refuse, work: refuse } },
		2,
	],
];

function refuse(request: Parameters<Act>[0]): void {
	request.respond(404, "Session not found");
}

test.each(losingAll)(
	"a server that loses every session %s gives an error and no loop",
	async (_when, script, sessions) => {
		await using server = await startScripted(script);
		await using proxy = await startProxyOf(server);
		expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(/^(echo of group|Group) "remote".*session/);
		// Whatever it has set in motion is over: there is nothing more to come.
		expect(goodTextOf(await proxy.discover())).toContain("remote");
		expect(server.of("initialize").length).toBeLessThanOrEqual(sessions);
		expect(server.of("echo").length).toBeLessThanOrEqual(2);
	},
);

test("a tool that came with the new session is found by the call that meets the old one's end", async () => {
	await using server = await startScripted();
	await using proxy = await startProxyOf(server);
	await proxy.call("echo", { text: "x" });
	server.tools["late"] = (call) => call.answer("here");
	server.forgetSessions();
	expect(goodTextOf(await proxy.call("late"))).toBe("here");
	expect(server.of("late")).toHaveLength(1);
	expect(server.of("initialize")).toHaveLength(2);
});

test("asking for the tools is enough to find out that the session has expired, and to get another", async () => {
	await using server = await startScripted({ tools: { work: (call) => call.answer("done") } });
	// Nothing is kept of what it offered, so it has to be asked.
	await using proxy = await startProxyOf(server, { timeout: { tools: "2s" } }, { cacheDir: "/dev/null/none" });
	server.on["tools/list"] = (request) => request.respond(500);
	expect(goodTextOf(await proxy.call("echo", { text: "x" }))).toBe("x");
	delete server.on["tools/list"];
	server.forgetSessions();
	expect(goodTextOf(await proxy.discover("remote"))).toContain("work(");
	expect(server.of("initialize")).toHaveLength(2);
});

test("the stream for its own messages tells of an expired session, too, and the next call opens another", async () => {
	await using server = await startScripted();
	server.on["GET"] = (get) =>
		get.sessionId === "session-1" && server.of("GET").length > 1 ? refuse(get) : listen(get);
	await using proxy = await startProxyOf(server);
	await proxy.call("echo", { text: "x" });
	const get = await server.reach("GET");
	server.forgetSessions();
	get.end();
	await server.reach("GET", 2);
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(server.of("initialize")).toHaveLength(2);
});

async function listen(get: Parameters<Act>[0]): Promise<void> {
	get.stream();
	await get.event("", { id: "1", retry: 50 });
}
