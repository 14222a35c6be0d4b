/** `dynamic-mcp savings`: what clients were given to read, and what they would have read without us. */
import { defineCommand } from "citty";

import { configOption, jsonOption } from "../inspect/options.ts";

export const savings = defineCommand({
	meta: { name: "savings", description: "Show how many tokens were saved, or lost, in all sessions so far" },
	args: {
		since: {
			type: "string",
			valueHint: "30d|date",
			description: "Only sessions of the last days, weeks or hours (30d, 2w, 12h), or since a date. Default: all",
		},
		html: {
			type: "string",
			valueHint: "file",
			description: "Write a report with charts into this file, for a browser",
		},
		config: { ...configOption, description: `${configOption.description}. Makes the estimate more exact` },
		json: jsonOption,
	},
	async run({ args }) {
		const work = await import("./savings.ts");
		await work.savings({
			config: args.config,
			since: args.since,
			html: args.html,
			isJson: args.json === true,
		});
	},
});
