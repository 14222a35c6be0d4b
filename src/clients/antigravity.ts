/** Google's Antigravity, as a program with a window and as the command `agy`. */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

const file = "mcp_config.json";

export const antigravity = defineClient({
	id: "antigravity",
	title: "Antigravity",
	aliases: ["agy"],
	places: ({ home, project }) => [
		globalFile(home(".gemini", "config", file)),
		globalFile(home(".gemini", "antigravity", file), { note: "before 2026", isReadOnly: true }),
		globalFile(home(".gemini", "antigravity-cli", file), { note: "of the command, before 2026", isReadOnly: true }),
		projectFile(project(".agents", file)),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none },
});
