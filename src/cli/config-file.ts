/** The config file of this run: where it is, and its text, which is being read from now on. */
import { configPath, readConfigFile } from "../config/file.ts";

export interface ConfigFile {
	/** Absolute. */
	readonly path: string;
	/** The user's home folder. Absolute. */
	readonly home: string;
	/** Rejects with `UserError`, to whoever waits for it. */
	readonly text: Promise<string>;
}

/** `argument` is what was given on the command line. Called before the rest of the program is loaded, which takes as long. */
export function openConfigFile(argument: string | undefined, env: NodeJS.ProcessEnv): ConfigFile {
	const home = homeDirectory(env);
	const { path } = configPath(argument, env, home);
	const text = readConfigFile(path);
	// Not unhandled: it is waited for a moment later.
	text.catch(() => {});
	return { path, home, text };
}

/** `node:os` answers the same, but takes a moment to load, and is needed only where neither variable is set. */
export function homeDirectory({ HOME, USERPROFILE }: NodeJS.ProcessEnv): string {
	return HOME || USERPROFILE || (require("node:os") as typeof import("node:os")).homedir();
}
