/** Visual Studio, which there is for Windows only: https://learn.microsoft.com/visualstudio/ide/mcp-servers */
import { isObject } from "../base/objects.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { inputsIn } from "./reading/inputs.ts";
import { syntaxes } from "./reading/variables.ts";

export const visualstudio = defineClient({
	id: "visualstudio",
	title: "Visual Studio",
	aliases: ["visual-studio", "vs"],
	places: ({ platform, home, project }) =>
		platform === "win32"
			? [
					globalFile(home(".mcp.json")),
					projectFile(project(".vs", "mcp.json"), { note: "for you alone" }),
					projectFile(project(".mcp.json"), { note: "shared with other clients" }),
					projectFile(project(".vscode", "mcp.json"), { note: "of VS Code", isReadOnly: true }),
					projectFile(project(".cursor", "mcp.json"), { note: "of Cursor", isReadOnly: true }),
				]
			: [],
	keys: (document) => {
		const isOther = isObject(document) && Object.hasOwn(document, "mcpServers") && !Object.hasOwn(document, "servers");
		return isOther ? ["mcpServers"] : ["servers"];
	},
	dialect: { variables: syntaxes.vscode },
	inputs: inputsIn,
});
