/** Real servers at a URL that go away and come back at the same address. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { type HttpServer, startHttpServer } from "../helpers/http-servers.ts";
import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import type { Proxy } from "../helpers/proxy.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { startScripted } from "../helpers/scripted-http.ts";
import { reachState, stateOf } from "../helpers/states.ts";

const transports = ["stateful", "stateless", "json", "resumable", "sse"] as const;

/** Resolves when so many calls of the tool have reached the server. */
async function reachCount(proxy: Proxy, tool: string, count: number): Promise<void> {
	await eventually(
		async () => goodTextOf(await proxy.callTool("remote", "count", { tool })),
		(found) => found === String(count),
	);
}

const openedSessions = (server: HttpServer) => server.lines().filter((line) => line.endsWith(" opened"));

test.each(transports)("%s that is restarted between two calls is used on as if nothing had happened", async (name) => {
	await using server = await startHttpServer(name);
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await proxy.call("echo", { text: "before" }))).toBe("before");
	await server.restart();
	const startedAt = performance.now();
	const calls = ["one", "two", "three"].map((text) => proxy.call("echo", { text }));
	expect((await Promise.all(calls)).map(goodTextOf)).toEqual(["one", "two", "three"]);
	expect(performance.now() - startedAt).toBeLessThan(promptMs);
	expect(goodTextOf(await proxy.call("count", { tool: "echo" }))).toBe("3");
	expect(openedSessions(server)).toHaveLength(name === "stateless" ? 0 : 1);
	expect(await stateOf(proxy, "remote")).toBe("");
});

test.each(transports)("%s that is killed during a call fails that call, and the next one works", async (name) => {
	await using server = await startHttpServer(name);
	await using other = await startScripted({ tools: { hold: () => {} } });
	await using proxy = await startProxyOf(server, {}, { servers: { other: { url: other.url } } });
	const held = proxy.callTool("other", "hold");
	const atOther = await other.reach("hold");
	const stuck = [1, 2].map(() => proxy.call("slow", { ms: 60_000 }));
	await reachCount(proxy, "slow", 2);

	await server.stop();
	const stoppedAt = performance.now();
	const texts = (await Promise.all(stuck)).map(errorTextOf);
	expect(performance.now() - stoppedAt).toBeLessThan(promptMs);
	// Where a stream can be taken up again, that is tried, and it is told how that went.
	const how = name === "resumable" ? "nothing listens at" : "the connection was cut";
	const told = new RegExp(`"remote".*: ${how} .*; it may have done part of its work\\.`);
	expect(texts.filter((text) => !told.test(text))).toEqual([]);

	await server.restart();
	expect(goodTextOf(await proxy.call("echo", { text: "after" }))).toBe("after");
	expect(goodTextOf(await proxy.call("count", { tool: "slow" }))).toBe("0");
	atOther.answer("kept");
	expect(goodTextOf(await held)).toBe("kept");
	expect(other.of("initialize")).toHaveLength(1);
});

test.concurrent.each(["stateful", "sse"] as const)(
	"%s that is away is told of, and used again when it is back",
	async (name) => {
		await using server = await startHttpServer(name);
		await using proxy = await startProxyOf(server);
		await proxy.call("echo", { text: "before" });
		await server.stop();
		// A call that is on its way while the connection is being cut is told of that instead.
		const text = await eventually(
			async () => errorTextOf(await proxy.call("echo", { text: "x" })),
			(said) => !said.includes("ended during the call"),
		);
		expect(text).toContain(`nothing listens at ${server.url} (ECONNREFUSED)`);
		await server.restart();
		await reachState(proxy, "remote", /^$/);
		expect(goodTextOf(await proxy.call("echo", { text: "after" }))).toBe("after");
	},
);

test.concurrent(
	"a server that is not there yet at the start is told of with url and reason, and used when it comes up",
	async () => {
		await using server = await startScripted();
		await server.stop();
		await using proxy = await startProxyOf(server);
		const text = errorTextOf(await proxy.call("echo", { text: "x" }));
		expect(text).toStartWith(
			`Group "remote" could not be reached: nothing listens at ${server.url} (ECONNREFUSED); start`,
		);
		await server.start();
		expect(goodTextOf(await proxy.call("echo", { text: "here" }))).toBe("here");
	},
);

test.concurrent("a server that comes up while a call waits for it is used for that call", async () => {
	await using server = await startScripted();
	await server.stop();
	await using proxy = await startProxyOf(server);
	const answer = proxy.call("echo", { text: "here" });
	await Bun.sleep(150);
	await server.start();
	expect(goodTextOf(await answer)).toBe("here");
	expect(server.of("echo")).toHaveLength(1);
});

test.concurrent("a host that does not exist is told of with its name", async () => {
	await using proxy = await startProxyOf({ url: "http://nope.invalid/mcp?key=s3cret-key" });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/^Group "remote" could not be reached: .*http:\/\/nope\.invalid\/mcp \(\w+\); check /);
	expect(text).toMatch(/no such host|cannot be looked up/);
	expect(text).not.toContain("s3cret-key");
});
