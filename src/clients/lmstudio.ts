/** LM Studio: https://lmstudio.ai/docs/developer/core/mcp */
import { defineClient } from "./family.ts";
import { globalFile } from "./folders.ts";
import { syntaxes } from "./variables.ts";

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
