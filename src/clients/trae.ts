/** Trae, an editor. */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const trae = defineClient({
	id: "trae",
	title: "Trae",
	places: ({ desktop, project }) => [
		globalFile(desktop("Trae", "User", "mcp.json")),
		projectFile(project(".trae", "mcp.json"), { note: "where its use is switched on" }),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none },
});
