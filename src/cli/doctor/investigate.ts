/** Gathers what is known of a server that did not start: what it said, and what this machine has. */
import { readdir } from "node:fs/promises";

import type { UpstreamError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { expandText } from "../../config/expand.ts";
import type { GroupConfig } from "../../config/load.ts";
import { splitPath } from "../../upstream/find-command.ts";
import { isShortPath } from "../../upstream/login-shell.ts";
import type { OpenGroups } from "../inspect/open-groups.ts";
import type { Facts } from "./facts.ts";
import { withoutSecrets } from "./without-secrets.ts";

type Env = Readonly<Record<string, string | undefined>>;

export async function investigate(
	group: GroupConfig,
	failure: UpstreamError | string,
	groups: OpenGroups,
	env: Env,
): Promise<Facts> {
	const { platform } = process;
	const { name, server } = group;
	const isProgram = server.type === "stdio";
	const detail = typeof failure === "string" ? failure : failure.detail;
	const phase = typeof failure === "string" ? "config" : failure.phase;
	const lastWords = typeof failure === "string" ? [] : failure.lastWords;
	const stderr = lastWords.length > 0 ? lastWords : groups.stderrOf(name);
	const isMissing = phase === "spawn" && isProgram && !/[\\/]/.test(server.command);
	return {
		group: name,
		platform,
		configPath: groups.config.path,
		configOption: groups.configOption,
		command: isProgram ? groups.redact(server.command) : undefined,
		args: isProgram ? server.args.map(groups.redact) : [],
		url: isProgram ? undefined : groups.redact(withoutSecrets(server.url)),
		transport: server.type,
		hasHeaders: !isProgram && Object.keys(server.headers).length > 0,
		phase,
		detail,
		stderr: stderr.map((line) => Bun.stripANSI(line)),
		noise: groups.noiseOf(name),
		nearCommands: isMissing ? await commandsLike(server.command, env, platform) : [],
		nearVariables: unsetVariables(group).flatMap((variable) => nearest(variable, setIn(env), 1)),
		isPathShort: isShortPath(env["PATH"], env["HOME"]),
		nodeVersion: isProgram && phase !== "spawn" ? await nodeVersion() : undefined,
		connectTimeoutMs: server.timeoutMs.connect,
	};
}

/** With names in them of variables that are not set; of those that are, the values. */
function unsetVariables({ written }: GroupConfig): string[] {
	return [...new Set(expandText(JSON.stringify(written), process.env).unset)];
}

const setIn = (env: Env) => Object.keys(env).filter((name) => env[name] !== undefined && env[name] !== "");

async function commandsLike(command: string, env: Env, platform: NodeJS.Platform): Promise<string[]> {
	// Nobody is told of a folder of the PATH that is not there: there is nothing in it.
	const folders = splitPath(env["PATH"] ?? env["Path"] ?? "", platform).map((folder) =>
		readdir(folder).catch(() => []),
	);
	const names = new Set((await Promise.all(folders)).flat().map((name) => name.replace(/\.(?:exe|cmd|bat)$/i, "")));
	const isAlike = (name: string) => Math.abs(name.length - command.length) <= 2 && name !== command;
	return nearest(command, [...names].filter(isAlike).sort(), 2);
}

const versionWithinMs = 3000;

async function nodeVersion(): Promise<string | undefined> {
	const path = Bun.which("node");
	if (path === null) return undefined;
	try {
		const child = Bun.spawn([path, "--version"], { stdin: "ignore", stderr: "ignore", timeout: versionWithinMs });
		return /^v\d[\w.-]*/.exec(await child.stdout.text())?.[0];
	} catch {
		// What cannot be run has no version; the server's own failure is what gets told.
		return undefined;
	}
}
