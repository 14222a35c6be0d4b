/** Stops a process and everything it has started. */
import { after, type Clock } from "../base/clock.ts";
import { descendantsOutsideGroup, type ProcessIdentity, signalProcess, watchGroup } from "./descendants.ts";
import type { ServerProcess } from "./spawn.ts";
import { killTreeCommand } from "./windows-command.ts";

export interface StopOptions {
	readonly clock: Clock;
	/** How long the process may take to end by itself once its stdin is closed. */
	readonly graceMs: number;
}

type Signal = "SIGTERM" | "SIGKILL" | 0;

/** How long a process group may take to end after SIGTERM. */
const termMs = 500;

/** No event tells that a process group has become empty, so it is looked at this often. */
const lookEveryMs = 10;

/**
 * Closes stdin, waits, sends SIGTERM to the process group, waits, sends SIGKILL: the order of MCP's
 * specification (basic/lifecycle, shutdown of stdio). What the server has started in other process groups is sent the
 * same. Windows has neither groups nor signals that could be ignored: there the whole tree is ended after the first wait.
 * Resolves when all is gone or has been sent SIGKILL, at the latest after `graceMs` + 500 ms. Never rejects.
 */
export async function stopGroup(child: ServerProcess, { clock, graceMs }: StopOptions): Promise<void> {
	const hadExited = hasExited(child);
	// Looked up first: once the server is gone, nobody knows any more what it has started.
	const strays = hadExited ? [] : descendantsOutsideGroup(child.pid);
	closeStdin(child);
	if (!hadExited) await Promise.race([child.exited, after(clock, graceMs)]);
	if (process.platform === "win32") return endTree(child, clock);
	if (!signalAll(child.pid, strays, "SIGTERM")) return;
	const isGroupRunning = watchGroup(child.pid);
	const deadline = clock.now() + termMs;
	while (clock.now() < deadline) {
		// The server itself counts until its exit is known to us: the caller may ask how it has ended.
		const isGroupLeft = !hasExited(child) || (signalGroup(child.pid, 0) && isGroupRunning());
		if (!isGroupLeft && !strays.some((stray) => signalProcess(stray, 0))) return;
		await after(clock, lookEveryMs);
	}
	signalAll(child.pid, strays, "SIGKILL");
}

/** Sends SIGKILL to the leader of a process group, to its group and to all below it, with no wait for anything. */
export function killGroup(pid: number): void {
	signalAll(pid, descendantsOutsideGroup(pid), "SIGKILL");
}

function hasExited({ exitCode, signalCode }: ServerProcess): boolean {
	return exitCode !== null || signalCode !== null;
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
 * The tree is found through the server, so what one that has exited leaves behind stays until we exit: Windows ends with us
 * whatever was started by us.
 */
async function endTree(child: ServerProcess, clock: Clock): Promise<void> {
	if (hasExited(child)) return;
	try {
		const command = [...killTreeCommand(child.pid, process.env)];
		Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"], windowsHide: true }).unref();
		await Promise.race([child.exited, after(clock, termMs)]);
	} catch {
		// No taskkill: then at least the server itself is ended.
	}
	if (!hasExited(child)) child.kill("SIGKILL");
}

/** False when nobody was there to get it. */
function signalAll(pid: number, strays: readonly ProcessIdentity[], signal: Signal): boolean {
	return [signalGroup(pid, signal), ...strays.map((stray) => signalProcess(stray, signal))].includes(true);
}

/**
 * Sends a signal to the process group (0 only asks). False when nobody was there to get it, or when what
 * is left belongs to another user, whom we cannot stop.
 */
function signalGroup(pid: number, signal: Signal): boolean {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false;
	}
}
