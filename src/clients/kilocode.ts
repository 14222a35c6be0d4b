/** Kilo Code, made from OpenCode since 2026 and from Cline before: https://kilocode.ai/docs/features/mcp/using-mcp-in-kilo-code */
import { isObject } from "../base/objects.ts";
import { clineDialect } from "./reading/cline-family.ts";
import { defineClient } from "./reading/family.ts";
import { editorFolders, globalFile, projectFile } from "./reading/folders.ts";
import { openCodeDialect, openCodeEntries, openCodeKeys } from "./reading/opencode-family.ts";
import type { Place } from "./types.ts";

const names = ["kilo.jsonc", "kilo.json"];
const others = ["opencode.jsonc", "opencode.json", "config.json"];
const older = { note: "before 2026", isReadOnly: true };

export const kilocode = defineClient({
	id: "kilocode",
	title: "Kilo Code",
	aliases: ["kilo-code", "kilo"],
	places(folders) {
		const { config, home, project, join } = folders;
		return [
			...names.map((name) => globalFile(config("kilo", name))),
			...others.map((name) => globalFile(config("kilo", name), { note: "read as well", isReadOnly: true })),
			...editorFolders(folders).map((folder) =>
				globalFile(join(folder, "globalStorage", "kilocode.kilo-code", "settings", "mcp_settings.json"), older),
			),
			globalFile(home(".kilocode", "cli", "global", "settings", "mcp_settings.json"), older),
			...names.map((name) => projectFile(project(name))),
			...names.map((name) => projectFile(project(".kilo", name))),
			projectFile(project(".kilocode", "mcp.json"), older),
		];
	},
	keys: (document, place) => (isOlder(document, place) ? ["mcpServers"] : openCodeKeys(document, place)),
	dialect: (document, place) => (isOlder(document, place) ? clineDialect : openCodeDialect),
	entries: openCodeEntries,
});

function isOlder(document: unknown, { note }: Place): boolean {
	const hasNew = isObject(document) && Object.hasOwn(document, "mcp");
	return note === older.note && !hasNew;
}
