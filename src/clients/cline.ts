/** Cline, an extension of editors and a command: https://docs.cline.bot/mcp/configuring-mcp-servers */
import { clineDialect } from "./reading/cline-family.ts";
import { defineClient } from "./reading/family.ts";
import { editorFolders, globalFile } from "./reading/folders.ts";

const file = "cline_mcp_settings.json";

export const cline = defineClient({
	id: "cline",
	title: "Cline",
	places(folders) {
		const { home, join, variable } = folders;
		const chosen = variable("CLINE_MCP_SETTINGS_PATH");
		const own = variable("CLINE_DIR") ?? home(".cline");
		return [
			...(chosen === undefined ? [] : [globalFile(chosen, { note: "CLINE_MCP_SETTINGS_PATH" })]),
			...editorFolders(folders).map((folder) =>
				globalFile(join(folder, "globalStorage", "saoudrizwan.claude-dev", "settings", file), { note: "extension" }),
			),
			globalFile(join(own, "data", "settings", file), { note: "command" }),
		];
	},
	keys: ["mcpServers"],
	// Older files have no type where the transport is HTTP+SSE.
	dialect: { ...clineDialect, untypedUrl: "sse" },
});
