/** The first run learns what the servers offer by itself: late, a few at a time, and leaving nothing running. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { isAlive } from "../helpers/processes.ts";
import { printConfig, type Proxy, startProxy } from "../helpers/proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { fixture, type ServerEntry } from "../helpers/servers.ts";
import { countStarts, readLines, type Starts } from "../helpers/starts.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const atOnce = { DYNAMIC_MCP_HARVEST_DELAY_MS: "0" };

/** Servers that differ, as those of a user do: no two of them have one catalog. */
function countedServers(starts: Starts, names: readonly string[], env = {}): Record<string, ServerEntry> {
	return Object.fromEntries(
		names.map((name) => [name, fixture("counts-starts", { args: [name], env: { ...starts.env, ...env } })]),
	);
}

const ten = Array.from({ length: 10 }, (_, index) => `group${index}`);

const nothingRuns = (proxy: Proxy) =>
	eventually(
		() => proxy.children(),
		(children) => children.length === 0,
	);

test("ten groups are learned once, after tools/list was answered, and nothing runs from then on", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	const starts = countStarts(directory);
	const servers = countedServers(starts, ten);
	{
		await using proxy = await startProxy({ servers, cacheDir });
		await proxy.request("tools/list");
		expect({ starts: starts.pids(), children: proxy.children() }).toEqual({ starts: [], children: [] });
		await starts.reach(10);
		await nothingRuns(proxy);
		const shown = await Promise.all(ten.map((group) => proxy.discover(group)));
		expect(shown.filter((reply) => !goodTextOf(reply).includes("sleep(ms: int"))).toEqual([]);
		expect(starts.pids().filter(isAlive)).toEqual([]);
	}
	const late = countStarts(directory, "late-starts");
	const more = { ...servers, ...countedServers(late, ["late"]) };
	await using proxy = await startProxy({ servers: more, cacheDir, env: atOnce });
	await proxy.request("tools/list");
	await late.reach(1);
	await nothingRuns(proxy);
	expect({ ten: starts.pids().length, late: late.pids().length }).toEqual({ ten: 10, late: 1 });
}, 30_000);

test("no more than four servers are asked at the same time", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const events = `${directory.path}/events`;
	const servers = countedServers(starts, ten, { EVENTS_FILE: events, START_DELAY_MS: "100" });
	await using proxy = await startProxy({ servers, env: atOnce });
	await proxy.request("tools/list");
	const lines = await eventually(
		() => readLines(events),
		(lines) => lines.filter((line) => line.startsWith("listed")).length === 10,
	);
	let asked = 0;
	// A server notes `listed` before it answers, so whoever comes next has not been started for another reason.
	const counts = lines.map((line) => (asked += line.startsWith("started") ? 1 : -1));
	expect(Math.max(...counts)).toBeGreaterThan(1);
	expect(Math.max(...counts)).toBeLessThanOrEqual(4);
});

test("a client that has not asked for the tools starts nothing, however long it stays", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: countedServers(starts, ten), env: atOnce });
	for (let ping = 0; ping < 100; ping += 1) await proxy.request("ping");
	await proxy.discover();
	expect({ starts: starts.pids(), children: proxy.children() }).toEqual({ starts: [], children: [] });
	await proxy.request("tools/list");
	await starts.reach(1);
});

test("a group that is added to the config is learned too, but not for a client that has asked for no tools", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ env: atOnce });
	const used = { used: fixture("echo") };
	saveByRename(proxy.configPath, printConfig({ ...used, ...countedServers(starts, ["one"]) }));
	await proxy.nextMessage(({ method }) => method === "notifications/tools/list_changed");
	// Whatever was started before this server has noted it by the time of its last answer.
	for (let call = 0; call < 100; call += 1) await proxy.callTool("used", "pid");
	expect(starts.pids()).toEqual([]);
	await proxy.request("tools/list");
	await starts.reach(1);
	saveByRename(proxy.configPath, printConfig({ ...used, ...countedServers(starts, ["one", "two"]) }));
	await eventually(
		() => starts.pids().filter(isAlive),
		(alive) => alive.length === 0 && starts.pids().length === 2,
	);
});

test("a client that only looks and goes starts nothing", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: countedServers(starts, ten) });
	await proxy.request("tools/list");
	await proxy.closeStdin();
	expect(await proxy.exited).toMatchObject({ code: 0, signal: null });
	expect(starts.pids()).toEqual([]);
});

test("a call that comes while its server is being asked keeps that server", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const servers = countedServers(starts, ["one", "two"], { START_DELAY_MS: "300" });
	await using proxy = await startProxy({ servers, env: atOnce });
	await proxy.request("tools/list");
	await starts.reach(2);
	const first = goodTextOf(await proxy.callTool("one", "pid"));
	await eventually(
		() => proxy.children(),
		(children) => children.length === 1,
	);
	expect(goodTextOf(await proxy.callTool("one", "pid"))).toBe(first);
	expect(starts.pids()).toHaveLength(2);
});

test("a disabled group is not asked, and one that fails does not keep the others from it", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	const [starts, never] = [countStarts(directory), countStarts(directory, "never")];
	const good = countedServers(starts, ["good"]);
	const servers = {
		disabled: fixture("counts-starts", { env: never.env, enabled: false }),
		ghost: { description: "d", command: "no-such-command-anywhere" },
		broken: fixture("crashes-at-start"),
		mute: fixture("never-initializes", { timeout: { connect: "300ms" } }),
		unlisted: fixture("tools-list-error"),
		needy: fixture("echo", { args: ["${NOPE}"], env: never.env }),
		...good,
	};
	{
		await using proxy = await startProxy({ servers, cacheDir, env: atOnce });
		await proxy.request("tools/list");
		const [pid = 0] = await starts.reach(1);
		await eventually(
			() => isAlive(pid),
			(alive) => !alive,
		);
		expect(proxy.stderrText()).not.toContain("internal error");
		await proxy.closeStdin();
		expect(await proxy.exited).toMatchObject({ code: 0 });
	}
	await using proxy = await startProxy({ servers: good, cacheDir });
	expect(goodTextOf(await proxy.discover("good"))).toContain("pid()");
	expect({ good: starts.pids().length, never: never.pids() }).toEqual({ good: 1, never: [] });
});
