/** The processes that a process has started, and those they have started, and so on. */

export interface ProcessIdentity {
	readonly pid: number;
	/** When it was started, by the kernel's count: a pid is given out again, a pid and its start are not. */
	readonly startedAt: string;
}

/** One line of `ps`. */
export interface ProcessEntry extends ProcessIdentity {
	readonly parent: number;
	readonly group: number;
}

/**
 * What hangs below `pid` at this moment, except what shares its process group. Some servers start browsers and
 * other helpers in groups of their own, which signals to the server's group do not reach. Processes that have cut
 * themselves off on purpose (daemons, whose parent is gone) are not among them.
 *
 * Linux and macOS; empty elsewhere.
 */
export function descendantsOutsideGroup(pid: number): readonly ProcessIdentity[] {
	if (process.platform === "darwin") return outsideGroup(pid, parseProcesses(ps("-ax")));
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

/** What of the table hangs below `pid`, except what shares its process group. */
export function outsideGroup(pid: number, table: readonly ProcessEntry[]): ProcessIdentity[] {
	const below = new Set([pid]);
	// Grows while it is gone through, so that children of children are found, too.
	for (const parent of below) {
		for (const entry of table) if (entry.parent === parent) below.add(entry.pid);
	}
	return table
		.filter((entry) => entry.pid !== pid && entry.group !== pid && below.has(entry.pid))
		.map((entry) => ({ pid: entry.pid, startedAt: entry.startedAt }));
}

/** Reads what `ps -o pid=,ppid=,pgid=,lstart=` prints; other lines are left out. */
export function parseProcesses(text: string): ProcessEntry[] {
	return Array.from(
		text.matchAll(/^ *(\d+) +(\d+) +(\d+) +(\S.*?) *$/gm),
		([, pid, parent, group, startedAt = ""]) => ({
			pid: Number(pid),
			parent: Number(parent),
			group: Number(group),
			startedAt,
		}),
	);
}

/** Sends the signal when the pid still belongs to the same process. False when it does not. */
export function signalProcess({ pid, startedAt }: ProcessIdentity, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
	// A question that is asked every few milliseconds is not worth a run of `ps` each time, and harms nobody.
	const mayAsk = process.platform === "darwin" && signal === 0;
	if (!mayAsk && startOf(pid) !== startedAt) return false;
	try {
		process.kill(pid, signal);
		return true;
	} catch {
		// Gone in this very moment, or not ours to stop.
		return false;
	}
}

/**
 * A question to be asked repeatedly: does anything in the process group still run? On Linux zombies do not count, which
 * take signals until their parent notices them; in a container whose first process never does so, they stay.
 * True where that cannot be told.
 */
export function watchGroup(group: number): () => boolean {
	if (process.platform !== "linux" || readStat(process.pid) === undefined) return () => true;
	const isMember = (pid: number) => readStat(pid)?.group === group;
	let known: readonly number[] = [group];
	return () => {
		// To read every process of the machine takes milliseconds. Only a member can bring a new one in, so as long as
		// one that is known still runs, it need not be done again.
		if (known.some(isMember)) return true;
		known = allProcesses().filter(isMember);
		return known.length > 0;
	};
}

function startOf(pid: number): string | undefined {
	if (process.platform === "darwin") return parseProcesses(ps("-p", String(pid)))[0]?.startedAt;
	return readStat(pid)?.startedAt;
}

/** Synchronous: between a look at the processes and a signal to them nothing else should happen. Empty when it fails. */
function ps(...which: string[]): string {
	try {
		return Bun.spawnSync(["/bin/ps", ...which, "-o", "pid=,ppid=,pgid=,lstart="], {
			// The time is written in the user's language otherwise.
			env: { LC_ALL: "C" },
			stderr: "ignore",
			timeout: 1_000,
		}).stdout.toString();
	} catch {
		// No ps: then only the server's own group is stopped.
		return "";
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

function allProcesses(): number[] {
	return files().readdirSync("/proc").map(Number).filter(Number.isInteger);
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
