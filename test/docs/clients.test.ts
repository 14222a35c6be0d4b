/** What docs/clients.md shows for each client has our entry where that client looks for it. */
import { describe, expect, test } from "bun:test";

import { parse as parseJsonc } from "jsonc-parser";

import { clients } from "../../src/clients/all.ts";
import { ourEntry, programIn } from "../../src/clients/our-entry.ts";
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

/** The clients of a section, as `dynamic-mcp connect` calls them. */
const ids: Readonly<Record<string, readonly string[]>> = {
	"Claude Code": ["claude"],
	"Claude Desktop": ["claude-desktop"],
	"VS Code": ["vscode"],
	"Visual Studio": ["visualstudio"],
	"Copilot CLI": ["copilot"],
	"Gemini CLI": ["gemini", "qwen"],
	"Kilo Code": ["kilocode"],
	JetBrains: ["junie"],
	Others: ["kiro", "amazonq", "droid", "lmstudio", "qwen", "warp", "trae", "roo"],
};

describe("what is shown is what connect writes, but for the variables that a person passes on:", () => {
	const cases = Object.keys(places).flatMap((section) =>
		(ids[section] ?? [section.toLowerCase()]).map((id) => [id, section] as const),
	);

	test.each(cases)("%s", (id, section) => {
		const files = fencesOf(sectionOf(section)).filter(({ language }) => /^(?:jsonc?|toml|yaml)$/.test(language));
		for (const { language, code } of files) {
			const root = places[section]![0]!;
			const found = parse(language, code)[root] as Record<string, unknown>;
			const isDeeper = !Array.isArray(found) && found["dynamic-mcp"] === undefined && found["servers"] !== undefined;
			const entry = entryIn(isDeeper ? found["servers"] : found) ?? {};
			const { env: _, environment: __, env_vars: ___, ...shown } = entry;
			const program = programIn(entry)!;
			const written = ourEntry(id, program, isDeeper ? [root, "servers"] : [root]);
			expect(shown).toEqual(id === "continue" ? { name: "dynamic-mcp", ...written } : { ...written });
		}
	});

	test("no client is missing, neither there nor in the list of names", () => {
		const known = clients.map(({ id }) => id).sort();
		expect([...new Set(cases.map(([id]) => id))].sort()).toEqual(known);
		const [, list = ""] = /Instead of `cursor` it takes (.+?)\.$/ms.exec(text) ?? [];
		expect(
			Array.from(list.matchAll(/`([\w-]+)`/g), ([, id = ""]) => id)
				.concat("cursor")
				.sort(),
		).toEqual(known);
	});
});

test("every section about a client is in the list above, and in the page's own list", () => {
	const sections = Array.from(text.matchAll(/^## (.+)$/gm), ([, title = ""]) => title);
	const others = ["By hand", "What clients pass on", "How long clients wait", "More than one client"];
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
