/** Finds and reads the config file. Loads nothing else, so that it can be read while the rest is being loaded. */
import { UserError } from "../base/errors.ts";
import type { Env } from "./expand.ts";

export interface ConfigPath {
	/** Absolute. */
	path: string;
	source: "argument" | "DYNAMIC_MCP_CONFIG" | "default";
}

/** What a first config may look like. */
export const exampleConfig = `{
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
export function configPath(argument: string | undefined, env: Env, home: string): ConfigPath {
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

/** The file's text. Throws a `UserError` that says what is in the way. */
export async function readConfigFile(path: string): Promise<string> {
	try {
		// Not node:fs, which takes longer to load than the file.
		return decode(await Bun.file(path).bytes());
	} catch (error) {
		throw unreadable(path, error);
	}
}

/** `~/x` as a shell understands it; programs themselves do not. */
export function expandHome(path: string, home: string): string {
	return path === "~" || /^~[\\/]/.test(path) ? home + path.slice(1) : path;
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
				hint: `Create it, for example:\n${exampleConfig}`,
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
