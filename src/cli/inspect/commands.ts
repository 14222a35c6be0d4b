/** `tools`, `call`, `resources`, `read`, `prompts` and `prompt`: servers of the config, looked at from a terminal. */
import { defineCommand } from "citty";

import { openConfigFile } from "../config-file.ts";
import { configOption, jsonOption, outputOf, outputOption } from "./options.ts";

const oneGroup = { type: "positional", required: false, valueHint: "group" } as const;
const group = { type: "positional", required: true, valueHint: "group", description: "The group" } as const;

export const tools = defineCommand({
	meta: { name: "tools", description: "Show the servers' tools, or those that a query finds" },
	args: {
		group: { ...oneGroup, description: "Only this group's tools, with all that they say of themselves" },
		query: { type: "string", valueHint: "text", description: "Only tools that these words find, the best first" },
		json: jsonOption,
		config: configOption,
	},
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { showTools } = await import("./show-tools.ts");
		process.exitCode = await showTools({ file, group: args.group, query: args.query, isJson: args.json === true });
	},
});

export const call = defineCommand({
	meta: { name: "call", description: "Call a tool of a server" },
	args: {
		group,
		tool: { type: "positional", required: true, valueHint: "tool", description: "The tool's name" },
		arguments: {
			type: "positional",
			required: false,
			valueHint: "key=value",
			description: "Its arguments, any number, typed as the tool wants them; `key:=json` for JSON as it is",
		},
		args: {
			type: "string",
			valueHint: "json|@file|-",
			description: "The arguments as a JSON object; `@file` reads it from a file, `-` from stdin",
		},
		timeout: {
			type: "string",
			valueHint: "duration",
			description: 'How long to wait for a sign of life, as in "90s" or "5min". Default: the config\'s timeout.tools',
		},
		output: outputOption,
		json: { type: "boolean", description: "Print the result as the JSON that the server sent" },
		config: configOption,
	},
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { callTool } = await import("./call-tool.ts");
		process.exitCode = await callTool({
			file,
			group: args.group,
			tool: args.tool,
			words: args._.slice(2),
			json: args.args,
			timeout: args.timeout,
			output: outputOf(args),
			isJson: args.json === true,
		});
	},
});

export const resources = defineCommand({
	meta: { name: "resources", description: "Show the servers' resources and templates" },
	args: { group: { ...oneGroup, description: "Only this group's" }, json: jsonOption, config: configOption },
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { showResources } = await import("./show-resources.ts");
		process.exitCode = await showResources({ file, group: args.group, isJson: args.json === true });
	},
});

export const read = defineCommand({
	meta: { name: "read", description: "Read a resource of a server" },
	args: {
		group: { ...group, description: "The group; left out, the one that has the resource" },
		uri: { type: "positional", required: false, valueHint: "uri", description: "The resource's URI" },
		output: outputOption,
		json: { type: "boolean", description: "Print the result as the JSON that the server sent" },
		config: configOption,
	},
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { readResource } = await import("./read-resource.ts");
		const [group, uri] = args.uri === undefined ? [undefined, args.group] : [args.group, args.uri];
		process.exitCode = await readResource({ file, group, uri, output: outputOf(args), isJson: args.json === true });
	},
});

export const prompts = defineCommand({
	meta: { name: "prompts", description: "Show the servers' prompts" },
	args: { group: { ...oneGroup, description: "Only this group's" }, json: jsonOption, config: configOption },
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { showPrompts } = await import("./show-prompts.ts");
		process.exitCode = await showPrompts({ file, group: args.group, isJson: args.json === true });
	},
});

export const prompt = defineCommand({
	meta: { name: "prompt", description: "Get a prompt of a server" },
	args: {
		group,
		name: { type: "positional", required: true, valueHint: "prompt", description: "The prompt's name" },
		arguments: {
			type: "positional",
			required: false,
			valueHint: "key=value",
			description: "Its arguments, any number",
		},
		output: outputOption,
		json: { type: "boolean", description: "Print the result as the JSON that the server sent" },
		config: configOption,
	},
	async run({ args }) {
		const file = openConfigFile(args.config, process.env);
		const { getPrompt } = await import("./get-prompt.ts");
		const { group, name } = args;
		const output = outputOf(args);
		const words = args._.slice(2);
		process.exitCode = await getPrompt({ file, group, name, words, output, isJson: args.json === true });
	},
});
