/** Stops a process and everything it has started. */
import { after, type Clock } from "../base/clock.ts";
import { descendantsOutsideGroup, signalProcess } from "./descendants.ts";
import type { ServerProcess } from "./spawn.ts";

export interface StopOptions {
	readonly clock: Clock;
	/** How long the process may take to end by itself once its stdin is closed. */
	readonly graceMs: number;
}

/** How long a process group may take to end after SIGTERM. */
const termMs = 500;

/** No event tells that a process group has become empty, so it is looked at this often. */
const lookEveryMs = 10;

/**
 * Closes stdin, waits, sends SIGTERM to the process group, waits, sends SIGKILL: the order of MCP's
 * specification (basic/lifecycle, shutdown of stdio). What the server has started in other process groups is sent the
 * same. Resolves when all is gone or has been sent SIGKILL, at the latest after `graceMs` + 500 ms. Never rejects.
 */
export async function stopGroup(child: ServerProcess, { clock, graceMs }: StopOptions): Promise<void> {
	const hasExited = child.exitCode !== null || child.signalCode !== null;
	// Looked up first: once the server is gone, nobody knows any more what it has started.
	const strays = hasExited ? [] : descendantsOutsideGroup(child.pid);
	const signal = (name: "SIGTERM" | "SIGKILL" | 0) =>
		[signalGroup(child.pid, name), ...strays.map((stray) => signalProcess(stray, name))].includes(true);
	closeStdin(child);
	if (!hasExited) await Promise.race([child.exited, after(clock, graceMs)]);
	if (!signal("SIGTERM")) return;
	const deadline = clock.now() + termMs;
	while (clock.now() < deadline) {
		if (!signal(0)) return;
		await after(clock, lookEveryMs);
	}
	signal("SIGKILL");
}

function closeStdin(child: ServerProcess): void {
	try {
		// Not awaited: a server that does not read would hold us up with what is still in the pipe.
		void Promise.resolve(child.stdin.end()).catch(() => {});
	} catch {
		// The pipe was broken already, which is as good as closed.
	}
}

/**
 * Sends a signal to the process group (0 only asks). False when nobody was there to get it, or when what
 * is left belongs to another user, whom we cannot stop. Windows has no process groups: there the process itself gets it.
 */
function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
	try {
		process.kill(process.platform === "win32" ? pid : -pid, signal);
		return true;
	} catch {
		return false;
	}
}
