/** `dynamic-mcp doctor`: starts every server, and explains what fails and how to mend it. */
import { defineCommand } from "citty";

import { openConfigFile } from "../config-file.ts";

export const doctor = defineCommand({
	meta: {
		name: "doctor",
		description:
			"Start every server, and explain what fails and how to mend it. Exit code 1 when one fails. Example: dynamic-mcp doctor",
	},
	args: {
		config: {
			type: "positional",
			required: false,
			description: "The config file. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
		},
		json: { type: "boolean", description: "For programs: one JSON document" },
	},
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const work = await import("./doctor.ts");
		process.exitCode = await work.doctor(file, args.json === true);
	},
});
