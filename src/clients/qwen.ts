/** Qwen Code, made from Gemini CLI: https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp */
import { defineClient } from "./reading/family.ts";
import { type Folders, globalFile, projectFile, systemFile } from "./reading/folders.ts";
import { isOffByLists } from "./reading/gemini-lists.ts";
import { syntaxes } from "./reading/variables.ts";

export const qwen = defineClient({
	id: "qwen",
	title: "Qwen Code",
	aliases: ["qwen-code"],
	places: (folders) => [
		globalFile(folders.home(".qwen", "settings.json")),
		globalFile(settingsFile(folders), { note: "of the whole machine", isReadOnly: true }),
		projectFile(folders.project(".qwen", "settings.local.json"), { note: "for you alone", isReadOnly: true }),
		projectFile(folders.project(".qwen", "settings.json")),
	],
	keys: ["mcpServers"],
	dialect: {
		variables: syntaxes.dollars,
		untypedUrl: "sse",
		timeouts: { timeout: ["tools", "ms"], discoveryTimeoutMs: ["connect", "ms"] },
		isOff: isOffByLists,
	},
});

function settingsFile(folders: Folders): string {
	const names = { darwin: "QwenCode", linux: "qwen-code", win32: "qwen-code" };
	return folders.variable("QWEN_CODE_SYSTEM_SETTINGS_PATH") ?? systemFile(folders, names, "settings.json");
}
