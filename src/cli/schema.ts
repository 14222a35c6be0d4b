/** `dynamic-mcp schema`: the config's JSON Schema, for editors. */
import { defineCommand } from "citty";

import { configJsonSchema } from "../config/json-schema.ts";

export const schema = defineCommand({
	meta: { name: "schema", description: "Print the JSON Schema of the config file" },
	async run() {
		await Bun.write(Bun.stdout, `${JSON.stringify(await configJsonSchema(), undefined, 2)}\n`);
	},
});
