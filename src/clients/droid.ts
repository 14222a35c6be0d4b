/** Factory's Droid: https://docs.factory.ai/cli/configuration/mcp */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const droid = defineClient({
	id: "droid",
	title: "Factory Droid",
	aliases: ["factory", "factory-droid"],
	places: ({ platform, home, desktop, project }) => [
		globalFile(home(".factory", "mcp.json")),
		...(platform === "linux"
			? []
			: [globalFile(desktop("Factory Bridge", "mcp.json"), { note: "Factory Bridge, older", isReadOnly: true })]),
		projectFile(project(".factory", "mcp.json")),
	],
	keys: ["mcpServers"],
	dialect: { variables: syntaxes.braces },
});
