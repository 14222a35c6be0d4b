/** Qwen Code, made from Gemini CLI: https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp */
import { defineClient } from "./reading/family.ts";
import { type Folders, globalFile, projectFile } from "./reading/folders.ts";
import { isOffByLists } from "./reading/gemini-lists.ts";
import { syntaxes } from "./reading/variables.ts";

export const qwen = defineClient({
	id: "qwen",
	title: "Qwen Code",
	aliases: ["qwen-code"],
	places: (folders) => [
		globalFile(folders.home(".qwen", "settings.json")),
		globalFile(systemFile(folders), { note: "of the whole machine", isReadOnly: true }),
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

function systemFile({ platform, join, variable }: Folders): string {
	const file = variable("QWEN_CODE_SYSTEM_SETTINGS_PATH");
	if (file !== undefined) return file;
	switch (platform) {
		case "darwin":
			return "/Library/Application Support/QwenCode/settings.json";
		case "linux":
			return "/etc/qwen-code/settings.json";
		case "win32":
			return join(variable("PROGRAMDATA") ?? "C:\\ProgramData", "qwen-code", "settings.json");
		default:
			return platform satisfies never;
	}
}
