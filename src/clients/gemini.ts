/** Gemini CLI: https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md */
import { defineClient } from "./reading/family.ts";
import { type Folders, globalFile, projectFile, systemFile } from "./reading/folders.ts";
import { isOffByLists } from "./reading/gemini-lists.ts";
import { syntaxes } from "./reading/variables.ts";

export const gemini = defineClient({
	id: "gemini",
	title: "Gemini CLI",
	aliases: ["gemini-cli"],
	places: (folders) => [
		globalFile(folders.home(".gemini", "settings.json")),
		globalFile(settingsFile(folders), { note: "of the whole machine", isReadOnly: true }),
		projectFile(folders.project(".gemini", "settings.json")),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.gemini, timeouts: { timeout: ["tools", "ms"] }, isOff: isOffByLists },
});

function settingsFile(folders: Folders): string {
	const names = { darwin: "GeminiCli", linux: "gemini-cli", win32: "gemini-cli" };
	return folders.variable("GEMINI_CLI_SYSTEM_SETTINGS_PATH") ?? systemFile(folders, names, "settings.json");
}
