/** Starts a server's process, or says exactly why it cannot be started. */
import type { Subprocess } from "bun";

import { errorText, UpstreamError } from "../base/errors.ts";
import {
	childEnvironment,
	type Environment,
	type FileKind,
	findCommand,
	findInterpreter,
	type FoundCommand,
	type Surroundings,
} from "./find-command.ts";
import { batchCommand } from "./windows-command.ts";

export interface ProcessSpec {
	readonly group: string;
	readonly command: string;
	readonly args: readonly string[];
	/** The whole environment of the server. */
	readonly env: Environment;
	/** Undefined: the working directory of this process. */
	readonly cwd: string | undefined;
	/** A PATH that is searched after the environment's own, and that the server gets with it. */
	readonly extraPath?: string | undefined;
}

/** How much of the PATH an error shows. */
const maxPlacesLength = 300;

export type ServerProcess = Subprocess<"pipe", "pipe", "pipe">;

/** Starts the server as the leader of a process group of its own. Throws `UpstreamError` (phase `spawn`). */
export function spawnServer(spec: ProcessSpec): ServerProcess {
	const { group, command, cwd } = spec;
	const fail = (detail: string, options?: ErrorOptions) => new UpstreamError(group, "spawn", detail, options);
	const surroundings = surroundingsOf(spec);
	if (cwd !== undefined && probe(cwd) !== "directory") {
		throw fail(`its working directory "${cwd}" (cwd) is not there`);
	}
	const found = findCommand(command, surroundings);
	if (found.kind === "missing") throw fail(`command ${describe(command, found)}`);
	if (found.kind === "not-executable") throw fail(describe(command, found));
	const interpreter = missingInterpreter(found.path, surroundings);
	if (interpreter !== undefined) {
		const problem = describe(interpreter.name, interpreter.found);
		throw fail(`command "${found.path}" cannot be started: its interpreter ${problem}`);
	}
	const batch = found.kind === "batch" ? batchCommand({ path: found.path, args: spec.args, env: spec.env }) : undefined;
	if (batch?.kind === "refused") throw fail(`command "${command}" cannot be started: ${batch.reason}`);
	try {
		return Bun.spawn([...(batch?.command ?? [found.path, ...spec.args])], {
			stdin: "pipe",
			stdout: "pipe",
			stderr: "pipe",
			env: { ...surroundings.env },
			cwd: surroundings.cwd,
			// A process group of its own: all that the server starts can be stopped with it, and Ctrl-C in our
			// terminal reaches us alone, so that we stop the servers in good order. On Windows it would get a console
			// of its own instead, and no longer end with us.
			detached: process.platform !== "win32",
			windowsHide: true,
			windowsVerbatimArguments: batch !== undefined,
		});
	} catch (cause) {
		const reason = errorText(cause);
		throw fail(`command "${command}" cannot be started: ${reason}`, { cause });
	}
}

/**
 * Whether the start would fail because the command, or the interpreter of the script that it is, is not on the PATH:
 * the one failure that an `extraPath` can heal.
 */
export function lacksPath(spec: ProcessSpec): boolean {
	const surroundings = surroundingsOf(spec);
	const found = findCommand(spec.command, surroundings);
	const failure = isFailure(found) ? found : missingInterpreter(found.path, surroundings)?.found;
	return failure?.isOnPath === true;
}

function surroundingsOf({ env, extraPath, cwd }: ProcessSpec): Surroundings {
	const { platform } = process;
	return { platform, env: childEnvironment(env, extraPath, platform), cwd: cwd ?? process.cwd(), probe };
}

type Failure = Extract<FoundCommand, { kind: "missing" | "not-executable" }>;

function isFailure(found: FoundCommand): found is Failure {
	return found.kind === "missing" || found.kind === "not-executable";
}

/** The system reports a missing interpreter as if the script itself were missing, or, behind `env`, only on stderr. */
function missingInterpreter(path: string, surroundings: Surroundings): { name: string; found: Failure } | undefined {
	if (surroundings.platform === "win32") return undefined;
	const interpreter = findInterpreter(readHead(path), surroundings);
	if (interpreter === undefined || !isFailure(interpreter.found)) return undefined;
	return { name: interpreter.name, found: interpreter.found };
}

function describe(name: string, failure: Failure): string {
	if (failure.kind === "not-executable") {
		return `"${failure.path}" is ${probe(failure.path) === "directory" ? "a folder, not a program" : "not an executable file"}`;
	}
	if (!failure.isOnPath) return `"${failure.places.join()}" was not found`;
	return `"${name}" was not found on the PATH, ${listPlaces(failure.places)}`;
}

function listPlaces(places: readonly string[]): string {
	if (places.length === 0) return "which is empty";
	let text = "";
	for (const [index, place] of places.entries()) {
		if (text !== "" && text.length + place.length > maxPlacesLength) return `${text} and ${places.length - index} more`;
		text += text === "" ? place.slice(0, maxPlacesLength) : ` ${place}`;
	}
	return text;
}

function probe(path: string): FileKind | undefined {
	const { accessSync, constants, lstatSync, statSync } = files();
	try {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (stat === undefined) return undefined;
		if (stat.isDirectory()) return "directory";
	} catch {
		// Behind a folder that we may not enter; or, on Windows, an alias of the Store, which runs but cannot be opened.
		if (process.platform !== "win32") return undefined;
		return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : "executable";
	}
	try {
		accessSync(path, constants.X_OK);
		return "executable";
	} catch {
		return "file";
	}
}

/** Enough of the file's beginning for the first line of a script; empty when it cannot be read. */
function readHead(path: string): string {
	const { closeSync, openSync, readSync } = files();
	try {
		const file = openSync(path, "r");
		try {
			const head = Buffer.alloc(256);
			return head.toString("utf8", 0, readSync(file, head, 0, head.length, 0));
		} finally {
			closeSync(file);
		}
	} catch {
		// A program may be executable and not readable.
		return "";
	}
}

/** Loaded when the first server is started: it takes a tenth of the whole start of the program. */
function files(): typeof import("node:fs") {
	return require("node:fs");
}
