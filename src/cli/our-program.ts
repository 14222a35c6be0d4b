/** Where clients are to start this program: by a path that is still right after the next upgrade. */
import { realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { OurProgram } from "../clients/types.ts";
import { findOrigin } from "../upgrade/origin.ts";
import { readReceipt, receiptPath } from "../upgrade/receipt.ts";

export interface RunningProgram {
	/** Of the executable, as the system has it: without symbolic links. */
	readonly execPath: string;
	readonly isCompiled: boolean;
	/** The program's own file, when it is run from source. */
	readonly script: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly home: string;
}

export interface FoundProgram extends OurProgram {
	/** Why the path may not be right for long; undefined where it is. */
	readonly warning: string | undefined;
}

/** The path by which the program is reached, and `args` behind what a run from source needs. */
export async function findOurProgram(running: RunningProgram, args: readonly string[] = []): Promise<FoundProgram> {
	const { execPath, isCompiled, script, env, home } = running;
	if (!isCompiled) return { command: execPath, args: [script, ...args], warning: undefined };
	const receipt = await readReceipt(receiptPath(home)).catch(() => undefined);
	const path = await realpath(execPath);
	const installed = receipt === undefined ? undefined : { ...receipt, path: await realPathOf(receipt.path) };
	const origin = findOrigin({ path, isCompiled, receipt: installed, env });
	if (origin.kind === "installer") return { command: receipt?.path ?? execPath, args, warning: undefined };
	const candidates = [...managedPaths(path), ...linksOnPath(env, path)];
	for (const candidate of candidates) {
		if ((await realPathOf(candidate)) === path) return { command: candidate, args, warning: undefined };
	}
	return { command: execPath, args, warning: origin.kind === "managed" ? fleeting.get(origin.by) : undefined };
}

/** Where package managers that keep each version in a folder of its own have the one that counts. */
function managedPaths(path: string): string[] {
	const [, prefix] = /^(.*)\/Cellar\/dynamic-mcp\//.exec(path) ?? [];
	const brewed = prefix === undefined ? [] : [`${prefix}/bin/dynamic-mcp`, `${prefix}/opt/dynamic-mcp/bin/dynamic-mcp`];
	const scooped = path.replace(/([\\/]scoop[\\/]apps[\\/][^\\/]+[\\/])[^\\/]+/i, "$1current");
	return scooped === path ? brewed : [...brewed, scooped];
}

/** What a person types may be a link to the program; of the launchers of npm and its kind none is. */
function linksOnPath(env: RunningProgram["env"], path: string): string[] {
	const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
	const names = process.platform === "win32" ? ["dynamic-mcp.exe"] : ["dynamic-mcp"];
	return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter((candidate) => candidate !== path);
}

/** The path itself where there is nothing. */
async function realPathOf(path: string): Promise<string> {
	return realpath(path).catch(() => path);
}

const fleeting = new Map([
	["npx", "npx keeps programs only for a while: install dynamic-mcp for good, and connect again"],
	["pnpm", "pnpm moves the program with every upgrade: connect again after one"],
]);
