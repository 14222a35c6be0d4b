/** Memory and children of a process, read from /proc, and stopping it with all it started. Linux; elsewhere unknown. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

export type Memory = { rssMb: number; pssMb: number | undefined; peakMb: number };

export const hasProc = existsSync("/proc/self/status");

/** The process's own memory, without its children. */
export function readMemory(pid: number): Memory {
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	const rollup = tryRead(`/proc/${pid}/smaps_rollup`);
	return {
		rssMb: megabytes(status, "VmRSS") ?? Number.NaN,
		pssMb: megabytes(rollup, "Pss"),
		peakMb: megabytes(status, "VmHWM") ?? Number.NaN,
	};
}

/** Lets the peak count from now on, where the system permits it. */
export function resetPeak(pid: number): void {
	try {
		writeFileSync(`/proc/${pid}/clear_refs`, "5");
	} catch {
		// The peak then counts from the start of the process: nothing higher has been there but the start itself.
	}
}

/** Every living descendant, nearest first. Looks at all threads: a child is listed with the thread that started it. */
export function descendantsOf(pid: number): number[] {
	if (!existsSync(`/proc/${pid}/task`)) return [];
	const children = readdirSync(`/proc/${pid}/task`)
		.flatMap((thread) => tryRead(`/proc/${pid}/task/${thread}/children`).split(" "))
		.filter((text) => text.trim() !== "")
		.map(Number);
	return [...children, ...children.flatMap((child) => descendantsOf(child))];
}

/** Asks the process to end, insists after a while, and resolves when it and its descendants are gone. */
export async function stopTree(child: Bun.Subprocess<"pipe", "pipe", Bun.BunFile>): Promise<void> {
	const family = descendantsOf(child.pid);
	if (child.exitCode === null && child.signalCode === null) {
		await Promise.resolve(child.stdin.end()).catch(() => {}); // a broken pipe means it has ended already
		if (!(await settlesWithin(child.exited, 100))) child.kill("SIGTERM");
		if (!(await settlesWithin(child.exited, 2000))) child.kill("SIGKILL");
		await child.exited;
	}
	if (await areGone(family, 1000)) return;
	for (const pid of family.filter(isAlive)) process.kill(pid, "SIGKILL");
	await areGone(family, 1000);
}

async function areGone(pids: number[], withinMs: number): Promise<boolean> {
	// a process that is not our child has no event to wait for
	for (const end = performance.now() + withinMs; performance.now() < end; await Bun.sleep(2)) {
		if (!pids.some(isAlive)) return true;
	}
	return false;
}

/** A zombie waits for its parent only and costs nothing, so it counts as gone. */
function isAlive(pid: number): boolean {
	const stat = tryRead(`/proc/${pid}/stat`);
	return stat !== "" && stat.charAt(stat.lastIndexOf(")") + 2) !== "Z";
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
	const { promise, resolve } = Promise.withResolvers<boolean>();
	const timer = setTimeout(() => resolve(false), ms);
	const settled = await Promise.race([work.then(() => true), promise]);
	clearTimeout(timer);
	return settled;
}

function megabytes(text: string, key: string): number | undefined {
	const match = new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text);
	return match === null ? undefined : Number(match[1]) / 1024;
}

function tryRead(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return ""; // it ended meanwhile, or this system has no such file
	}
}
