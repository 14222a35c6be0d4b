/** Gemini CLI: https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md */
import { defineClient } from "./reading/family.ts";
import { type Folders, globalFile, projectFile } from "./reading/folders.ts";
import { isOffByLists } from "./reading/gemini-lists.ts";
import { syntaxes } from "./reading/variables.ts";

export const gemini = defineClient({
	id: "gemini",
	title: "Gemini CLI",
	aliases: ["gemini-cli"],
	places: (folders) => [
		globalFile(folders.home(".gemini", "settings.json")),
		globalFile(systemFile(folders), { note: "of the whole machine", isReadOnly: true }),
		projectFile(folders.project(".gemini", "settings.json")),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.gemini, timeouts: { timeout: ["tools", "ms"] }, isOff: isOffByLists },
});

function systemFile({ platform, join, variable }: Folders): string {
	const file = variable("GEMINI_CLI_SYSTEM_SETTINGS_PATH");
	if (file !== undefined) return file;
	switch (platform) {
		case "darwin":
			return "/Library/Application Support/GeminiCli/settings.json";
		case "linux":
			return "/etc/gemini-cli/settings.json";
		case "win32":
			return join(variable("PROGRAMDATA") ?? "C:\\ProgramData", "gemini-cli", "settings.json");
		default:
			return platform satisfies never;
	}
}
