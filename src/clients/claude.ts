/** Claude Code: https://code.claude.com/docs/en/mcp */
import { isObject } from "../base/objects.ts";
import { defineClient, namesAt } from "./reading/family.ts";
import { type Folders, globalFile, projectFile, systemFile } from "./reading/folders.ts";
import { syntaxes } from "./reading/variables.ts";

export const claude = defineClient({
	id: "claude",
	title: "Claude Code",
	aliases: ["claude-code", "claude-cli"],
	places(folders) {
		const { home, project, join, variable } = folders;
		const folder = variable("CLAUDE_CONFIG_DIR");
		const own = folder === undefined ? home(".claude.json") : join(folder, ".claude.json");
		return [
			globalFile(own, { note: "user scope" }),
			globalFile(managedFile(folders), { note: "set by the organisation", isReadOnly: true }),
			projectFile(own, { note: "local scope", keys: ["projects", project(), "mcpServers"] }),
			projectFile(project(".mcp.json")),
		];
	},
	keys: (document, { keys }) => [...settingsOf(document, keys), "mcpServers"],
	dialect: {
		variables: syntaxes.braces,
		timeouts: { timeout: ["tools", "ms"] },
		before({ fields, lossy, warn }) {
			const timeout = fields.get("timeout");
			if (typeof timeout === "number" && timeout < 1000) {
				fields.delete("timeout");
				warn("timeout", "Claude Code ignores less than 1000 ms, too");
			}
			if (fields.has("url") && !fields.has("type")) {
				lossy.push("type: is missing, which Claude Code refuses; how the server is spoken to is found out");
			}
		},
		isOff: ({ name, document, place }) =>
			namesAt(document, ...settingsOf(document, place.keys), "disabledMcpServers").has(name),
	},
});

/** The way to a project's own settings, by the name of the folder as it stands there: on Windows with `/` for `\\`, or not. */
function settingsOf(document: unknown, keys: readonly string[] | undefined): readonly string[] {
	const [top, folder] = keys ?? [];
	if (top === undefined || folder === undefined) return [];
	const projects = isObject(document) ? document[top] : undefined;
	const same = (name: string) => plain(name) === plain(folder);
	return [top, (isObject(projects) ? Object.keys(projects).find(same) : undefined) ?? folder];
}

function plain(folder: string): string {
	return /^[A-Za-z]:[\\/]/.test(folder) ? folder.replaceAll("\\", "/").toLowerCase() : folder;
}

function managedFile(folders: Folders): string {
	const names = { darwin: "ClaudeCode", linux: "claude-code", win32: "ClaudeCode" };
	return systemFile(folders, names, "managed-mcp.json", ["PROGRAMFILES", "C:\\Program Files"]);
}
