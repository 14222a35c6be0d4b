/** Starts a server's process, or says exactly why it cannot be started. */
import type { Subprocess } from "bun";

import { UpstreamError } from "../base/errors.ts";

export interface ProcessSpec {
	readonly group: string;
	readonly command: string;
	readonly args: readonly string[];
	/** The whole environment of the server. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Undefined: the working directory of this process. */
	readonly cwd: string | undefined;
}

export type ServerProcess = Subprocess<"pipe", "pipe", "pipe">;

/** Starts the server as the leader of a process group of its own. Throws `UpstreamError` (phase `spawn`). */
export function spawnServer({ group, command, args, env, cwd }: ProcessSpec): ServerProcess {
	const directory = cwd ?? process.cwd();
	if (cwd !== undefined && !isDirectory(cwd)) {
		throw new UpstreamError(group, "spawn", `its working directory "${directory}" (cwd) is not there`);
	}
	const path = Bun.which(command, { PATH: env["PATH"] ?? "", cwd: directory });
	if (path === null) throw new UpstreamError(group, "spawn", describeMissing(command, directory, env["PATH"] ?? ""));
	try {
		return Bun.spawn([path, ...args], {
			stdin: "pipe",
			stdout: "pipe",
			stderr: "pipe",
			env: { ...env },
			cwd: directory,
			// A process group of its own: all that the server starts can be stopped with it, and Ctrl-C in our
			// terminal reaches us alone, so that we stop the servers in good order.
			detached: true,
		});
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new UpstreamError(group, "spawn", `command "${command}" cannot be started: ${reason}`, { cause });
	}
}

function isDirectory(path: string): boolean {
	return files().statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function describeMissing(program: string, directory: string, path: string): string {
	if (!program.includes("/")) {
		const places = path === "" ? "which is empty" : path.split(process.platform === "win32" ? ";" : ":").join(" ");
		return `command "${program}" was not found on the PATH, ${places}`;
	}
	const full = program.startsWith("/") ? program : `${directory}/${program}`;
	return files().existsSync(full) ? `"${full}" is not an executable file` : `command "${full}" was not found`;
}

/** Loaded when something is wrong or a `cwd` is set: it takes a tenth of the whole start of the program. */
function files(): typeof import("node:fs") {
	return require("node:fs");
}
