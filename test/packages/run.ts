/** Runs programs of other people. */

export interface Run {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunOptions {
	readonly cwd: string;
	/** The whole environment. */
	readonly env: Record<string, string>;
	readonly input?: string;
}

/** Runs a program to its end. */
export async function run(command: readonly string[], { cwd, env, input = "" }: RunOptions): Promise<Run> {
	const child = Bun.spawn([...command], { cwd, env, stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
	const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
	return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** The output of a program that must succeed. */
export async function outputOf(command: readonly string[], options: RunOptions): Promise<string> {
	const { code, stdout, stderr } = await run(command, options);
	if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${stderr}${stdout}`);
	return stdout;
}
