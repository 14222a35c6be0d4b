/** Warp, a terminal: https://docs.warp.dev/knowledge-and-collaboration/mcp */
import { bareEntries, rootOf } from "./reading/bare.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const warp = defineClient({
	id: "warp",
	title: "Warp",
	places: ({ home, project }) => [
		globalFile(home(".warp", ".mcp.json")),
		globalFile(home(".warp_cli", ".mcp.json"), { note: "Warp Agent CLI" }),
		projectFile(project(".warp", ".mcp.json")),
	],
	keys: (document) => rootOf(document, ["mcpServers", "mcp_servers", "servers"]),
	entries: bareEntries,
	dialect: { variables: syntaxes.none },
});
