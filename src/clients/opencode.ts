/** OpenCode, versions 1 and 2: https://opencode.ai/docs/mcp-servers */
import { defineClient } from "./reading/family.ts";
import { globalFile, projectFile } from "./reading/folders.ts";
import { openCodeDialect, openCodeEntries, openCodeKeys } from "./reading/opencode-family.ts";

const names = ["opencode.jsonc", "opencode.json"];

export const opencode = defineClient({
	id: "opencode",
	title: "OpenCode",
	aliases: ["open-code"],
	places({ platform, config, home, localAppData, project, variable }) {
		const chosen = variable("OPENCODE_CONFIG");
		// Sources do not agree on where it is on Windows.
		const elsewhere = platform === "win32" ? [localAppData("opencode")] : [];
		return [
			...(chosen === undefined ? [] : [globalFile(chosen, { note: "OPENCODE_CONFIG" })]),
			...names.map((name) => globalFile(config("opencode", name))),
			...(variable("XDG_CONFIG_HOME") === undefined
				? []
				: names.map((name) =>
						globalFile(home(".config", "opencode", name), { note: "without XDG_CONFIG_HOME", isReadOnly: true }),
					)),
			...elsewhere.flatMap((folder) =>
				names.map((name) => globalFile(`${folder}\\${name}`, { note: "by other sources", isReadOnly: true })),
			),
			...names.map((name) => projectFile(project(name))),
			...names.map((name) => projectFile(project(".opencode", name))),
		];
	},
	keys: openCodeKeys,
	dialect: openCodeDialect,
	entries: openCodeEntries,
});
