/** Looks at the processes of this machine through /proc, for leak checks. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { patienceMs } from "./patience.ts";

export interface ProcessEntry {
	pid: number;
	parent: number;
	/** The id of its process group. */
	group: number;
	/** As `ps` shows it: R, S, Z, … */
	state: string;
}

/** Every process of this machine. */
export function listProcesses(): ProcessEntry[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map((name) => readProcess(Number(name)))
		.filter((entry) => entry !== undefined);
}

/** A zombie counts as gone: it runs nothing and only waits for its parent to notice. */
export function isAlive(pid: number): boolean {
	const entry = readProcess(pid);
	return entry !== undefined && entry.state !== "Z" && entry.state !== "X";
}

export function childrenOf(pid: number): number[] {
	return listProcesses()
		.filter((entry) => entry.parent === pid && entry.state !== "Z")
		.map((entry) => entry.pid);
}

/** `pid` and everything below it, as far as parents still tell. */
export function descendantsOf(pid: number): number[] {
	const all = listProcesses();
	const found = [pid];
	for (const parent of found) {
		found.push(...all.filter((entry) => entry.parent === parent).map((entry) => entry.pid));
	}
	return found.filter(isAlive);
}

/** The living processes that were started with `variable` set to `value`, orphans included. */
export function processesWithEnvironment(variable: string, value: string): number[] {
	const wanted = `${variable}=${value}`;
	return listProcesses()
		.map(({ pid }) => pid)
		.filter((pid) => readProc(pid, "environ")?.split("\0").includes(wanted) === true && isAlive(pid));
}

export function commandLineOf(pid: number): string {
	return (readProc(pid, "cmdline") ?? "").replaceAll("\0", " ").trim();
}

/** The memory that the process itself holds, without its children. */
export function residentMb(pid: number): number {
	const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, "status") ?? "")?.[1];
	if (kilobytes === undefined) throw new Error(`process ${pid} has ended`);
	return Number(kilobytes) / 1024;
}

/** The files, pipes, watchers and sockets that the process has open, as the system names them. */
export function openFilesOf(pid: number): string[] {
	return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
		try {
			return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
		} catch {
			return []; // Closed a moment ago.
		}
	});
}

/** Whether it has begun to watch files or folders for changes. */
export function isWatching(pid: number): boolean {
	return openFilesOf(pid).some((name) => name.includes("inotify"));
}

/** Resolves with how many ms it took; rejects, naming the survivors, when one is still alive after `withinMs`. */
export async function waitUntilGone(pids: readonly number[], withinMs = patienceMs): Promise<number> {
	const start = performance.now();
	for (;;) {
		const alive = pids.filter(isAlive);
		const ms = performance.now() - start;
		if (alive.length === 0) return ms;
		if (ms > withinMs) {
			const survivors = alive.map((pid) => `${pid} (${commandLineOf(pid)})`).join(", ");
			throw new Error(`still alive after ${withinMs} ms: ${survivors}`);
		}
		await Bun.sleep(10);
	}
}

/** Kills what `list` names until it names nothing more: what is killed may have started something meanwhile. */
export async function killAll(list: () => number[]): Promise<void> {
	for (let pids = list(); pids.length > 0; pids = list()) {
		for (const pid of pids) kill(pid);
		await waitUntilGone(pids);
	}
}

function kill(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch {
		// It ended by itself between being listed and being killed.
	}
}

function readProcess(pid: number): ProcessEntry | undefined {
	const stat = readProc(pid, "stat");
	if (stat === undefined) return undefined;
	// The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
	const [state = "", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return { pid, parent: Number(parent), group: Number(group), state };
}

function readProc(pid: number, file: string): string | undefined {
	try {
		return readFileSync(`/proc/${pid}/${file}`, "utf8");
	} catch {
		return undefined; // The process has ended, or belongs to somebody else.
	}
}
