/** The processes that a process has started, and those they have started, and so on. */

export interface ProcessIdentity {
	readonly pid: number;
	/** When it was started, by the kernel's count: a pid is given out again, a pid and its start are not. */
	readonly startedAt: string;
}

/**
 * What hangs below `pid` at this moment, except what shares its process group. Some servers start browsers and
 * other helpers in groups of their own, which signals to the server's group do not reach. Processes that have cut
 * themselves off on purpose (daemons, whose parent is gone) are not among them.
 *
 * Linux only; empty elsewhere.
 */
export function descendantsOutsideGroup(pid: number): readonly ProcessIdentity[] {
	if (process.platform !== "linux") return [];
	const found: ProcessIdentity[] = [];
	const queue = [pid];
	for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
		for (const child of childrenOf(parent)) {
			queue.push(child);
			const stat = readStat(child);
			if (stat !== undefined && stat.group !== pid) found.push({ pid: child, startedAt: stat.startedAt });
		}
	}
	return found;
}

/** Sends the signal when the pid still belongs to the same process. False when it does not. */
export function signalProcess({ pid, startedAt }: ProcessIdentity, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
	if (readStat(pid)?.startedAt !== startedAt) return false;
	try {
		process.kill(pid, signal);
		return true;
	} catch {
		// Gone in this very moment, or not ours to stop.
		return false;
	}
}

/** https://man7.org/linux/man-pages/man5/proc_tid_children.5.html */
function childrenOf(pid: number): number[] {
	const { readdirSync } = files();
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
			read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
		);
	} catch {
		// The process has ended meanwhile.
		return [];
	}
}

/** Field 3 (state), 5 (process group) and 22 (start time) of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): { group: number; startedAt: string } | undefined {
	const stat = read(`/proc/${pid}/stat`);
	// Field 2 is the program's name in brackets, which may hold blanks and brackets itself.
	const [state, , group, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const startedAt = rest[16];
	// A zombie has ended; only its parent has not noticed.
	if (startedAt === undefined || state === "Z") return undefined;
	return { group: Number(group), startedAt };
}

function read(path: string): string {
	try {
		return files().readFileSync(path, "utf8");
	} catch {
		// No such process any more, or a kernel without this file.
		return "";
	}
}

/** Needed only when something is stopped, so not loaded at the start. */
function files(): typeof import("node:fs") {
	return require("node:fs");
}
