/** Cursor, an editor: https://cursor.com/docs/mcp */
import { defineClient } from "./family.ts";
import { globalFile, projectFile } from "./folders.ts";
import { syntaxes } from "./variables.ts";

export const cursor = defineClient({
	id: "cursor",
	title: "Cursor",
	places: ({ home, project }) => [globalFile(home(".cursor", "mcp.json")), projectFile(project(".cursor", "mcp.json"))],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.cursor },
});
