/** Crush: https://github.com/charmbracelet/crush#mcps */
import { unreadable } from "./reading/crushrc.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

/** What is in a script is for a person to change. */
const script = { note: "a shell script, which is never run here", isReadOnly: true };

export const crush = defineClient({
	id: "crush",
	title: "Crush",
	places: ({ config, project }) => [
		globalFile(config("crush", "crushrc"), script),
		globalFile(config("crush", "crush.json")),
		projectFile(project(".crushrc"), script),
		projectFile(project("crushrc"), script),
		projectFile(project(".crush.json")),
		projectFile(project("crush.json")),
	],
	keys: ["mcp"],
	dialect: {
		variables: syntaxes.shell,
		timeouts: { timeout: ["connect", "s"] },
		before({ fields, problems }) {
			const reason = fields.get(unreadable);
			if (typeof reason === "string") problems.push(reason);
			fields.delete(unreadable);
		},
	},
});
