/** JetBrains Junie, in the IDEs and as a command: https://www.jetbrains.com/help/junie/model-context-protocol-mcp.html */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

const assistant = { note: "JetBrains AI Assistant" };

export const junie = defineClient({
	id: "junie",
	title: "Junie",
	aliases: ["jetbrains", "jetbrains-junie"],
	places: ({ home, project }) => [
		globalFile(home(".junie", "mcp", "mcp.json")),
		globalFile(home(".ai", "mcp", "mcp.json"), assistant),
		projectFile(project(".junie", "mcp", "mcp.json")),
		projectFile(project(".ai", "mcp", "mcp.json"), assistant),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none },
});
