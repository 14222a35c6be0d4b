/** Amp: https://ampcode.com/manual#mcp */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const amp = defineClient({
	id: "amp",
	title: "Amp",
	places: ({ platform, config, appData, project }) => [
		// Sources do not agree on where it is on Windows.
		...(platform === "win32" ? [globalFile(appData("amp", "settings.json"))] : []),
		globalFile(config("amp", "settings.json"), platform === "win32" ? { note: "by other sources" } : {}),
		projectFile(project(".amp", "settings.json")),
	],
	keys: ["amp.mcpServers"],
	dialect: { variables: syntaxes.dollars },
});
