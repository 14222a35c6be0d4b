/** Visual Studio Code with Copilot: https://code.visualstudio.com/docs/copilot/reference/mcp-configuration */
import { isObject } from "../base/objects.ts";
import type { Dialect } from "./reading/draft.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { inputsIn } from "./reading/inputs.ts";
import { syntaxes } from "./reading/variables.ts";

const native: Dialect = { variables: syntaxes.vscode, httpFallsBack: true, hasHomeInArguments: true };

/** Files that other clients read, too. */
const portable: Dialect = { variables: syntaxes.braces, httpFallsBack: true };

export const vscode = defineClient({
	id: "vscode",
	title: "VS Code",
	aliases: ["vs-code", "visualstudiocode", "code"],
	places({ platform, desktop, home, project, join, variable }) {
		const user = desktop("Code", "User");
		const shared = variable("COPILOT_HOME");
		const remote = home(".vscode-server", "data", "User", "mcp.json");
		return [
			globalFile(join(user, "mcp.json")),
			globalFile(join(user, "profiles", "*", "mcp.json"), { note: "profiles", isPattern: true, isReadOnly: true }),
			globalFile(desktop("Code - Insiders", "User", "mcp.json"), { note: "Insiders", isReadOnly: true }),
			...(platform === "linux" ? [globalFile(remote, { note: "used from another machine", isReadOnly: true })] : []),
			globalFile(shared === undefined ? home(".copilot", "mcp-config.json") : join(shared, "mcp-config.json"), {
				note: "shared with Copilot CLI",
				isReadOnly: true,
			}),
			globalFile(join(user, "settings.json"), { note: "before 2025-07", isReadOnly: true, keys: ["mcp", "servers"] }),
			projectFile(project(".vscode", "mcp.json")),
			projectFile(project(".mcp.json"), { note: "shared with other clients", isReadOnly: true }),
		];
	},
	keys(document, { keys }) {
		if (keys !== undefined) return keys;
		return isPortable(document) ? ["mcpServers"] : ["servers"];
	},
	dialect: (document) => (isPortable(document) ? portable : native),
	inputs: inputsIn,
});

function isPortable(document: unknown): boolean {
	return isObject(document) && Object.hasOwn(document, "mcpServers") && !Object.hasOwn(document, "servers");
}
