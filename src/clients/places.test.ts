/** Where each client's files are, on each system. */
import { describe, expect, test } from "bun:test";

import { clientOf, machineOf } from "../../test/helpers/client-files.ts";
import { clients, findClient } from "./all.ts";
import type { Machine, Platform } from "./types.ts";

const platforms = ["linux", "darwin", "win32"] as const satisfies readonly Platform[];

/** The first place of a scope: where we would be written. */
function first(id: string, scope: "global" | "project", machine: Machine): string | undefined {
	return clientOf(id)
		.places(machine)
		.find((place) => place.scope === scope && place.isReadOnly !== true && place.keys === undefined)?.path;
}

/** Those of the clients' manuals: linux, darwin, win32; then the project's, with "/" and without the folder. */
const documented: Readonly<Record<string, readonly [string, string, string, string | undefined]>> = {
	cursor: ["~/.cursor/mcp.json", "~/.cursor/mcp.json", "~/.cursor/mcp.json", ".cursor/mcp.json"],
	"claude-desktop": [
		"~/.config/Claude/claude_desktop_config.json",
		"~/Library/Application Support/Claude/claude_desktop_config.json",
		"~/AppData/Roaming/Claude/claude_desktop_config.json",
		undefined,
	],
	claude: ["~/.claude.json", "~/.claude.json", "~/.claude.json", ".mcp.json"],
	vscode: [
		"~/.config/Code/User/mcp.json",
		"~/Library/Application Support/Code/User/mcp.json",
		"~/AppData/Roaming/Code/User/mcp.json",
		".vscode/mcp.json",
	],
	codex: ["~/.codex/config.toml", "~/.codex/config.toml", "~/.codex/config.toml", ".codex/config.toml"],
	gemini: ["~/.gemini/settings.json", "~/.gemini/settings.json", "~/.gemini/settings.json", ".gemini/settings.json"],
	antigravity: [
		"~/.gemini/config/mcp_config.json",
		"~/.gemini/config/mcp_config.json",
		"~/.gemini/config/mcp_config.json",
		".agents/mcp_config.json",
	],
	opencode: [
		"~/.config/opencode/opencode.jsonc",
		"~/.config/opencode/opencode.jsonc",
		"~/.config/opencode/opencode.jsonc",
		"opencode.jsonc",
	],
	kilocode: ["~/.config/kilo/kilo.jsonc", "~/.config/kilo/kilo.jsonc", "~/.config/kilo/kilo.jsonc", "kilo.jsonc"],
	windsurf: [
		"~/.codeium/windsurf/mcp_config.json",
		"~/.codeium/windsurf/mcp_config.json",
		"~/.codeium/windsurf/mcp_config.json",
		undefined,
	],
	zed: [
		"~/.config/zed/settings.json",
		"~/.config/zed/settings.json",
		"~/AppData/Roaming/Zed/settings.json",
		".zed/settings.json",
	],
	continue: ["~/.continue/config.yaml", "~/.continue/config.yaml", "~/.continue/config.yaml", undefined],
	goose: [
		"~/.config/goose/config.yaml",
		"~/.config/goose/config.yaml",
		"~/AppData/Roaming/Block/goose/config/config.yaml",
		undefined,
	],
	amp: [
		"~/.config/amp/settings.json",
		"~/.config/amp/settings.json",
		"~/AppData/Roaming/amp/settings.json",
		".amp/settings.json",
	],
	warp: ["~/.warp/.mcp.json", "~/.warp/.mcp.json", "~/.warp/.mcp.json", ".warp/.mcp.json"],
	lmstudio: ["~/.lmstudio/mcp.json", "~/.lmstudio/mcp.json", "~/.lmstudio/mcp.json", undefined],
	junie: ["~/.junie/mcp/mcp.json", "~/.junie/mcp/mcp.json", "~/.junie/mcp/mcp.json", ".junie/mcp/mcp.json"],
	copilot: ["~/.copilot/mcp-config.json", "~/.copilot/mcp-config.json", "~/.copilot/mcp-config.json", ".mcp.json"],
	qwen: ["~/.qwen/settings.json", "~/.qwen/settings.json", "~/.qwen/settings.json", ".qwen/settings.json"],
	crush: ["~/.config/crush/crush.json", "~/.config/crush/crush.json", "~/.config/crush/crush.json", ".crush.json"],
	kiro: [
		"~/.kiro/settings/mcp.json",
		"~/.kiro/settings/mcp.json",
		"~/.kiro/settings/mcp.json",
		".kiro/settings/mcp.json",
	],
	amazonq: ["~/.aws/amazonq/mcp.json", "~/.aws/amazonq/mcp.json", "~/.aws/amazonq/mcp.json", ".amazonq/mcp.json"],
	droid: ["~/.factory/mcp.json", "~/.factory/mcp.json", "~/.factory/mcp.json", ".factory/mcp.json"],
	trae: [
		"~/.config/Trae/User/mcp.json",
		"~/Library/Application Support/Trae/User/mcp.json",
		"~/AppData/Roaming/Trae/User/mcp.json",
		".trae/mcp.json",
	],
};

describe.each(Object.entries(documented))("%s", (id, [linux, darwin, win32, project]) => {
	test.each([
		["linux", linux],
		["darwin", darwin],
		["win32", win32],
	] as const)("on %s is where its manual says", (platform, global) => {
		const machine = machineOf(platform);
		const spell = (path: string) => (platform === "win32" ? path.replaceAll("/", "\\") : path);
		expect(first(id, "global", machine)).toBe(spell(global.replace("~", machine.home)));
		expect(first(id, "project", machine)).toBe(
			project === undefined ? undefined : spell(`${machine.project}/${project}`),
		);
	});
});

test("Visual Studio is there on Windows only", () => {
	expect(platforms.map((platform) => clientOf("visualstudio").places(machineOf(platform)).length > 0)).toEqual([
		false,
		false,
		true,
	]);
});

test.each([
	["codex", "CODEX_HOME", "/x/config.toml"],
	["claude", "CLAUDE_CONFIG_DIR", "/x/.claude.json"],
	["copilot", "COPILOT_HOME", "/x/mcp-config.json"],
	["vscode", "COPILOT_HOME", "/x/mcp-config.json"],
	["opencode", "XDG_CONFIG_HOME", "/x/opencode/opencode.jsonc"],
	["opencode", "OPENCODE_CONFIG", "/x"],
	["kilocode", "XDG_CONFIG_HOME", "/x/kilo/kilo.jsonc"],
	["cline", "CLINE_DIR", "/x/data/settings/cline_mcp_settings.json"],
	["cline", "CLINE_MCP_SETTINGS_PATH", "/x"],
	["goose", "XDG_CONFIG_HOME", "/x/goose/config.yaml"],
	["zed", "XDG_CONFIG_HOME", "/x/zed/settings.json"],
	["continue", "CONTINUE_GLOBAL_DIR", "/x/config.yaml"],
])("%s looks where %s leads", (id, variable, path) => {
	const at = (value: string) => clientOf(id).places(machineOf("linux", { [variable]: value }));
	expect(at("/x").map((place) => place.path)).toContain(path);
	// Empty is as good as not set.
	expect(at("")).toEqual(clientOf(id).places(machineOf("linux")));
});

test("APPDATA leads to where programs with a window have theirs on Windows", () => {
	const machine = machineOf("win32", { APPDATA: "D:\\Roaming" });
	expect(first("claude-desktop", "global", machine)).toBe("D:\\Roaming\\Claude\\claude_desktop_config.json");
});

test("no place is listed twice, and every path is whole", () => {
	for (const platform of platforms) {
		for (const client of clients) {
			const places = client.places(machineOf(platform));
			const spots = places.map(({ path, keys }) => [path, ...(keys ?? [])].join("\0"));
			expect([client.id, new Set(spots).size]).toEqual([client.id, spots.length]);
			const whole = platform === "win32" ? /^[A-Z]:\\[^/]*$/ : /^\/[^\\]*$/;
			expect(places.filter(({ path }) => !whole.test(path))).toEqual([]);
		}
	}
});

describe("a client is found", () => {
	test.each([
		["claude-code", "claude"],
		["Claude Code", "claude"],
		["claude_cli", "claude"],
		["OPEN-CODE", "opencode"],
		["vs-code", "vscode"],
		["visualstudiocode", "vscode"],
		["kilo-code", "kilocode"],
		["codex-cli", "codex"],
		["gemini-cli", "gemini"],
		["Factory Droid", "droid"],
	])("by %s", (name, id) => {
		expect(findClient(name).id).toBe(id);
	});

	test("or the nearest are named", () => {
		expect(() => findClient("curser")).toThrow('there is no client "curser" that we know');
		try {
			findClient("curser");
		} catch (error) {
			expect(error).toMatchObject({ hint: "Did you mean cursor?" });
		}
	});

	test("by no name that two of them have", () => {
		const names = clients.flatMap(({ id, aliases }) => [id, ...aliases]);
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});
});
