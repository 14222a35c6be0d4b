/** Roo Code, an extension of VS Code that was given up in May 2026. */
import { clineDialect } from "./reading/cline-family.ts";
import { defineClient } from "./reading/family.ts";
import { editorFolders, globalFile, projectFile } from "./reading/folders.ts";

export const roo = defineClient({
	id: "roo",
	title: "Roo Code",
	aliases: ["roo-code", "roo-cline"],
	places: (folders) => [
		...editorFolders(folders).map((folder) =>
			globalFile(folders.join(folder, "globalStorage", "rooveterinaryinc.roo-cline", "settings", "mcp_settings.json")),
		),
		projectFile(folders.project(".roo", "mcp.json")),
	],
	keys: ["mcpServers"],
	dialect: clineDialect,
});
