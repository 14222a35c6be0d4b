/** `dynamic-mcp status`: what there is, how it is, and what it costs. */
import { defineCommand } from "citty";

import { configArguments, namedConfigAndNoGroup } from "../config-argument.ts";
import { openConfigFile } from "../config-file.ts";
import { jsonOption } from "../inspect/options.ts";

export const status = defineCommand({
	meta: { name: "status", description: "Show each server's state, version, tools, and tokens; starts nothing" },
	args: {
		...configArguments,
		start: {
			type: "boolean",
			description: "Start the servers, to see how long each takes and what fails; exit code 1 when one does",
		},
		json: jsonOption,
	},
	async run({ args }) {
		const file = openConfigFile(namedConfigAndNoGroup(args), process.env);
		const work = await import("./status.ts");
		process.exitCode = await work.status(file, { isJson: args.json === true, isStarting: args.start === true });
	},
});
