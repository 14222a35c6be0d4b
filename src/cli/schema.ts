/** `dynamic-mcp schema`: the config's JSON Schema, for editors. */
import { defineCommand } from "citty";

import { configJsonSchema } from "../config/json-schema.ts";
import { printJson } from "./output/print.ts";

export const schema = defineCommand({
	meta: { name: "schema", description: "Print the JSON Schema of the config file" },
	async run() {
		await printJson(await configJsonSchema());
	},
});
