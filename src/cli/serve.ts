/** `dynamic-mcp [serve] [config]`: the proxy on stdio. */
import { defineCommand } from "citty";

import { UserError } from "../base/errors.ts";
import { isLogLevel, type LogLevel, logLevels } from "../observe/log.ts";
import { openConfigFile } from "./config-file.ts";
import { runProxy } from "./run-proxy.ts";

export const serve = defineCommand({
	meta: { name: "serve", description: "Serve MCP on stdin and stdout, in front of the servers in the config" },
	args: {
		config: {
			type: "positional",
			required: false,
			valueHint: "file",
			description: "The config file. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
		},
		"log-level": {
			type: "string",
			valueHint: logLevels.join("|"),
			description: "What is logged on stderr. Default: $DYNAMIC_MCP_LOG, else warn",
		},
		"no-browser": {
			type: "boolean",
			description:
				"Open no browser when a server wants a sign-in: only the address is told. So does DYNAMIC_MCP_NO_BROWSER=1",
		},
	},
	async run({ args, rawArgs }) {
		const logLevel = readLogLevel(args["log-level"]);
		const file = openConfigFile(args.config, process.env);
		process.exitCode = await runProxy({ file, logLevel, isBrowserForbidden: rawArgs.includes("--no-browser") });
	},
});

/** The flag, else `DYNAMIC_MCP_LOG`, else `warn`. */
export function readLogLevel(flag: string | undefined): LogLevel {
	const [name, value] =
		flag === undefined ? ["DYNAMIC_MCP_LOG", process.env["DYNAMIC_MCP_LOG"]] : ["--log-level", flag];
	if (!value && flag === undefined) return "warn";
	if (isLogLevel(value)) return value;
	throw new UserError(`${name}: there is no log level "${value}"`, { hint: `Use one of ${logLevels.join(", ")}.` });
}
