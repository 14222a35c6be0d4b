/** `dynamic-mcp connect` and `dynamic-mcp disconnect`: puts this program into a client's own config, and takes it out again. */
import { defineCommand } from "citty";

const common = {
	client: {
		type: "positional",
		required: true,
		description: "The client, such as claude, cursor, vscode or codex",
	},
	yes: { type: "boolean", alias: "y", description: "Ask nothing" },
	"dry-run": { type: "boolean", description: "Only show what would change" },
} as const;

export const connect = defineCommand({
	meta: {
		name: "connect",
		description: "Write dynamic-mcp into a client's own config, as in `dynamic-mcp connect cursor`",
	},
	args: {
		...common,
		global: { type: "boolean", alias: "g", description: "In the client's file for all projects. This is the default" },
		project: { type: "boolean", description: "In its file for the folder you are in" },
		replace: { type: "boolean", description: "Take out the servers there that dynamic-mcp has as well" },
		config: {
			type: "string",
			valueHint: "file",
			description: "The config to serve there. Default: $DYNAMIC_MCP_CONFIG, else ~/.dynamic-mcp/dynamic-mcp.json",
		},
	},
	async run({ args }) {
		const { runConnect } = await import("./run-connect.ts");
		process.exitCode = await runConnect({
			client: args.client,
			isGlobal: args.global === true,
			isProject: args.project === true,
			isReplacing: args.replace === true,
			config: args.config,
			isUnattended: args.yes === true,
			isDryRun: args["dry-run"] === true,
		});
	},
});

export const disconnect = defineCommand({
	meta: {
		name: "disconnect",
		description: "Take dynamic-mcp out of a client's config, which becomes what it was before",
	},
	args: {
		...common,
		global: {
			type: "boolean",
			alias: "g",
			description: "Only in the client's files for all projects. Default: in all of them",
		},
		project: { type: "boolean", description: "Only in its files for the folder you are in" },
	},
	async run({ args }) {
		const { runDisconnect } = await import("./run-disconnect.ts");
		process.exitCode = await runDisconnect({
			client: args.client,
			isGlobal: args.global === true,
			isProject: args.project === true,
			isUnattended: args.yes === true,
			isDryRun: args["dry-run"] === true,
		});
	},
});
