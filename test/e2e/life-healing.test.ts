/** Servers that fail: they come back by themselves, or with the next call, and meanwhile their group says what is wrong. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { isAlive } from "../helpers/processes.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { writeProgram } from "../helpers/scripts.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts, type Starts } from "../helpers/starts.ts";
import { reachState, stateOf } from "../helpers/states.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const nextTry = /next try in \d+ s/i;

interface Failing {
	failures: number;
	args?: string[];
	[more: string]: unknown;
}

function failing(starts: Starts, { failures, ...more }: Failing) {
	return fixture("fails-first-starts", { env: { ...starts.env, FAILURES: String(failures) }, ...more });
}

async function pidOf(proxy: Proxy, group: string): Promise<number> {
	return Number(goodTextOf(await proxy.callTool(group, "pid")));
}

test("a server that fails its first two starts is started again until it works, without any call", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { shaky: failing(starts, { failures: 2 }) } });
	const text = errorTextOf(await proxy.callTool("shaky", "pid"));
	expect(["shaky", "4", "fatal: not ready yet at start 1"].filter((part) => !text.includes(part))).toEqual([]);
	expect(await stateOf(proxy, "shaky")).toMatch(/^failed: .*next try in \d+ s/i);
	const pids = await starts.reach(3);
	await reachState(proxy, "shaky", /^(?!failed|starting)/);
	expect(await pidOf(proxy, "shaky")).toBe(pids[2] ?? 0);
	expect(starts.pids()).toHaveLength(3);
});

test("between two attempts one call makes one of its own, and the next calls are told when to come back", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { shaky: failing(starts, { failures: 2 }) } });
	await proxy.callTool("shaky", "pid");
	const own = await proxy.callTool("shaky", "pid");
	const told = await Promise.all([1, 2, 3].map(() => proxy.callTool("shaky", "pid")));
	expect(starts.pids()).toHaveLength(2);
	expect(errorTextOf(own)).toContain("not ready yet at start 2");
	for (const text of told.map(errorTextOf)) {
		expect(text).toMatch(nextTry);
		expect(text).toMatch(/shaky[^]*code 4[^]*not ready yet at start 2/);
	}
	await starts.reach(3);
	expect(await pidOf(proxy, "shaky")).toBe(starts.pids()[2] ?? 0);
});

test("calls that come together between two attempts share one", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { shaky: failing(starts, { failures: 1 }) } });
	await proxy.callTool("shaky", "pid");
	const pids = await Promise.all([1, 2, 3].map(() => pidOf(proxy, "shaky")));
	expect(pids).toEqual(pids.map(() => starts.pids()[1] ?? 0));
	expect(await stateOf(proxy, "shaky")).not.toContain("failed");
});

test("a server that crashes again and again is left alone after the third time, and a call still tries", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { broken: failing(starts, { failures: 4 }) } });
	await proxy.callTool("broken", "pid");
	const state = await reachState(proxy, "broken", /gave up/);
	expect(state).toMatch(/^failed: .*gave up after 3 crashes/);
	expect(state).not.toMatch(nextTry);
	expect(starts.pids()).toHaveLength(3);
	const text = errorTextOf(await proxy.callTool("broken", "pid"));
	expect(text).toMatch(/gave up after \d crashes/);
	expect(text).toContain("fatal: not ready yet at start 4");
	expect(await pidOf(proxy, "broken")).toBe(starts.pids()[4] ?? 0);
	expect(await stateOf(proxy, "broken")).not.toContain("failed");
});

test("a group that was left alone shows its last words to whoever asks for its tools", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { broken: failing(starts, { failures: 99 }) } });
	await proxy.discover("broken");
	await reachState(proxy, "broken", /gave up after 3 crashes/);
	expect(errorTextOf(await proxy.discover("broken"))).toContain("fatal: not ready yet at start 4");
});

test("a server that crashes at every fifth call works at all the others", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({
		servers: { moody: fixture("crashes-every-nth-call", { env: starts.env }) },
	});
	const texts: string[] = [];
	for (let call = 1; call <= 20; call += 1) texts.push(textOf(await proxy.callTool("moody", "work")));
	const crash = expect.stringMatching(/moody[^]*code 9[^]*fatal: call 5 was one too many/);
	const life = (pid: number | undefined) => [...Array.from({ length: 4 }, () => String(pid)), crash];
	expect(texts).toEqual(starts.pids().slice(0, 4).flatMap(life));
});

test("a server that was killed while it had nothing to do is started again without a call", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const servers = { echo: fixture("echo", { env: starts.env }), other: fixture("echo") };
	await using proxy = await startProxy({ servers });
	const [pid, otherPid] = [await pidOf(proxy, "echo"), await pidOf(proxy, "other")];
	process.kill(pid, "SIGKILL");
	const [, second = 0] = await starts.reach(2);
	await reachState(proxy, "echo", /^(?!failed|starting)/);
	expect(await pidOf(proxy, "echo")).toBe(second);
	expect(await pidOf(proxy, "other")).toBe(otherPid);
});

test('a server with startup "eager" heals before anybody has asked for it', async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	await using proxy = await startProxy({ servers: { shaky: failing(starts, { failures: 2, startup: "eager" }) } });
	const [, , third = 0] = await starts.reach(3);
	expect(await pidOf(proxy, "shaky")).toBe(third);
});

test("a server that hangs in initialize is given up after timeout.connect, stopped, and tried again", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const mute = failing(starts, { failures: 1, args: ["hang"], timeout: { connect: "300ms" } });
	await using proxy = await startProxy({ servers: { mute, echo: fixture("echo") } });
	const waiting = proxy.callTool("mute", "pid");
	await starts.reach(1);
	expect((await proxy.request("ping")).result).toEqual({});
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "fine" }))).toBe("fine");
	expect(errorTextOf(await waiting)).toMatch(/mute[^]*initialize[^]*(0\.3 s|300 ms)/);
	const [first = 0, second = 0] = await starts.reach(2);
	expect(await pidOf(proxy, "mute")).toBe(second);
	expect(isAlive(first)).toBeFalse();
});

test("a group is shown as starting while it starts, and as failed with the next try afterwards", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const mute = fixture("never-initializes", { env: starts.env, timeout: { connect: "1s" } });
	await using proxy = await startProxy({ servers: { mute, echo: fixture("echo") } });
	expect(await stateOf(proxy, "mute")).not.toMatch(/starting|failed/);
	const waiting = proxy.callTool("mute", "anything");
	await starts.reach(1);
	expect([await stateOf(proxy, "mute"), await stateOf(proxy, "echo")]).toEqual(["starting", ""]);
	await waiting;
	expect(await stateOf(proxy, "mute")).toMatch(/^failed: .*initialize.*next try in \d+ s/i);
});

test("a server that cannot list its tools says so, can be called, and is listed as soon as it can", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const broken = fixture("tools-list-error", { env: { ...starts.env } });
	const busy = fixture("tools-list-error", { env: { ...starts.env, LIST_FAILURES: "3" } });
	await using proxy = await startProxy({ servers: { broken, busy } });
	expect(errorTextOf(await proxy.discover("broken"))).toMatch(/broken[^]*the index is being rebuilt/);
	expect(goodTextOf(await proxy.callTool("broken", "greet"))).toBe("hello");
	const asked = [];
	for (let time = 0; time < 5; time += 1) asked.push(textOf(await proxy.discover("busy")));
	expect(asked[0]).toContain("the index is being rebuilt");
	expect(asked[4]).toContain("greet()");
	expect(starts.pids()).toHaveLength(2);
});

test.each([
	["is not there", undefined],
	["may not be run", 0o644],
])("a program that %s is told of and not tried again, until a call finds it in order", async (_what, mode) => {
	await using directory = openTempDir();
	const program = `${directory.path}/late`;
	if (mode !== undefined) writeProgram(program, fixture("echo"), mode);
	const late = { description: "Comes later", command: program };
	await using proxy = await startProxy({ servers: { late } });
	for (const _time of [1, 2, 3]) {
		const text = errorTextOf(await proxy.callTool("late", "pid"));
		expect(text).toContain(program);
		expect(text).not.toMatch(nextTry);
	}
	const state = await stateOf(proxy, "late");
	expect(state).toMatch(/^failed: /);
	expect(state).not.toMatch(/next try in|gave up/i);
	writeProgram(program, fixture("echo"));
	expect(goodTextOf(await proxy.callTool("late", "echo", { text: "here" }))).toBe("here");
	expect(await stateOf(proxy, "late")).not.toContain("failed");
});

test("a misconfigured group says so on its line, with the variable that is missing", async () => {
	const servers = { needy: fixture("echo", { args: ["${NOPE}"] }), echo: fixture("echo") };
	await using proxy = await startProxy({ servers });
	expect([await stateOf(proxy, "needy"), await stateOf(proxy, "echo")]).toEqual([expect.stringContaining("NOPE"), ""]);
});
