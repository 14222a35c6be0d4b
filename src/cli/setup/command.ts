/** `dynamic-mcp setup`: takes over the servers of all clients, and puts this program into the clients' configs. */
import { defineCommand } from "citty";

export const setup = defineCommand({
	meta: {
		name: "setup",
		description: "Take over your clients' servers, and connect the clients: `import` and `connect` in one",
	},
	args: {
		output: {
			type: "string",
			alias: "o",
			valueHint: "file",
			description: "The config to write. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
		},
		yes: { type: "boolean", alias: "y", description: "Ask nothing: import everything, and connect all clients" },
		"dry-run": { type: "boolean", description: "Only show what would be done" },
	},
	async run({ args }) {
		const { runSetup } = await import("./run-setup.ts");
		process.exitCode = await runSetup({
			output: args.output,
			isUnattended: args.yes === true,
			isDryRun: args["dry-run"] === true,
		});
	},
});
