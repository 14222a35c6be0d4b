/** What docs/clients.md shows for each client has our entry where that client looks for it. */
import { expect, test } from "bun:test";

import { parse as parseJsonc } from "jsonc-parser";

import { anchorsOf, fencesOf, linksOf, repository } from "../helpers/markdown.ts";

const text = await Bun.file(`${repository}/docs/clients.md`).text();

/** Where in a client's file the servers are; the clients of one place are read by the same rule. */
const places: Readonly<Record<string, readonly string[]>> = {
	"Claude Code": ["mcpServers"],
	"Claude Desktop": ["mcpServers"],
	Cursor: ["mcpServers"],
	"VS Code": ["servers"],
	"Visual Studio": ["servers"],
	Codex: ["mcp_servers"],
	"Copilot CLI": ["mcpServers"],
	"Gemini CLI": ["mcpServers"],
	Antigravity: ["mcpServers"],
	OpenCode: ["mcp"],
	"Kilo Code": ["mcp"],
	Cline: ["mcpServers"],
	Windsurf: ["mcpServers"],
	Zed: ["context_servers"],
	JetBrains: ["mcpServers"],
	Goose: ["extensions"],
	Continue: ["mcpServers"],
	Amp: ["amp.mcpServers"],
	Crush: ["mcp"],
	Others: ["mcpServers"],
};

/** The section under a heading of the second level. */
function sectionOf(client: string): string {
	return text.split(`\n## ${client}\n`)[1]?.split("\n## ")[0] ?? "";
}

function parse(language: string, code: string): Record<string, unknown> {
	if (language === "toml") return Bun.TOML.parse(code) as Record<string, unknown>;
	if (language === "yaml") return Bun.YAML.parse(code) as Record<string, unknown>;
	return parseJsonc(code) as Record<string, unknown>;
}

/** Continue has a list of entries with names, all others an object. */
function entryIn(servers: unknown): Record<string, unknown> | undefined {
	if (Array.isArray(servers)) return servers.find((each) => each.name === "dynamic-mcp");
	return (servers as Record<string, Record<string, unknown>>)["dynamic-mcp"];
}

test.each(Object.keys(places))("%s: every file that is shown starts us, by a whole path", (client) => {
	const files = fencesOf(sectionOf(client)).filter(({ language }) => /^(?:jsonc?|toml|yaml)$/.test(language));
	expect(files.length).toBeGreaterThan(0);
	const root = places[client]![0]!;
	for (const { language, code } of files) {
		const found = parse(language, code)[root] as Record<string, unknown>;
		// The second version of OpenCode has them one level deeper.
		const entry = entryIn(found["dynamic-mcp"] === undefined && found["servers"] ? found["servers"] : found);
		const command = [entry?.["command"] ?? entry?.["cmd"]].flat()[0];
		expect(command).toMatch(/^(?:\/(?:home|Users)\/me\/\.local\/bin\/dynamic-mcp|C:\\.*\\dynamic-mcp\.exe)$/);
	}
});

test("every section about a client is in the list above, and in the page's own list", () => {
	const sections = Array.from(text.matchAll(/^## (.+)$/gm), ([, title = ""]) => title);
	const others = ["What clients pass on", "How long clients wait", "More than one client"];
	expect(sections.filter((title) => !others.includes(title))).toEqual(Object.keys(places));
	const linked = new Set(linksOf(text));
	const anchors = [
		...anchorsOf(
			Object.keys(places)
				.map((title) => `## ${title}\n`)
				.join("\n"),
		),
	];
	expect(anchors.filter((anchor) => !linked.has(`#${anchor}`))).toEqual([]);
});

test("the README names the clients in the page's order, and no other", async () => {
	const readme = await Bun.file(`${repository}/README.md`).text();
	const listed = /how it looks, for (.+?)\s+and a dozen more/s.exec(readme)?.[1] ?? "";
	const named = listed.split(/,\s*/).map((name) => name.replaceAll(/\s+/g, " ").replace(/^and /, ""));
	expect(named.length).toBeGreaterThan(10);
	expect(named.filter((name) => !(name in places))).toEqual([]);
});
