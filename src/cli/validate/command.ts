/** `dynamic-mcp validate`: says everything that is wrong with a config, and where. */
import { defineCommand } from "citty";

export const validate = defineCommand({
	meta: {
		name: "validate",
		description:
			"Show every problem of the config, with its place. Exit code 1 when there are errors. Example: dynamic-mcp validate ./servers.json",
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
		const work = await import("./validate.ts");
		process.exitCode = await work.validate(args.config, args.json === true);
	},
});
