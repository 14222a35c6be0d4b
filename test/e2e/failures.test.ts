/** A server dies, or never lives: its group says so, and nothing else notices. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { waitUntilGone } from "../helpers/processes.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

async function pidOf(proxy: Proxy, group: string): Promise<number> {
	return Number(goodTextOf(await proxy.callTool(group, "pid")));
}

test("a server killed in the middle of a call fails that call at once, and the next one gets a fresh process", async () => {
	await using proxy = await startProxy({ servers: { slow: fixture("slow") } });
	const pid = await pidOf(proxy, "slow");
	const hanging = proxy.callTool("slow", "hang");
	await proxy.callTool("slow", "hanging");
	process.kill(pid, "SIGKILL");
	const text = errorTextOf(await hanging);
	expect(text).toContain("slow");
	expect(text).toMatch(/SIGKILL|signal 9/);
	expect(await pidOf(proxy, "slow")).not.toBe(pid);
});

test("every call in flight fails when its server is killed, and other groups go on", async () => {
	await using proxy = await startProxy({ servers: { slow: fixture("slow"), other: fixture("slow") } });
	const [pid, otherPid] = [await pidOf(proxy, "slow"), await pidOf(proxy, "other")];
	const survivor = proxy.callTool("other", "sleep", { ms: 200 });
	const hanging = Promise.all([1, 2, 3].map(() => proxy.callTool("slow", "hang")));
	await proxy.callTool("slow", "hanging");
	process.kill(pid, "SIGKILL");
	expect((await hanging).filter((reply) => !errorTextOf(reply).includes("slow"))).toEqual([]);
	expect(goodTextOf(await survivor)).toBe("slept 200");
	expect(await pidOf(proxy, "other")).toBe(otherPid);
});

test("a server that was killed between two calls is started again", async () => {
	await using proxy = await startProxy({ servers: { slow: fixture("slow") } });
	const pid = await pidOf(proxy, "slow");
	process.kill(pid, "SIGKILL");
	await waitUntilGone([pid]);
	// This call may come before the program has heard of the death, and must then say so rather than be sent twice.
	const first = await proxy.callTool("slow", "pid");
	expect(textOf(first)).toMatch(/^\d+$|SIGKILL|signal 9/);
	expect(await pidOf(proxy, "slow")).not.toBe(pid);
});

test("a server that ends during a call is quoted with exit code and last lines, and started again", async () => {
	await using proxy = await startProxy({ servers: { vault: fixture("dies-on-call") } });
	const pid = await pidOf(proxy, "vault");
	const text = errorTextOf(await proxy.callTool("vault", "die"));
	expect(["vault", "7", "fatal: the vault is empty"].filter((part) => !text.includes(part))).toEqual([]);
	expect(await pidOf(proxy, "vault")).not.toBe(pid);
});

test("a server that crashes at start is quoted with exit code and last lines, and ping still answers", async () => {
	await using proxy = await startProxy({ servers: { broken: fixture("crashes-at-start") } });
	const text = errorTextOf(await proxy.callTool("broken", "anything"));
	expect(["broken", "3", "fatal: no license found"].filter((part) => !text.includes(part))).toEqual([]);
	expect((await proxy.request("ping")).result).toEqual({});
});

test("a server that failed to start is started again by the next call", async () => {
	await using directory = openTempDir();
	const marker = `${directory.path}/marker`;
	await using proxy = await startProxy({ servers: { shaky: fixture("crashes-once", { args: [marker] }) } });
	await proxy.callTool("shaky", "greet");
	expect(goodTextOf(await proxy.callTool("shaky", "greet"))).toBe("hello");
});

test.each(["prints-banner", "bad-utf8"] as const)("junk on a server's stdout is skipped: %s", async (name) => {
	await using proxy = await startProxy({ servers: { junk: fixture(name) } });
	const first = await proxy.callTool("junk", "greet");
	const second = await proxy.callTool("junk", "greet");
	expect([first, second].map(goodTextOf)).toEqual(["hello", "hello"]);
});

test("a server that chatters while idle gets a large argument and answers", async () => {
	await using proxy = await startProxy({ servers: { chatty: fixture("many-notifications") } });
	const text = "y".repeat(400_000);
	expect(goodTextOf(await proxy.callTool("chatty", "measure", { text }))).toBe("400000");
});

test("a server that stopped reading only fails its own calls", async () => {
	const servers = { deaf: fixture("deaf", { timeout: { tools: "300ms" } }), good: fixture("echo") };
	await using proxy = await startProxy({ servers });
	const stuck = proxy.callTool("deaf", "tell", { text: "x".repeat(2_000_000) });
	expect(goodTextOf(await proxy.callTool("good", "echo", { text: "fine" }))).toBe("fine");
	expect(errorTextOf(await stuck)).toContain("deaf");
	expect((await proxy.request("ping")).result).toEqual({});
});

test("a server's own requests are answered: ping with a result, the rest with -32601", async () => {
	await using proxy = await startProxy({ servers: { asker: fixture("pings") } });
	const replies = JSON.parse(goodTextOf(await proxy.callTool("asker", "ask"))) as unknown;
	expect(replies).toEqual({
		ping: { jsonrpc: "2.0", id: 0, result: {} },
		roots: { jsonrpc: "2.0", id: "roots-1", error: expect.objectContaining({ code: -32601 }) },
	});
});

test("a server that speaks the first revision of the protocol works", async () => {
	await using proxy = await startProxy({ servers: { old: fixture("old-version") } });
	expect(goodTextOf(await proxy.callTool("old", "greet"))).toBe("hello from 2024");
});

test("a server with a version nobody knows works, or its group names the version", async () => {
	await using proxy = await startProxy({ servers: { odd: fixture("weird-version") } });
	const reply = await proxy.callTool("odd", "greet");
	expect(reply.result).toBeDefined();
	expect(JSON.stringify(reply)).toMatch(/hello from 9999|9999-99-99/);
});

test("what a failing server was given in its environment is in no error and no log", async () => {
	const env = { API_TOKEN: "s3cret-t0ken" };
	const servers = { broken: fixture("crashes-at-start", { env }), vault: fixture("dies-on-call", { env }) };
	await using proxy = await startProxy({ servers, args: (config) => ["--log-level", "debug", config] });
	const replies = [await proxy.callTool("broken", "x"), await proxy.callTool("vault", "die")];
	expect(replies.map(errorTextOf).join("\n") + proxy.stderrText()).not.toContain("s3cret-t0ken");
});
