/** `dynamic-mcp demo`: shows what the program does, with two sample servers and without any configuration. */
import { defineCommand } from "citty";

import { UserError } from "../../base/errors.ts";
import { createCalendarTools } from "./calendar.ts";
import { createNotesTools } from "./notes.ts";
import { serveSample } from "./sample-server.ts";
import { showDemo } from "./show.ts";

const samples = new Map([
	["notes", createNotesTools],
	["calendar", createCalendarTools],
]);

export const demo = defineCommand({
	meta: { name: "demo", description: "Show what dynamic-mcp does, with two sample servers" },
	args: {
		sample: {
			type: "string",
			valueHint: [...samples.keys()].join("|"),
			description: "Be one of the sample servers, on stdin and stdout",
		},
	},
	async run({ args }) {
		if (args.sample === undefined) return showDemo();
		const createTools = samples.get(args.sample);
		if (createTools === undefined) throw new UserError(`there is no sample server "${args.sample}"`);
		return serveSample(args.sample, createTools());
	},
});
