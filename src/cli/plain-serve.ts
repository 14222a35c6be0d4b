/** Tells the everyday start from everything that needs the command line's parser. */
import type { LogLevel } from "../observe/log.ts";

export interface PlainServe {
	/** The config file as given on the command line. */
	readonly config: string | undefined;
	readonly logLevel: LogLevel;
}

/**
 * The options when the arguments are nothing but `[serve] [config]` and no log level is set; else undefined.
 * A bare word without `.` or `/` is left to the parser: it may be a command.
 */
export function plainServe(
	args: readonly string[],
	env: Readonly<Record<string, string | undefined>>,
): PlainServe | undefined {
	const [config, ...others] = args[0] === "serve" ? args.slice(1) : args;
	if (others.length > 0 || env["DYNAMIC_MCP_LOG"]) return undefined;
	if (config !== undefined && (config.startsWith("-") || !/[./\\]/.test(config))) return undefined;
	return { config, logLevel: "warn" };
}
