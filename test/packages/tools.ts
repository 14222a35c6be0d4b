/** Programs of other people that some tests need. */
import { test } from "bun:test";

/**
 * `test` where these programs are installed, or where `CI` is set, and one that is missing is a failure. Elsewhere its tests
 * are reported as skipped, and the reason is said.
 */
export function testWith(...tools: string[]): typeof test {
	const missing = tools.filter((tool) => Bun.which(tool) === null);
	if (missing.length === 0 || process.env["CI"] !== undefined) return test;
	process.stderr.write(`skipping the tests that need ${missing.join(" and ")}: not installed here\n`);
	return test.skip;
}

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
