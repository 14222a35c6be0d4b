/** How the proxy speaks to servers at a URL: by which transport, in how many sessions, and until when. */
import { expect, test } from "bun:test";

import { progressOf } from "../fixtures/http/calls.ts";
import { eventually } from "../helpers/eventually.ts";
import { type HttpServer, startHttpServer } from "../helpers/http-servers.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";

/** The proxy in front of this server, with more fields of its entry. */
function startProxyOf({ url }: HttpServer, more: object = {}): Promise<Proxy> {
	return startProxy({ servers: { remote: { url, ...more } } });
}

function openedSessions(server: HttpServer): string[] {
	return server.lines().filter((line) => line.endsWith(" opened"));
}

test.each([
	["stateful", {}],
	["stateful", { type: "http" }],
	["resumable", {}],
	["json", { type: "http" }],
	["sse", {}],
	["sse", { type: "sse" }],
] as const)("%s with %j in its entry is used in one session", async (name, more) => {
	await using server = await startHttpServer(name);
	await using proxy = await startProxyOf(server, more);
	const calls = ["one", "two", "three"].map((text) => proxy.callTool("remote", "echo", { text }));
	expect((await Promise.all(calls)).map(goodTextOf)).toEqual(["one", "two", "three"]);
	await proxy.discover("remote");
	expect(openedSessions(server)).toHaveLength(1);
});

test.each([
	["everything", { type: "http" }],
	["everything-sse", { type: "sse" }],
	["stateless", { type: "http" }],
] as const)("%s works with %j in its entry", async (name, more) => {
	await using server = await startHttpServer(name);
	await using proxy = await startProxyOf(server, more);
	const text = name === "stateless" ? "hi" : "Echo: hi";
	expect(goodTextOf(await proxy.callTool("remote", "echo", { text: "hi", message: "hi" }))).toBe(text);
});

const endings = [
	["stdin closing", (proxy: Proxy) => proxy.closeStdin()],
	["SIGTERM", async (proxy: Proxy) => proxy.signal("SIGTERM")],
] as const;

const withSessions = ["stateful", "json", "resumable", "sse"] as const;

test.each(withSessions.flatMap((name) => endings.map(([how, end]) => [name, how, end] as const)))(
	"the session of %s ends with %s",
	async (name, _how, end) => {
		await using server = await startHttpServer(name);
		await using proxy = await startProxyOf(server);
		expect(goodTextOf(await proxy.callTool("remote", "echo", { text: "hi" }))).toBe("hi");
		const [opened = ""] = openedSessions(server);
		expect(server.lines().join("\n")).not.toContain("ended");
		await end(proxy);
		expect(await server.nextLine(/ended$/)).toBe(opened.replace("opened", "ended"));
		expect((await proxy.exited).ms).toBeLessThan(promptMs);
	},
);

test("the session of the official server ends when the client goes", async () => {
	await using server = await startHttpServer("everything");
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await proxy.callTool("remote", "echo", { message: "hi" }))).toBe("Echo: hi");
	const session = (await server.nextLine(/^Session initialized with ID: /)).split(": ")[1];
	await proxy.closeStdin();
	expect(await server.nextLine(/^Received session termination request/)).toEndWith(`session ${session}`);
});

test("the end is not held up by a call that is still in flight, nor by a server that is gone", async () => {
	await using server = await startHttpServer("stateful");
	await using gone = await startHttpServer("stateful");
	await using proxy = await startProxy({ servers: { remote: { url: server.url }, gone: { url: gone.url } } });
	await proxy.callTool("gone", "echo", { text: "hi" });
	await gone.stop();
	const stuck = Promise.allSettled([proxy.callTool("remote", "slow", { ms: 60_000 })]);
	await eventually(
		async () => goodTextOf(await proxy.callTool("remote", "count", { tool: "slow" })),
		(count) => count === "1",
	);
	await proxy.closeStdin();
	const { code, ms } = await proxy.exited;
	expect({ code, isQuick: ms < 1_500 }).toEqual({ code: 0, isQuick: true });
	await server.nextLine(/ended$/);
	await stuck;
});

test.each([
	["while nobody listens", false],
	["when the client is back", true],
] as const)("an answer that is sent %s on a stream that broke off arrives, once", async (_when, waits) => {
	await using server = await startHttpServer("resumable");
	await using proxy = await startProxyOf(server);
	const args = { group: "remote", name: "drop_connection", args: { waits } };
	const params = { name: "call_dynamic_tool", arguments: args, _meta: { progressToken: "mine" } };
	expect(goodTextOf(await proxy.request("tools/call", params))).toBe("did you miss me?");
	const progress = proxy.messages().filter(({ method }) => method === "notifications/progress");
	expect(progress).toEqual(progressOf("mine", 2));
	await server.nextLine(/resumed a stream$/);
	expect(goodTextOf(await proxy.callTool("remote", "count", { tool: "drop_connection" }))).toBe("1");
});

test("twenty calls whose streams all break off get each its answer", async () => {
	await using server = await startHttpServer("resumable");
	await using proxy = await startProxyOf(server);
	const calls = Array.from({ length: 20 }, () => proxy.callTool("remote", "drop_connection", { waits: false }));
	expect((await Promise.all(calls)).map(goodTextOf)).toEqual(calls.map(() => "did you miss me?"));
	expect(goodTextOf(await proxy.callTool("remote", "count", { tool: "drop_connection" }))).toBe("20");
	expect(server.lines().filter((line) => line.endsWith("resumed a stream"))).toHaveLength(20);
});
