/** The PATH of the user's login shell, for when a desktop app has started us: those know only the system's own folders. */
import { after, systemClock } from "../base/clock.ts";
import { type Environment, splitPath } from "./find-command.ts";
import { killGroup } from "./stop.ts";

export interface LoginShellOptions {
	readonly env: Environment;
	readonly platform: NodeJS.Platform;
	/** For all of it, until nothing of the shell is left. */
	readonly timeoutMs?: number;
	/** Ends the shell at once, for when we end ourselves: it would outlive us. */
	readonly signal?: AbortSignal | undefined;
	readonly run?: RunShell;
}

/** What is asked of a shell: to run `command` until it has printed what `isDone` knows. Resolves with what it printed. */
export type RunShell = (command: readonly string[], options: RunOptions) => Promise<string>;

export interface RunOptions {
	readonly env: Environment;
	readonly timeoutMs: number;
	readonly signal: AbortSignal | undefined;
	readonly isDone: (output: string) => boolean;
}

/** More noise than this is no startup file's. */
const maxOutput = 2 ** 20;

/** How long a shell that has told its PATH may take to end by itself. */
const exitMs = 200;

/**
 * Asks the login shell at the first call and remembers what it said, also when that was nothing; whoever calls meanwhile
 * shares the run. Does not ask, and resolves with undefined, when our own PATH looks like a terminal's.
 */
export function createLoginPath(options: LoginShellOptions): () => Promise<string | undefined> {
	const isShort = isShortPath(options.env["PATH"], options.env["HOME"]);
	let asked: Promise<string | undefined> | undefined;
	return () => (asked ??= isShort ? readLoginPath(options) : Promise.resolve(undefined));
}

/** Whether a PATH has none of the folders where people install programs, as launchd's `/usr/bin:/bin:/usr/sbin:/sbin`. */
export function isShortPath(path: string | undefined, home: string | undefined): boolean {
	const isOwn = (folder: string) => home !== undefined && home.length > 1 && `${folder}/`.startsWith(`${home}/`);
	return !splitPath(path ?? "", "linux").some(
		(folder) => folder === "/usr/local/bin" || folder === "/opt/homebrew/bin" || isOwn(folder),
	);
}

/**
 * The absolute entries of the PATH that the user's interactive login shell has once its startup files have run.
 * Undefined on Windows, and whenever the shell fails, hangs or says nothing. Never rejects.
 */
export async function readLoginPath(options: LoginShellOptions): Promise<string | undefined> {
	const { env, platform, timeoutMs = 5_000, signal, run = runShell } = options;
	if (platform === "win32" || signal?.aborted === true) return undefined;
	const marks = { start: crypto.randomUUID(), end: crypto.randomUUID() };
	const shell = env["SHELL"] || (platform === "darwin" ? "/bin/zsh" : "/bin/bash");
	const find = (output: string) => between(output, marks);
	try {
		const isDone = (output: string) => find(output) !== undefined;
		const output = await run(shellCommand(shell, marks), { env, timeoutMs, signal, isDone });
		const entries = splitPath(find(output) ?? "", platform).filter((entry) => entry.startsWith("/"));
		return entries.length === 0 ? undefined : entries.join(":");
	} catch {
		// Nobody is told: the command that was not found is reported as such, with the places where it was looked for.
		return undefined;
	}
}

interface Marks {
	readonly start: string;
	readonly end: string;
}

/** The marks are put together by `printf`: a shell that prints the commands it is given prints no whole mark with them. */
function shellCommand(shell: string, { start, end }: Marks): string[] {
	const halves = (mark: string) => `'${mark.slice(0, 8)}' '${mark.slice(8)}'`;
	const script = `printf '%s%s%s%s%s' ${halves(start)} "$PATH" ${halves(end)}`;
	// Those of the C family do not take -l together with anything else.
	return [shell, /(?:^|\/)t?csh$/.test(shell) ? "-ic" : "-ilc", script];
}

function between(output: string, { start, end }: Marks): string | undefined {
	const from = output.indexOf(start);
	const to = output.indexOf(end, from);
	return from === -1 || to === -1 ? undefined : output.slice(from + start.length, to);
}

/** Runs it without a terminal and without stdin. When this is over, nothing that it has started is left. */
async function runShell(command: readonly string[], { env, timeoutMs, signal, isDone }: RunOptions): Promise<string> {
	const child = Bun.spawn([...command], {
		env: { ...env },
		stdin: "ignore",
		stdout: "pipe",
		stderr: "ignore",
		// A session of its own: an interactive shell would otherwise stop us both to get hold of our terminal.
		detached: true,
	});
	const kill = () => killGroup(child.pid);
	signal?.addEventListener("abort", kill);
	const reader = child.stdout.getReader();
	const decoder = new TextDecoder();
	let output = "";
	async function read(): Promise<void> {
		for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
			output += decoder.decode(chunk.value, { stream: true });
			if (isDone(output) || output.length > maxOutput) return;
		}
	}
	// What a startup file has left running in the background may hold stdout open, so its end is not waited for.
	const exited = child.exited.then(() => after(systemClock, exitMs));
	await Promise.race([read(), exited, after(systemClock, timeoutMs - exitMs)]);
	if (isDone(output)) await Promise.race([child.exited, after(systemClock, exitMs)]);
	signal?.removeEventListener("abort", kill);
	kill();
	void reader.cancel().catch(() => {});
	return output;
}
