/** Windsurf, called Devin Desktop since 2026: https://docs.windsurf.com/windsurf/cascade/mcp */
import { defineClient } from "./reading/family.ts";
import { globalFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

const file = "mcp_config.json";

export const windsurf = defineClient({
	id: "windsurf",
	title: "Windsurf",
	aliases: ["devin", "devin-desktop", "cascade"],
	places: ({ platform, home, config, appData }) => [
		globalFile(home(".codeium", "windsurf", file)),
		globalFile(platform === "win32" ? appData("devin", file) : config("devin", file), { note: "Devin Desktop" }),
		globalFile(home(".codeium", file), { note: "plugin for JetBrains", isReadOnly: true }),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.windsurf },
});
