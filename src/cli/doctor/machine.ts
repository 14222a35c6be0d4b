/** Looks at what the servers have in common on this machine: the config file, the folders, the environment. */
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../base/clock.ts";
import { UserError } from "../../base/errors.ts";
import { shellWord } from "../../base/text.ts";
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { filledIn } from "../../clients/filled-in.ts";
import type { Config } from "../../config/load.ts";
import type { Check } from "./facts.ts";

export interface Machine {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly home: string;
	readonly config: Config;
	/** As in ` --config servers.json`, where commands need it to find this config; else empty. */
	readonly configOption: string;
	/** Of the config file. */
	readonly text: string;
}

export async function checkMachine(machine: Machine): Promise<Check[]> {
	const checks = [
		checkConfig(machine),
		checkMode(machine),
		checkCache(machine),
		checkStore(machine),
		checkConnections(machine),
	];
	return [...(await Promise.all(checks)), checkVariables(machine)].flatMap((check) => check ?? []);
}

async function checkConfig({ config: { warnings }, configOption }: Machine): Promise<Check> {
	if (warnings.length === 0) return { check: "config", ok: true, message: "the config has nothing to complain of" };
	const count = warnings.length === 1 ? "a warning" : `${warnings.length} warnings`;
	return {
		check: "config",
		ok: false,
		message: `the config has ${count}`,
		fix: `dynamic-mcp validate${configOption} shows them.`,
	};
}

/** Windows has no such modes: there a file in one's own folder is one's own. */
async function checkMode({ config, text }: Machine): Promise<Check | undefined> {
	if (process.platform === "win32") return undefined;
	const hasSecrets = config.secrets().some((secret) => text.includes(secret));
	const { mode } = await stat(config.path);
	if (!hasSecrets || (mode & 0o077) === 0) {
		const message = hasSecrets
			? "the config has secrets in it, and you alone can read it"
			: "the config has no secrets in it";
		return { check: "config-mode", ok: true, message };
	}
	return {
		check: "config-mode",
		ok: false,
		message: "the config has secrets in it, and others on this machine can read it",
		fix: `chmod 600 ${shellWord(config.path)}`,
	};
}

async function checkCache({ env, home }: Machine): Promise<Check> {
	const folder = cacheDirectory(process.platform, env, home);
	const probe = join(folder, `probe-${process.pid}`);
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await writeFile(probe, "", { mode: 0o600 });
		await rm(probe);
		return { check: "cache", ok: true, message: `what servers offer can be kept in ${folder}` };
	} catch (error) {
		const found = error instanceof Error && "code" in error ? String(error.code) : String(error);
		return {
			check: "cache",
			ok: false,
			message: `what servers offer cannot be kept in ${folder} (${found})`,
			fix: "Make the folder yours, or name another one by DYNAMIC_MCP_CACHE_DIR.",
		};
	}
}

/** Only where there is something to sign in to: a keychain may ask its owner. */
async function checkStore({ home, config }: Machine): Promise<Check | undefined> {
	if (config.groups.every(({ server }) => server.type === "stdio" || !server.enabled)) return undefined;
	const { openTokenStore } = await import("../../auth/token-store.ts");
	const problems: string[] = [];
	const onProblem = (problem: string) => void problems.push(problem);
	try {
		const kept = await openTokenStore({ kind: config.tokenStore, home, clock: systemClock, onProblem }).list();
		const count =
			kept.length === 0 ? "no sign-in is" : kept.length === 1 ? "a sign-in is" : `${kept.length} sign-ins are`;
		if (problems.length === 0) return { check: "sign-ins", ok: true, message: `${count} kept, and can be read` };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		problems.push(error.message);
	}
	const fix = 'Unlock the keychain, or set "settings": { "tokenStore": "file" }.';
	return { check: "sign-ins", ok: false, message: problems.join("; "), fix };
}

/** Of the folder that the command is run in, too: a project may have its own. */
async function checkConnections({ env, home }: Machine): Promise<Check | undefined> {
	const { platform } = process;
	if (platform !== "darwin" && platform !== "linux" && platform !== "win32") return undefined;
	const { checkClients } = await import("./connected-clients.ts");
	return checkClients({ platform, env, home, project: process.cwd() });
}

/** It works here and not in a client: the most frequent surprise, so it is told even where all is well. */
function checkVariables({ env, config }: Machine): Check | undefined {
	const fromHere = filledIn(config.groups.map(({ written }) => written)).filter((name) => env[name] !== undefined);
	if (fromHere.length === 0) return undefined;
	const they = fromHere.length === 1 ? "is set in this terminal" : "are set in this terminal";
	return {
		check: "variables",
		ok: true,
		message: `${fromHere.join(", ")} ${they}; clients started from the desktop, and Claude Desktop, need it in the "env" of their entry for dynamic-mcp; for Codex, Copilot CLI and Gemini CLI, dynamic-mcp connect names it there`,
	};
}
