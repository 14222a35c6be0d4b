/** `dynamic-mcp validate`: says everything that is wrong with a config, and where. */
import { defineCommand } from "citty";

import { configArguments, namedConfig } from "../config-argument.ts";
import { jsonOption } from "../inspect/options.ts";

export const validate = defineCommand({
	meta: { name: "validate", description: "Show every problem of the config, with its place" },
	args: { ...configArguments, json: jsonOption },
	async run({ args }) {
		const work = await import("./validate.ts");
		process.exitCode = await work.validate(namedConfig(args), args.json === true);
	},
});
