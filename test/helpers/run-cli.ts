/** One run of the built program from start to end, for commands and for starts that fail. */
import { binaryPath, cleanEnvironment } from "./binary.ts";
import { openTempDir, type TempDir } from "./temp-dir.ts";

export interface Outcome {
	code: number | null;
	stdout: string;
	stderr: string;
}

export interface RunOptions {
	env?: Record<string, string>;
	cwd?: string;
	home?: string;
	/** What is piped in; the pipe is closed after it. */
	stdin?: string;
}

/** stdin stays open unless something is piped in, as a client leaves it: a program that fails must end without being told to. */
export async function runCli(args: string[], options: RunOptions = {}): Promise<Outcome> {
	await using directory = openTempDir();
	const child = Bun.spawn([binaryPath(), ...args], {
		cwd: options.cwd ?? directory.path,
		env: cleanEnvironment(options.home ?? directory.path, options.env),
		stdin: options.stdin === undefined ? "pipe" : Buffer.from(options.stdin),
		stdout: "pipe",
		stderr: "pipe",
		timeout: 10_000,
		killSignal: "SIGKILL",
	});
	const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
	await child.exited;
	return { code: child.exitCode, stdout, stderr };
}

/** `runCli` with this text as the config file. */
export async function runWithConfig(configText: string): Promise<Outcome> {
	await using directory: TempDir = openTempDir();
	return await runCli([directory.write("dynamic-mcp.json", configText)]);
}
