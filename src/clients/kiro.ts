/** Kiro, an editor and a command: https://kiro.dev/docs/mcp/configuration */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const kiro = defineClient({
	id: "kiro",
	title: "Kiro",
	aliases: ["kiro-cli"],
	places: ({ home, project }) => [
		globalFile(home(".kiro", "settings", "mcp.json")),
		projectFile(project(".kiro", "settings", "mcp.json")),
	],
	keys: ["mcpServers"],
	// Of names that the person has approved; whether they are cannot be seen here.
	dialect: { variables: syntaxes.braces },
});
