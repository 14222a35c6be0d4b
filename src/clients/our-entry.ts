/** How this program is written into each client's config, and what to say afterwards. Pure. */
import { isObject } from "../base/objects.ts";
import { isOurselves, isWrapped } from "./reading/ourselves.ts";
import type { OurProgram, Place, Scope } from "./types.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Under which it stands. Short, and without `_`, which some clients split tools' names at. */
export const ourName = "dynamic-mcp";

/** Its own limit for a call, in seconds, where the client's is 60 unless the entry says more. */
const patienceSeconds = 300;

/**
 * The whole entry. Variables are named where the client passes on no others and has a way to name them without their values.
 * `keys` are those that it is to stand below, by which the second version of OpenCode is known.
 */
export function ourEntry(client: string, program: OurProgram, keys: readonly string[]): Entry {
	const { command, variables = [] } = program;
	const args = program.args.length === 0 ? {} : { args: program.args };
	const env = (reference: (name: string) => string) =>
		variables.length === 0 ? {} : { env: Object.fromEntries(variables.map((name) => [name, reference(name)])) };
	switch (client) {
		case "claude":
			// It puts off the tools of other servers until they are searched for.
			return { type: "stdio", command, ...args, alwaysLoad: true };
		case "cursor":
		case "vscode":
		case "visualstudio":
			return { type: "stdio", command, ...args };
		case "copilot":
			return {
				type: "local",
				command,
				args: program.args,
				...env((name) => `\${${name}}`),
				tools: ["*"],
				deferTools: "never",
			};
		case "codex": {
			const named = variables.length === 0 ? {} : { env_vars: variables };
			return { command, ...args, ...named, tool_timeout_sec: patienceSeconds };
		}
		case "gemini":
			return { command, ...args, ...env((name) => `$${name}`) };
		case "cline":
		case "crush":
			return { type: "stdio", command, ...args, timeout: patienceSeconds };
		case "zed":
			return { command, args: program.args, timeout: patienceSeconds };
		case "opencode":
		case "kilocode":
			if (keys.at(-1) === "servers") return { type: "local", command: [command, ...program.args], codemode: false };
			// Before it had OpenCode's format it had Cline's.
			if (keys.at(-1) === "mcpServers") return { type: "stdio", command, ...args };
			return { type: "local", command: [command, ...program.args], enabled: true };
		case "goose":
			return {
				type: "stdio",
				name: ourName,
				enabled: true,
				cmd: command,
				args: program.args,
				timeout: patienceSeconds,
			};
		case "continue":
			return { type: "stdio", command, ...args };
		default:
			return { command, ...args };
	}
}

/** Where a client reads every file of a folder: the one that is ours alone. */
export function ownPlace(client: string, place: Place): Place | undefined {
	if (client !== "continue" || !place.path.endsWith("*.yaml")) return undefined;
	const { isPattern: _, isReadOnly: __, ...rest } = place;
	return { ...rest, path: place.path.replace("*", ourName) };
}

/** What such a file begins with. */
export const ownFileStart = `name: ${ourName}\nversion: 0.0.1\nschema: v1\n`;

/** What an entry starts; undefined for one that starts nothing. */
export function programIn(entry: unknown): OurProgram | undefined {
	if (!isObject(entry)) return undefined;
	const words = [entry["command"] ?? entry["cmd"], entry["args"] ?? []].flat();
	if (!words.every((word): word is string => typeof word === "string")) return undefined;
	const [command, ...args] = words;
	return command === undefined ? undefined : { command, args };
}

export function isOurs(entry: unknown): boolean {
	const program = programIn(entry);
	return program !== undefined && isOurselves(program.command, program.args);
}

/** The names of the entries that start us, in what a client has below its keys: an object, or a list of objects with names. */
export function ourNamesIn(servers: unknown): string[] {
	if (Array.isArray(servers)) {
		return servers.flatMap((each) =>
			isObject(each) && typeof each["name"] === "string" && isOurs(each) ? each["name"] : [],
		);
	}
	return isObject(servers) ? Object.keys(servers).filter((name) => isOurs(servers[name])) : [];
}

/**
 * Whether an entry that is there starts what the fresh one starts, and is given all the variables that this one names. One
 * that starts us through another program is the person's own: what that program is for would be lost.
 */
export function isCurrent(existing: unknown, fresh: Entry): boolean {
	const program = programIn(existing);
	if (program !== undefined && isWrapped(program)) return true;
	if (!isObject(existing) || !Bun.deepEquals(program, programIn(fresh))) return false;
	return missingIn(existing, namesIn(fresh)).length === 0;
}

/** An entry that is there, starting what the fresh one starts: what the person has added to it stays. */
export function renewed(existing: unknown, fresh: Entry): Entry {
	if (!isObject(existing) || !isOurs(existing)) return fresh;
	const { command: _, cmd: __, args: ___, ...own } = existing;
	const { env, env_vars: names } = fresh;
	return {
		...fresh,
		...own,
		...(isObject(env) ? { env: { ...env, ...(isObject(own["env"]) ? own["env"] : {}) } } : {}),
		...(Array.isArray(names) ? { env_vars: [...listIn(own["env_vars"]), ...missingIn(own, names)] } : {}),
	};
}

/** Of the variables that an entry passes on. */
function namesIn({ env, env_vars: names }: Entry): unknown[] {
	const listed = listIn(names).map((each) => (isObject(each) ? each["name"] : each));
	return [...listed, ...(isObject(env) ? Object.keys(env) : [])];
}

function missingIn(entry: Entry, names: readonly unknown[]): unknown[] {
	const given = namesIn(entry);
	return names.filter((name) => !given.includes(name));
}

function listIn(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

/** What the person has to do next, as sentences. */
export function afterwards(client: string, title: string, scope: Scope): string {
	const approval = scope === "project" ? (approvals.get(client) ?? "") : "";
	return [restarts.get(client) ?? `Restart ${title}, or reload its servers.`, approval]
		.filter((text) => text !== "")
		.join(" ");
}

const restarts = new Map([
	["claude", "Start a new session of Claude Code, or reconnect in one with /mcp."],
	["claude-desktop", "Quit Claude Desktop, not only its window, and start it again."],
	["vscode", 'Start it in VS Code: "MCP: List Servers" in the command palette, then dynamic-mcp.'],
	["visualstudio", "Restart Visual Studio, and tick the two tools in the chat's list of tools."],
	["codex", `Start a new session of Codex. ${passesOn("env_vars")}`],
	["gemini", `Start a new session of Gemini CLI. ${passesOn("env")}`],
	["copilot", `Start a new session of Copilot CLI. ${passesOn("env")}`],
]);

function passesOn(field: string): string {
	return `Variables reach it by ${field} in the entry: connect again when your config needs others.`;
}

const approvals = new Map([
	["amp", "Amp asks you to approve it: amp mcp approve dynamic-mcp."],
	["claude", "It asks you to approve the project's servers."],
	["codex", "The project has to be trusted."],
	["gemini", "The folder has to be trusted."],
	["trae", "Switch on Enable Project MCP in its settings."],
]);
