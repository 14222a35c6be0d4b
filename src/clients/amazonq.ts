/** Amazon Q Developer CLI, the one before Kiro's. */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const amazonq = defineClient({
	id: "amazonq",
	title: "Amazon Q",
	aliases: ["amazon-q", "q"],
	places: ({ home, project }) => [
		globalFile(home(".aws", "amazonq", "mcp.json")),
		projectFile(project(".amazonq", "mcp.json")),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none, timeouts: { timeout: ["tools", "ms"] } },
});
