/** LM Studio: https://lmstudio.ai/docs/developer/core/mcp */
import { defineClient } from "./reading/family.ts";
import { globalFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const lmstudio = defineClient({
	id: "lmstudio",
	title: "LM Studio",
	aliases: ["lm-studio"],
	places: ({ home }) => [
		globalFile(home(".lmstudio", "mcp.json")),
		globalFile(home(".cache", "lm-studio", "mcp.json"), { note: "older", isReadOnly: true }),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none },
});
