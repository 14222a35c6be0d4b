/** Cursor, an editor: https://cursor.com/docs/mcp */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const cursor = defineClient({
	id: "cursor",
	title: "Cursor",
	places: ({ home, project }) => [globalFile(home(".cursor", "mcp.json")), projectFile(project(".cursor", "mcp.json"))],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.cursor },
});
