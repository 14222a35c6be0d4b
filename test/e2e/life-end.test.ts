/** Whatever the groups are doing: the program ends by itself when its client goes, and leaves nothing behind. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { isWatching, waitUntilGone } from "../helpers/processes.ts";
import { printConfig, type Proxy, startProxy } from "../helpers/proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { fixture, type ServerEntry } from "../helpers/servers.ts";
import { countStarts, type Starts } from "../helpers/starts.ts";
import { reachState } from "../helpers/states.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

interface Situation {
	what: string;
	server: (starts: Starts) => ServerEntry;
	env?: (directory: TempDir, starts: Starts) => Record<string, string>;
	/** Resolves when the program is in it. */
	reach: (proxy: Proxy, starts: Starts) => Promise<unknown>;
}

/** Sends a call of the tool `pid` whose answer nobody waits for. */
const callInVain = (proxy: Proxy) => void proxy.callTool("it", "pid").catch(() => undefined);

const failing = (starts: Starts) =>
	fixture("fails-first-starts", { env: { ...starts.env, FAILURES: "99" }, startup: "eager" });

const slowStarter = (starts: Starts) => fixture("counts-starts", { env: { ...starts.env, START_DELAY_MS: "20000" } });

/** A shell whose startup files never come to an end, and that does not care for signals. */
function writeHangingShell(directory: TempDir, { env }: Starts): string {
	const lines = ["#!/bin/sh", "trap '' TERM INT HUP", `echo $$ >> '${env.STARTS_FILE}'`, "sleep 300", "sleep 300"];
	return directory.write("shell", `${lines.join("\n")}\n`, 0o755);
}

const situations: Situation[] = [
	{ what: "nothing has happened yet", server: () => fixture("echo"), reach: async () => undefined },
	{
		what: "a server never answers initialize",
		server: (starts) => fixture("never-initializes", { env: starts.env }),
		reach: (proxy, starts) => (callInVain(proxy), starts.reach(1)),
	},
	{
		what: "a slow server is starting for a call",
		server: slowStarter,
		reach: (proxy, starts) => (callInVain(proxy), starts.reach(1)),
	},
	{
		what: "an eager server is starting",
		server: (starts) => ({ ...slowStarter(starts), startup: "eager" }),
		reach: (_proxy, starts) => starts.reach(1),
	},
	{
		what: "a failed server waits for its next try",
		server: failing,
		reach: (proxy) => reachState(proxy, "it", /next try in/i),
	},
	{ what: "a failed server was given up", server: failing, reach: (proxy) => reachState(proxy, "it", /gave up/) },
	{
		what: "the servers are about to be asked for their tools",
		server: (starts) => fixture("counts-starts", { env: starts.env }),
		reach: (proxy) => proxy.request("tools/list"),
	},
	{
		what: "a server is being asked for its tools",
		server: slowStarter,
		env: () => ({ DYNAMIC_MCP_HARVEST_DELAY_MS: "0" }),
		reach: async (proxy, starts) => {
			await proxy.request("tools/list");
			await starts.reach(1);
		},
	},
	{
		what: "a login shell that hangs is being asked where programs are",
		server: () => ({ ...fixture("echo"), command: "no-such-command-anywhere" }),
		env: (directory, starts) => ({ PATH: "/usr/bin:/bin", SHELL: writeHangingShell(directory, starts) }),
		reach: (proxy, starts) => (callInVain(proxy), starts.reach(1)),
	},
	{
		what: "an idle server would be stopped later",
		server: () => fixture("echo", { idleTimeout: "5min" }),
		reach: (proxy) => proxy.callTool("it", "pid"),
	},
	{
		what: "an idle server was stopped",
		server: () => fixture("echo", { idleTimeout: "50ms" }),
		reach: async (proxy) => waitUntilGone([Number(goodTextOf(await proxy.callTool("it", "pid")))]),
	},
	{
		what: "a stubborn server is being stopped because the config changed",
		server: () => fixture("ignores-sigterm"),
		reach: async (proxy) => {
			await proxy.callTool("it", "pid");
			saveByRename(proxy.configPath, printConfig({ other: fixture("echo") }));
			await proxy.nextMessage(({ method }) => method === "notifications/tools/list_changed");
		},
	},
	{
		what: "the config was changed a moment ago",
		server: () => fixture("echo"),
		reach: async (proxy) => {
			await proxy.callTool("it", "pid");
			await eventually(
				() => isWatching(proxy.pid),
				(watching) => watching,
			);
			saveByRename(proxy.configPath, printConfig({ it: fixture("echo", { args: ["changed"] }) }));
		},
	},
];

test.each(situations.map((situation) => [situation.what, situation] as const))(
	"it ends soon after stdin closes when %s",
	async (_what, { server, env, reach }) => {
		await using directory = openTempDir();
		const starts = countStarts(directory);
		await using proxy = await startProxy({ servers: { it: server(starts) }, env: env?.(directory, starts) ?? {} });
		await reach(proxy, starts);
		const tree = proxy.tree();
		await proxy.closeStdin();
		await waitUntilGone([...tree, ...starts.pids()], promptMs);
		expect(await proxy.exited).toMatchObject({ code: 0, signal: null });
		expect(proxy.tree()).toEqual([]);
	},
);
