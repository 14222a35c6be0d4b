/** Claude's desktop program: https://modelcontextprotocol.io/docs/develop/connect-local-servers */
import { defineClient } from "./reading/family.ts";
import { globalFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

const file = "claude_desktop_config.json";

export const claudeDesktop = defineClient({
	id: "claude-desktop",
	title: "Claude Desktop",
	places: ({ platform, desktop }) => [
		globalFile(desktop("Claude", file)),
		// Sources do not agree on how it is written there.
		...(platform === "linux"
			? [globalFile(desktop("claude", file), { note: "in small letters", isReadOnly: true })]
			: []),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.none },
});
