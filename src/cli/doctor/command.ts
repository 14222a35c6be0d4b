/** `dynamic-mcp doctor`: starts every server, and explains what fails and how to mend it. */
import { defineCommand } from "citty";

import { configArguments, namedConfigAndNoGroup } from "../config-argument.ts";
import { openConfigFile } from "../config-file.ts";
import { jsonOption } from "../inspect/options.ts";

export const doctor = defineCommand({
	meta: { name: "doctor", description: "Start every server, and explain what fails and how to mend it" },
	args: { ...configArguments, json: jsonOption },
	async run({ args }) {
		const file = openConfigFile(namedConfigAndNoGroup(args), process.env);
		const work = await import("./doctor.ts");
		process.exitCode = await work.doctor(file, args.json === true);
	},
});
