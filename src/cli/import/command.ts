/** `dynamic-mcp import`: takes over the servers of other clients' configs. */
import { defineCommand } from "citty";

export const importCommand = defineCommand({
	meta: {
		name: "import",
		description: "Take over the servers of other clients' configs, as in `dynamic-mcp import cursor`",
	},
	args: {
		client: {
			type: "positional",
			required: false,
			description: "The client to import from, such as claude, cursor, vscode or codex. Default: all that are found",
		},
		global: { type: "boolean", alias: "g", description: "Only from the client's files in your home folder" },
		project: { type: "boolean", description: "Only from the client's files in the folder you are in" },
		output: {
			type: "string",
			alias: "o",
			valueHint: "file",
			description: "The config to write. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
		},
		force: {
			type: "boolean",
			alias: "f",
			description: "Overwrite the config, and keep a copy of it. Default: what is in it stays",
		},
		yes: { type: "boolean", alias: "y", description: "Ask nothing, and import everything that is shown" },
		"dry-run": { type: "boolean", description: "Only show what would be imported" },
	},
	async run({ args }) {
		const { runImportCommand } = await import("./run-command.ts");
		process.exitCode = await runImportCommand({
			client: args.client,
			isGlobal: args.global === true,
			isProject: args.project === true,
			output: args.output,
			isForced: args.force === true,
			isUnattended: args.yes === true,
			isDryRun: args["dry-run"] === true,
		});
	},
});
