/** When servers at a URL are contacted and left, what is kept of them, and how much they can take. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf, type Message } from "../helpers/messages.ts";
import { isWatching } from "../helpers/processes.ts";
import { printConfig, startProxy } from "../helpers/proxy.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { type Act, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";
import { stateOf } from "../helpers/states.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const atOnce = { DYNAMIC_MCP_HARVEST_DELAY_MS: "0" };
const later = { DYNAMIC_MCP_HARVEST_DELAY_MS: "3600000" };

const labelsOf = (server: ScriptedServer) => server.requests.map(({ label }) => label).sort();

test("an idle session is ended after idleTimeout, and the next call opens another", async () => {
	await using server = await startScripted();
	await using proxy = await startProxyOf(server, { idleTimeout: "100ms" });
	expect(goodTextOf(await proxy.call("echo", { text: "one" }))).toBe("one");
	const ended = await server.reach("DELETE");
	expect(ended.sessionId).toBe("session-1");
	expect(await stateOf(proxy, "remote")).toBe("");
	expect(goodTextOf(await proxy.call("echo", { text: "two" }))).toBe("two");
	expect(server.of("echo").map(({ sessionId }) => sessionId)).toEqual(["session-1", "session-2"]);
});

test("a session is not ended while a call is at work in it", async () => {
	await using server = await startScripted({ tools: { hold: () => {} } });
	await using proxy = await startProxyOf(server, { idleTimeout: "100ms" });
	const held = proxy.call("hold");
	const call = await server.reach("hold");
	await Bun.sleep(350);
	expect(server.of("DELETE")).toEqual([]);
	call.answer("done");
	expect(goodTextOf(await held)).toBe("done");
	expect((await server.reach("DELETE")).sessionId).toBe("session-1");
});

test("a server is not contacted before it is needed", async () => {
	await using server = await startScripted();
	await using other = await startScripted();
	await using proxy = await startProxyOf(server, {}, { env: later, servers: { other: { url: other.url } } });
	await proxy.request("tools/list");
	await proxy.discover();
	expect(goodTextOf(await proxy.call("echo", { text: "hi" }))).toBe("hi");
	expect(goodTextOf(await proxy.discover("remote"))).toContain("echo(");
	expect(other.requests).toEqual([]);
	expect(server.of("initialize")).toHaveLength(1);
});

test("what nothing is known of is read once in the background, and its session ended again", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	await using server = await startScripted();
	{
		await using proxy = await startProxyOf(server, {}, { cacheDir, env: atOnce });
		await proxy.request("tools/list");
		await server.reach("DELETE");
		// The stream for its own messages may or may not have been asked for by then.
		const labels = labelsOf(server).filter((label) => label !== "GET");
		expect(labels).toEqual(["DELETE", "initialize", "notifications/initialized", "tools/list"]);
		await proxy.end();
	}
	const { length } = server.requests;
	await using proxy = await startProxyOf(server, {}, { cacheDir, env: atOnce });
	await proxy.request("tools/list");
	expect(goodTextOf(await proxy.discover("remote"))).toContain("echo(");
	expect(server.requests).toHaveLength(length);
	expect(goodTextOf(await proxy.call("echo", { text: "hi" }))).toBe("hi");
});

test("a changed header restarts just its own group, and is sent from then on", async () => {
	const tools: Record<string, Act> = { hold: () => {} };
	const servers = [await startScripted({ tools }), await startScripted({ tools })] as const;
	await using changed = servers[0];
	await using kept = servers[1];
	const config = (version: string, description: string) =>
		printConfig({
			changed: { url: changed.url, description, headers: { "X-Version": version } },
			kept: { url: kept.url, headers: { "X-Version": "same" } },
		});
	await using proxy = await startProxy({ configText: config("1", "Before"), env: later });
	await eventually(
		() => isWatching(proxy.pid),
		(watching) => watching,
	);
	await proxy.callTool("changed", "echo", { text: "x" });
	const held = proxy.callTool("kept", "hold");
	const call = await kept.reach("hold");

	saveByRename(proxy.configPath, config("2", "After"));
	await proxy.nextMessage(({ method }: Message) => method === "notifications/tools/list_changed");
	const ended = await changed.reach("DELETE");
	expect([ended.sessionId, ended.headers.get("x-version")]).toEqual(["session-1", "1"]);
	expect(goodTextOf(await proxy.callTool("changed", "echo", { text: "new" }))).toBe("new");
	expect(changed.of("echo").map(({ headers }) => headers.get("x-version"))).toEqual(["1", "2"]);
	call.answer("kept");
	expect(goodTextOf(await held)).toBe("kept");
	expect(goodTextOf(await proxy.callTool("kept", "echo", { text: "x" }))).toBe("x");
	expect([kept.of("initialize").length, kept.of("DELETE").length]).toEqual([1, 0]);
});

test("200 slow calls at a time to one server are made together, and another server answers meanwhile", async () => {
	let atWork = 0;
	let most = 0;
	const slow: Act = async (call) => {
		most = Math.max(most, ++atWork);
		await Bun.sleep(100);
		atWork--;
		call.answer(String(call.args["index"]));
	};
	await using server = await startScripted({ tools: { slow } });
	await using other = await startScripted();
	await using proxy = await startProxyOf(server, {}, { servers: { other: { url: other.url } } });
	await Promise.all([proxy.call("echo", { text: "warm" }), proxy.callTool("other", "echo", { text: "warm" })]);
	const calls = Array.from({ length: 200 }, (_, index) => proxy.call("slow", { index }));
	await server.reach("slow");
	expect(goodTextOf(await proxy.callTool("other", "echo", { text: "meanwhile" }))).toBe("meanwhile");
	expect(server.of("slow").length).toBeLessThan(200);
	expect((await Promise.all(calls)).map(goodTextOf)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
	expect(most).toBeGreaterThan(50);
	expect(server.of("slow")).toHaveLength(200);
});
