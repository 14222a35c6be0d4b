/** The built program as an installer leaves it in somebody's home. */
import { spawn } from "node:child_process";
import {
	chmodSync,
	copyFileSync,
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { version } from "../../package.json";
import { archiveName, nativeTarget } from "../../scripts/release/targets.ts";
import { binaryPath, cleanEnvironment } from "./binary.ts";
import type { Outcome } from "./run-cli.ts";
import { openTempDir } from "./temp-dir.ts";

export interface Installed extends AsyncDisposable {
	readonly home: string;
	/** Of the installation; `dynamic-mcp` and its alias `dmcp` are in it. */
	readonly folder: string;
	readonly program: string;
	/** The receipt's path. */
	readonly receiptFile: string;
	receipt(): Record<string, unknown>;
	/** All that an upgrade may change: which file the program is, what is beside it, the receipt. */
	state(): unknown;
	/** What the program says of itself. */
	version(): string;
	start(args: readonly string[], options?: RunOptions): Started;
	/** `dynamic-mcp upgrade` with these arguments. */
	upgrade(...args: string[]): Promise<Outcome>;
}

export interface RunOptions {
	readonly program?: string;
	readonly env?: Record<string, string>;
	/** Which user runs it; for tests that root runs. */
	readonly uid?: number;
}

export interface Started {
	readonly pid: number;
	readonly outcome: Promise<Outcome>;
}

/** The name of the archive that this machine's program comes in. */
export const archive = archiveName(nativeTarget());

export function openInstalled(baseUrl: string): Installed {
	const directory = openTempDir();
	const home = directory.path;
	const folder = join(home, "bin");
	const program = putProgram(join(folder, "dynamic-mcp"));
	symlinkSync("dynamic-mcp", join(folder, "dmcp"));
	const noted = { method: "install.sh", version, target: nativeTarget().name, path: program, baseUrl };
	const receiptFile = directory.write(".dynamic-mcp/install.json", JSON.stringify(noted), 0o600);

	const start: Installed["start"] = (args, { program: other = program, env = {}, uid } = {}) => {
		const child = spawn(other, [...args], {
			cwd: "/",
			env: cleanEnvironment(home, env),
			stdio: ["ignore", "pipe", "pipe"],
			timeout: 20_000,
			killSignal: "SIGKILL",
			...(uid === undefined ? {} : { uid, gid: uid }),
		});
		const outcome = new Promise<Outcome>((resolve, reject) => {
			const text = { stdout: "", stderr: "" };
			child.stdout.on("data", (chunk) => (text.stdout += String(chunk)));
			child.stderr.on("data", (chunk) => (text.stderr += String(chunk)));
			child.on("error", reject);
			child.on("close", (code) => resolve({ code, ...text }));
		});
		return { pid: child.pid ?? 0, outcome };
	};

	return {
		home,
		folder,
		program,
		receiptFile,
		receipt: () => JSON.parse(readFileSync(receiptFile, "utf8")),
		state: () => ({
			inode: statSync(program).ino,
			files: readdirSync(folder).sort(),
			receipt: readFileSync(receiptFile, "utf8"),
			besides: readdirSync(dirname(receiptFile)),
		}),
		version: () =>
			Bun.spawnSync([join(folder, "dmcp"), "--version"])
				.stdout.toString()
				.split(" ")[1] ?? "",
		start,
		upgrade: (...args) => start(["upgrade", ...args]).outcome,
		async [Symbol.asyncDispose]() {
			chmodSync(folder, 0o755);
			await directory[Symbol.asyncDispose]();
		},
	};
}

/** A link where that is possible: the program is large. */
export function putProgram(path: string): string {
	mkdirSync(dirname(path), { recursive: true });
	try {
		linkSync(binaryPath(), path);
	} catch {
		copyFileSync(binaryPath(), path); // The temporary directory is on another disk.
	}
	return path;
}
