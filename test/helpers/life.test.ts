/** Holds the servers that fail and recover, and the helpers that watch them, to what the tests of a group's life rely on. */
import { expect, test } from "bun:test";
import { readFileSync, symlinkSync, watch } from "node:fs";

import { eventually } from "./eventually.ts";
import { goodTextOf } from "./messages.ts";
import { openPeer, type Peer } from "./peer.ts";
import { isWatching, openFilesOf, residentMb } from "./processes.ts";
import { callTool, shakeHands } from "./proxy.ts";
import { saveAnew, saveByRename, saveByTurningLink, saveInPlace, saveTarget } from "./saves.ts";
import { writeProgram } from "./scripts.ts";
import { fixture, type FixtureName } from "./servers.ts";
import { countStarts, readLines, type Starts } from "./starts.ts";
import { openTempDir, type TempDir } from "./temp-dir.ts";

interface Server {
	directory: TempDir;
	name: FixtureName;
	args?: string[];
	env?: Record<string, string>;
}

function openServer({ directory, name, args = [], env = {} }: Server): Peer {
	const entry = fixture(name, { args });
	const environment = { PATH: process.env["PATH"] ?? "", HOME: directory.path, ...env };
	return openPeer({ command: [entry.command, ...entry.args], cwd: directory.path, env: environment });
}

async function pidOf(server: Peer): Promise<number> {
	await shakeHands(server);
	return Number(goodTextOf(await callTool(server, "pid")));
}

test("counts-starts notes every start, and when its tools were listed", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const events = `${directory.path}/events`;
	const env = { ...starts.env, EVENTS_FILE: events, START_DELAY_MS: "50" };
	expect(starts.pids()).toEqual([]);
	await using first = openServer({ directory, name: "counts-starts", env });
	await starts.reach(1);
	await using second = openServer({ directory, name: "counts-starts", env });
	expect(await starts.reach(2)).toEqual([first.pid, second.pid]);
	expect(await pidOf(second)).toBe(second.pid);
	await second.request("tools/list");
	expect(readLines(events)).toEqual([`started ${first.pid}`, `started ${second.pid}`, `listed ${second.pid}`]);
});

test("echo, list-changed, never-initializes and crashes-at-start note their starts too", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const names = ["echo", "list-changed", "never-initializes", "crashes-at-start"] as const;
	const servers = names.map((name) => openServer({ directory, name, env: starts.env }));
	const pids = await starts.reach(names.length);
	await Promise.all(servers.map((server) => server.kill()));
	expect(new Set(pids)).toEqual(new Set(servers.map(({ pid }) => pid)));
});

test.each(["exit", "hang"])("fails-first-starts works at the third start, with %s", async (way) => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const open = () =>
		openServer({ directory, name: "fails-first-starts", args: [way], env: { ...starts.env, FAILURES: "2" } });
	for (const _time of [1, 2]) {
		await using failing = open();
		expect(failing.request("initialize", {}, { withinMs: 300 })).rejects.toThrow("no reply to initialize");
		if (way === "exit") expect(await failing.exited).toMatchObject({ code: 4 });
	}
	await using working = open();
	expect(await pidOf(working)).toBe(working.pid);
	expect(starts.pids()).toHaveLength(3);
});

test("crashes-every-nth-call ends at its fifth call", async () => {
	await using directory = openTempDir();
	await using server = openServer({ directory, name: "crashes-every-nth-call" });
	await shakeHands(server);
	for (const _call of [1, 2, 3, 4]) expect(goodTextOf(await callTool(server, "work"))).toBe(String(server.pid));
	expect(callTool(server, "work")).rejects.toThrow("fatal: call 5 was one too many");
	expect(await server.exited).toMatchObject({ code: 9 });
});

test("tools-list-error lists nothing until its failures are used up, and can be called", async () => {
	await using directory = openTempDir();
	await using server = openServer({ directory, name: "tools-list-error", env: { LIST_FAILURES: "1" } });
	await shakeHands(server);
	expect((await server.request("tools/list")).error).toMatchObject({ code: -32050 });
	expect(goodTextOf(await callTool(server, "greet"))).toBe("hello");
	expect((await server.request("tools/list")).result).toMatchObject({ tools: [{ name: "greet" }, { name: "pid" }] });
});

test("a program that is written later starts its server, and another one once it was replaced", async () => {
	await using directory = openTempDir();
	const path = `${directory.path}/it's a program`;
	const env = { PATH: process.env["PATH"] ?? "", HOME: directory.path };
	writeProgram(path, fixture("echo"));
	for (const [name, tool, text] of [
		["list-changed", "learn", "learned"],
		["paged", "six", "I am six"],
	] as const) {
		writeProgram(path, fixture(name));
		await using server = openPeer({ command: [path], cwd: directory.path, env });
		await shakeHands(server);
		expect(goodTextOf(await callTool(server, tool))).toBe(text);
	}
	writeProgram(path, fixture("echo"), 0o644);
	expect(() => openPeer({ command: [path], cwd: directory.path, env })).toThrow("EACCES");
});

test.each([
	["by rename", saveByRename],
	["in place", saveInPlace],
	["anew", saveAnew],
	["through a link, by rename", saveTarget(saveByRename)],
	["through a link, in place", saveTarget(saveInPlace)],
	["by turning the link", saveByTurningLink],
])("a file saved %s holds the new text", async (_way, save) => {
	await using directory = openTempDir();
	const target = directory.write("real/config.json", "old");
	const link = `${directory.path}/config.json`;
	symlinkSync(target, link);
	await save(link, "new");
	await save(link, "newer");
	expect(readFileSync(link, "utf8")).toBe("newer");
});

test("memory and open files of a process can be read", async () => {
	await using directory = openTempDir();
	await using server = openServer({ directory, name: "echo" });
	await pidOf(server);
	expect(residentMb(server.pid)).toBeGreaterThan(5);
	expect(openFilesOf(server.pid).length).toBeGreaterThan(3);
	expect(isWatching(server.pid)).toBeFalse();
	const watcher = watch(directory.path);
	expect(isWatching(process.pid)).toBeTrue();
	watcher.close();
});

test("eventually gives the first answer that is wanted, and shows the starts it has seen", async () => {
	let asked = 0;
	const ask = () => (asked += 1);
	expect(await eventually(ask, (answer) => answer === 3)).toBe(3);
	await using directory = openTempDir();
	const starts: Starts = countStarts(directory);
	directory.write("starts", "12\n34\n5");
	expect(starts.pids()).toEqual([12, 34]);
});
