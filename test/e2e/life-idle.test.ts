/** When servers start and stop while all goes well. */
import { expect, test } from "bun:test";

import { goodTextOf } from "../helpers/messages.ts";
import { isAlive, waitUntilGone } from "../helpers/processes.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { runWithConfig } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts, type Starts } from "../helpers/starts.ts";
import { stateOf } from "../helpers/states.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const counted = (starts: Starts, more = {}) => fixture("counts-starts", { env: starts.env, ...more });

async function pidOf(proxy: Proxy, group: string): Promise<number> {
	return Number(goodTextOf(await proxy.callTool(group, "pid")));
}

test("a server that has had nothing to do for its idleTimeout is stopped, and started by the next call", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { rare: counted(starts, { idleTimeout: "100ms" }) } });
	const first = await pidOf(proxy, "rare");
	await waitUntilGone([first]);
	expect(await stateOf(proxy, "rare")).not.toContain("failed");
	const second = await pidOf(proxy, "rare");
	expect(starts.pids()).toEqual([first, second]);
});

test("no server is stopped while it works on a call, however long that takes", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { busy: counted(starts, { idleTimeout: "100ms" }) } });
	const calls = [700, 400, 100].map((ms) => proxy.callTool("busy", "sleep", { ms }));
	const pids = (await Promise.all(calls)).map(goodTextOf);
	expect(pids).toEqual(pids.map(() => String(starts.pids()[0])));
	expect(starts.pids()).toHaveLength(1);
	await waitUntilGone(starts.pids());
});

test("settings.idleTimeout is for all servers, and one with 0 of its own runs on", async () => {
	await using directory = openTempDir();
	const [rare, lasting] = [countStarts(directory, "rare"), countStarts(directory, "lasting")];
	const servers = { rare: counted(rare), lasting: counted(lasting, { idleTimeout: 0 }) };
	await using proxy = await startProxy({ settings: { idleTimeout: "100ms" }, servers });
	const pid = await pidOf(proxy, "lasting");
	for (const _time of [1, 2, 3]) await waitUntilGone([await pidOf(proxy, "rare")]);
	expect(isAlive(pid)).toBeTrue();
	expect(await pidOf(proxy, "lasting")).toBe(pid);
	expect([rare.pids().length, lasting.pids().length]).toEqual([3, 1]);
});

test("a server that will not go is stopped all the same, and a call meanwhile gets a fresh one", async () => {
	await using proxy = await startProxy({ servers: { stubborn: fixture("ignores-sigterm", { idleTimeout: "100ms" }) } });
	const first = await pidOf(proxy, "stubborn");
	await waitUntilGone([first]);
	expect(await pidOf(proxy, "stubborn")).not.toBe(first);
});

test('settings.startup "eager" starts all servers before anything is asked, but those that are lazy themselves', async () => {
	await using directory = openTempDir();
	const [eager, lazy] = [countStarts(directory, "eager"), countStarts(directory, "lazy")];
	const servers = { one: counted(eager), two: counted(eager), lazy: counted(lazy, { startup: "lazy" }) };
	await using proxy = await startProxy({ settings: { startup: "eager" }, servers, initialize: false });
	const pids = await eager.reach(2);
	const used = [await pidOf(proxy, "one"), await pidOf(proxy, "two")];
	expect(new Set(used)).toEqual(new Set(pids));
	expect({ eager: eager.pids().length, lazy: lazy.pids() }).toEqual({ eager: 2, lazy: [] });
});

test('a server with startup "eager" is started with us, and the others with their first call', async () => {
	await using directory = openTempDir();
	const [eager, lazy] = [countStarts(directory, "eager"), countStarts(directory, "lazy")];
	const servers = { eager: counted(eager, { startup: "eager" }), lazy: counted(lazy) };
	await using proxy = await startProxy({ servers });
	const [pid = 0] = await eager.reach(1);
	expect(lazy.pids()).toEqual([]);
	expect(await pidOf(proxy, "eager")).toBe(pid);
	expect(await pidOf(proxy, "lazy")).toBe(lazy.pids()[0] ?? 0);
	expect(eager.pids()).toEqual([pid]);
});

test.each([
	["a startup nobody knows", { startup: "sometimes" }, ["startup", "eager", "lazy"]],
	["an idleTimeout that is none", { idleTimeout: "soon" }, ["idleTimeout", "soon"]],
	["a setting nobody knows", { idleTimeuot: "5min" }, ["idleTimeuot", "idleTimeout"]],
])("%s is refused, with what was meant, in settings and for a server", async (_what, wrong, parts) => {
	const inSettings = { settings: wrong, mcpServers: {} };
	const inServer = { mcpServers: { echo: { ...fixture("echo"), ...wrong } } };
	for (const config of [inSettings, inServer]) {
		const { code, stdout, stderr } = await runWithConfig(JSON.stringify(config));
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(parts.filter((part) => !stderr.includes(part))).toEqual([]);
	}
});
