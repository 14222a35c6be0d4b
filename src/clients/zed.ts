/** Zed, an editor: https://zed.dev/docs/ai/mcp */
import { isObject } from "../base/objects.ts";
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

const file = "settings.json";

export const zed = defineClient({
	id: "zed",
	title: "Zed",
	places({ platform, home, config, appData, project }) {
		const own = {
			darwin: home(".config", "zed", file),
			linux: config("zed", file),
			win32: appData("Zed", file),
		};
		const other = globalFile(home(".config", "zed", file), { note: "by other sources", isReadOnly: true });
		return [globalFile(own[platform]), ...(platform === "win32" ? [other] : []), projectFile(project(".zed", file))];
	},
	keys: ["context_servers"],
	dialect: {
		variables: syntaxes.none,
		timeouts: { timeout: ["tools", "s"] },
		skip: (raw) =>
			raw["source"] === "extension" || (Object.hasOwn(raw, "settings") && !Object.hasOwn(raw, "command"))
				? "it belongs to an extension of Zed"
				: undefined,
		before({ fields }) {
			fields.delete("settings");
			// Until 2025 the program stood in an object of its own.
			const command = fields.get("command");
			if (!isObject(command)) return;
			const { path, args, env } = command;
			for (const [field, value] of Object.entries({ command: path, args, env })) {
				if (value !== null && value !== undefined) fields.set(field, value);
			}
		},
	},
});
