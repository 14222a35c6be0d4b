import { expect, test } from "bun:test";

import { isAlive, waitUntilGone } from "../../test/helpers/processes.ts";
import { systemClock } from "../base/clock.ts";
import { type ServerProcess, spawnServer } from "./spawn.ts";
import { killGroup, stopGroup } from "./stop.ts";

/** A shell that runs the script, which says that it is ready by printing numbers: process ids of interest. */
async function startScript(script: string) {
	const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
	const child = spawnServer({ group: "git", command: "sh", args: ["-c", script], env, cwd: undefined });
	const reader = child.stdout.getReader();
	const { value } = await reader.read();
	const pids = new TextDecoder().decode(value).trim().split(" ").map(Number);
	return { child, pids };
}

const howItEnded = ({ exitCode, signalCode }: ServerProcess) => signalCode ?? exitCode;

test("a server that ends when its stdin does is sent no signal", async () => {
	const { child } = await startScript("echo 1; cat >/dev/null; exit 5");
	await stopGroup(child, { clock: systemClock, graceMs: 5_000 });
	expect(howItEnded(child)).toBe(5);
});

test("a server that stays is asked to go", async () => {
	const { child } = await startScript("trap 'exit 9' TERM; echo 1; while :; do sleep 0.01; done");
	await stopGroup(child, { clock: systemClock, graceMs: 1 });
	expect(howItEnded(child)).toBe(9);
});

test("a server that will not go is killed, within 1.3 s all in all", async () => {
	const { child } = await startScript("trap '' TERM; echo 1; exec sleep 300");
	const started = performance.now();
	await stopGroup(child, { clock: systemClock, graceMs: 700 });
	await child.exited;
	expect([howItEnded(child), performance.now() - started < 1_300]).toEqual(["SIGKILL", true]);
});

test("what it has started goes with it, even when it has ended before", async () => {
	const { child, pids } = await startScript("sleep 300 & echo $!; exit 0");
	await child.exited;
	await stopGroup(child, { clock: systemClock, graceMs: 0 });
	await waitUntilGone(pids);
	expect(pids.map(isAlive)).toEqual([false]);
});

test("what it has started and does not go either is killed", async () => {
	const { child, pids } = await startScript("(trap '' TERM; exec sleep 300) & echo $!; cat >/dev/null");
	await stopGroup(child, { clock: systemClock, graceMs: 100 });
	await waitUntilGone(pids);
	expect(pids.map(isAlive)).toEqual([false]);
});

test("what it has started in a group of its own goes with it, too", async () => {
	const { child, pids } = await startScript("setsid sh -c 'echo $$; exec sleep 300' & cat >/dev/null");
	await stopGroup(child, { clock: systemClock, graceMs: 100 });
	await waitUntilGone(pids);
	expect(pids.map(isAlive)).toEqual([false]);
});

test("a server that has gone already, with all it had, is no problem", async () => {
	const { child } = await startScript("echo 1");
	await child.exited;
	await stopGroup(child, { clock: systemClock, graceMs: 5_000 });
	expect(howItEnded(child)).toBe(0);
});

test("a server that does not read its full stdin is stopped all the same", async () => {
	const { child, pids } = await startScript("trap '' TERM; echo $$; exec sleep 300");
	void Promise.resolve(child.stdin.write("x".repeat(1_000_000))).catch(() => {});
	await stopGroup(child, { clock: systemClock, graceMs: 10 });
	await child.exited;
	expect([howItEnded(child), pids.map(isAlive)]).toEqual(["SIGKILL", [false]]);
});

test("what has ended and whose parent does not notice holds nothing up", async () => {
	// Left behind by its parent it becomes a child of the first process, which in many containers never waits for it.
	const { child } = await startScript("sleep 300 & echo $!; exit 0");
	await child.exited;
	// Its time never comes to an end: who counts what has ended would look for ever.
	await stopGroup(child, { clock: { ...systemClock, now: () => 0 }, graceMs: 0 });
});

test("killGroup waits for nothing", async () => {
	const { child, pids } = await startScript("trap '' TERM; setsid sh -c 'echo $$; exec sleep 300' & exec sleep 300");
	killGroup(child.pid);
	await waitUntilGone([child.pid, ...pids]);
	expect([child.pid, ...pids].map(isAlive)).toEqual([false, false]);
});
