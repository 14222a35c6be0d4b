/** GitHub Copilot CLI: https://docs.github.com/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers */
import { bareEntries, rootOf } from "./reading/bare.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const copilot = defineClient({
	id: "copilot",
	title: "Copilot CLI",
	aliases: ["copilot-cli", "github-copilot", "github-copilot-cli"],
	places: ({ home, project, join, variable }) => [
		globalFile(join(variable("COPILOT_HOME") ?? home(".copilot"), "mcp-config.json")),
		projectFile(project(".mcp.json"), { note: "shared with other clients" }),
		projectFile(project(".github", "mcp.json")),
	],
	keys: (document) => rootOf(document, ["mcpServers"]),
	entries: bareEntries,
	dialect: {
		variables: syntaxes.braces,
		untypedUrl: "http",
		timeouts: { timeout: ["tools", "ms"] },
	},
});
