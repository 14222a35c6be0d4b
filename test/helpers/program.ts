/** A child process that a test only listens to: it awaits what is printed, on stdout or stderr. */
import { createLineCutter } from "./lines.ts";
import { createMessageLog } from "./message-log.ts";
import { patienceMs } from "./patience.ts";
import { descendantsOf, killAll } from "./processes.ts";

export interface ProgramOptions {
	command: readonly string[];
	cwd: string;
	/** The whole environment. */
	env: Record<string, string>;
}

export interface Program extends AsyncDisposable {
	readonly pid: number;
	/** The first line not yet awaited elsewhere that matches, past or future; rejects, showing the output, without. */
	nextLine(wanted: RegExp, withinMs?: number): Promise<string>;
	/** Every line so far. */
	lines(): string[];
	/** Kills it with all it has started. */
	kill(): Promise<void>;
}

export function openProgram({ command, cwd, env }: ProgramOptions): Program {
	const child = Bun.spawn([...command], { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
	const log = createMessageLog();

	const readLines = async (stream: ReadableStream<Uint8Array>) => {
		// The log is one of JSON: a line goes in as a JSON string, and comes out as itself.
		const cutter = createLineCutter((line) => log.append(new TextEncoder().encode(JSON.stringify(decode(line)))));
		for await (const chunk of stream) cutter.push(chunk);
	};
	const ended = Promise.all([readLines(child.stdout), readLines(child.stderr), child.exited]).then(log.end);

	const lines = () => log.lines.map(({ value }) => value as string);

	const kill = async () => {
		await killAll(() => descendantsOf(child.pid));
		await ended;
	};

	return {
		pid: child.pid,
		async nextLine(wanted, withinMs = patienceMs) {
			const line = await log.claim((value) => wanted.test(value as string), withinMs);
			if (line !== undefined) return line as string;
			throw new Error(`no line ${wanted} of ${command.join(" ")}; its output:\n${lines().slice(-30).join("\n")}`);
		},
		lines,
		kill,
		[Symbol.asyncDispose]: kill,
	};
}

function decode(line: Uint8Array): string {
	return new TextDecoder().decode(line);
}
