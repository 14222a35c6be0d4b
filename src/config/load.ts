/** Finds, reads and checks the config file. Nothing can be answered before it is known, so it has to be quick. */
import { UserError } from "../base/errors.ts";
import { expandHome, type GroupConfig, parseGroup, type Surroundings } from "./group.ts";
import { parseJsonText } from "./json-text.ts";
import { serversIn } from "./top-level.ts";

export type { GroupConfig } from "./group.ts";

export interface Config {
	path: string;
	/** In the order of the file. */
	groups: GroupConfig[];
	/** One line each; what was ignored and which servers cannot be used. */
	warnings: string[];
	/** Values to redact wherever something is logged, the longest first. Found when asked for: most runs log nothing. */
	secrets: () => string[];
}

export interface ConfigPath {
	/** Absolute. */
	path: string;
	source: "argument" | "DYNAMIC_MCP_CONFIG" | "default";
}

const example = `{
  "mcpServers": {
    "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] },
    "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "\${HOME}"] }
  }
}`;

/**
 * The argument, else `DYNAMIC_MCP_CONFIG`, else `~/.dynamic-mcp/dynamic-mcp.json`; empty ones do not count.
 *
 * Never looks into the working directory by itself: a cloned repository must not start programs.
 */
export function configPath(argument: string | undefined, env: Surroundings["env"], home: string): ConfigPath {
	const absolute = (path: string) => makeAbsolute(expandHome(path, home));
	if (argument) return { path: absolute(argument), source: "argument" };
	const fromEnv = env["DYNAMIC_MCP_CONFIG"];
	if (fromEnv) return { path: absolute(fromEnv), source: "DYNAMIC_MCP_CONFIG" };
	return { path: makeAbsolute(`${home}/.dynamic-mcp/dynamic-mcp.json`), source: "default" };
}

/** Clients write absolute paths into their configs, which spares the start the loading of `node:path`. */
function makeAbsolute(path: string): string {
	const isPlain = path.startsWith("/") && !/\/\.{0,2}(\/|$)/.test(path);
	return isPlain ? path : (require("node:path") as typeof import("node:path")).resolve(path);
}

/** Reads the file and parses it. Throws a `UserError` that says what is in the way. */
export async function loadConfig(path: string, env: Surroundings["env"], home: string): Promise<Config> {
	let bytes: Uint8Array;
	try {
		// Not node:fs, which takes longer to load than the file.
		bytes = await Bun.file(path).bytes();
	} catch (error) {
		throw unreadable(path, error);
	}
	return parseConfig(decode(bytes), { path, env, home });
}

/** Throws one `UserError` that lists every problem, a line each. No line shows a value that may be a secret. */
export function parseConfig(text: string, { path, env, home }: Surroundings & { path: string }): Config {
	const source = text.replace(/^\uFEFF/, "");
	if (source.trim() === "") throw new UserError(`${path} is empty`, { hint: `Fill it in, for example:\n${example}` });
	const json = parseJsonText(source);
	if ("problems" in json) throw invalid(path, json.problems);

	const { servers, settings, problems, warnings } = serversIn(json.value);
	const groups: GroupConfig[] = [];
	const secrets: (() => string[])[] = [];
	for (const [name, raw] of servers) {
		const parsed = parseGroup(name, raw, { env, home, path, settings });
		warnings.push(...parsed.warnings);
		if ("problems" in parsed) {
			problems.push(...parsed.problems);
			continue;
		}
		groups.push(parsed.group);
		secrets.push(parsed.secrets);
	}
	if (problems.length > 0) throw invalid(path, problems);
	return { path, groups, warnings, secrets: () => longestFirst(secrets.flatMap((find) => find())) };
}

function longestFirst(secrets: readonly string[]): string[] {
	return [...new Set(secrets)].sort((a, b) => b.length - a.length);
}

function invalid(path: string, problems: readonly string[]): UserError {
	const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new UserError(`${path} has ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
}

/** Windows' own tools write UTF-16 with a byte order mark; anything else is taken as UTF-8. */
function decode(bytes: Uint8Array): string {
	const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
	return new TextDecoder(utf16 ? "utf-16le" : "utf-8").decode(bytes);
}

function unreadable(path: string, cause: unknown): UserError {
	const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
	switch (code) {
		case "ENOENT":
		case "ENOTDIR":
			return new UserError(`there is no config file at ${path}`, {
				cause,
				hint: `Create it, for example:\n${example}`,
			});
		case "EISDIR":
			return new UserError(`${path} is a folder, not a config file`, { cause, hint: "Name the file in it." });
		case "EACCES":
		case "EPERM":
			return new UserError(`no permission to read ${path}`, { cause, hint: "Make the file readable for you." });
		default:
			return new UserError(`cannot read ${path}: ${code}`, { cause });
	}
}
