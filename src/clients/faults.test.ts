/** The faults of version 1's import, none of which is to come back. */
import { describe, expect, test } from "bun:test";

import { clientOf, machineOf, readText } from "../../test/helpers/client-files.ts";
import type { Format, Machine, Place } from "./types.ts";

const machine = machineOf("linux");

/** Entries by name, or why there is none. */
function read(id: string, text: string, { scope = "global", format = "json", at = machine } = {}): unknown {
	const client = clientOf(id);
	const place = client
		.places(at)
		.find((each) => each.scope === scope && each.format === format && each.keys === undefined) as Place;
	const servers = readText(client, text, place, at);
	return Object.fromEntries(
		servers.map((server) => [server.name, server.kind === "imported" ? server.entry : server.reason]),
	);
}

function paths(id: string, at: Machine = machine): string[] {
	return clientOf(id)
		.places(at)
		.map(({ path }) => path);
}

const toml = { format: "toml" satisfies Format };

describe("version 1's fault is gone:", () => {
	test("Codex has its servers in mcp_servers, not in mcp", () => {
		expect(read("codex", '[mcp_servers.a]\ncommand = "a"\n[mcp.b]\ncommand = "b"\n', toml)).toEqual({
			a: { command: "a" },
		});
	});

	test("Codex' headers, variables, folder and filters are not lost", () => {
		const text = [
			'[mcp_servers.a]\nurl = "https://example.com"\nhttp_headers = { A = "b" }',
			'env_http_headers = { C = "D" }\nbearer_token_env_var = "E"',
			'[mcp_servers.b]\ncommand = "b"\nenv_vars = ["F"]\ncwd = "/g"\nenabled_tools = ["h"]\n',
		].join("\n");
		expect(read("codex", text, toml)).toEqual({
			a: { type: "http", url: "https://example.com", headers: { A: "b", C: "${D}", Authorization: "Bearer ${E}" } },
			b: { command: "b", env: { F: "${F}" }, cwd: "/g", tools: { allow: ["h"] } },
		});
	});

	test("Codex fills in nothing, and has a file for a project", () => {
		expect(read("codex", '[mcp_servers.a]\ncommand = "a"\nenv = { B = "${C}" }\n', toml)).toEqual({
			a: { command: "a", env: { B: "$${C}" } },
		});
		expect(paths("codex")).toContain("/home/me/app/.codex/config.toml");
	});

	test("OpenCode's environment is not lost", () => {
		expect(read("opencode", '{"mcp":{"a":{"type":"local","command":["a"],"environment":{"B":"c"}}}}')).toEqual({
			a: { command: "a", env: { B: "c" } },
		});
	});

	test("OpenCode's files are found by both endings, in both folders, and its second version is understood", () => {
		expect(paths("opencode")).toEqual([
			"/home/me/.config/opencode/opencode.jsonc",
			"/home/me/.config/opencode/opencode.json",
			"/home/me/app/opencode.jsonc",
			"/home/me/app/opencode.json",
			"/home/me/app/.opencode/opencode.jsonc",
			"/home/me/app/.opencode/opencode.json",
		]);
		expect(read("opencode", '{"mcp":{"servers":{"a":{"type":"local","command":["a"]}}}}')).toEqual({
			a: { command: "a" },
		});
	});

	test.each([
		["gemini", "httpUrl", { type: "http" }],
		["qwen", "httpUrl", { type: "http" }],
		["antigravity", "serverUrl", {}],
		["windsurf", "serverUrl", {}],
	])("%s' %s is an address", (id, field, besides) => {
		expect(read(id, JSON.stringify({ mcpServers: { a: { [field]: "https://example.com" } } }))).toEqual({
			a: { ...besides, url: "https://example.com" },
		});
	});

	test("Goose's uri is an address", () => {
		const text = "extensions:\n  a: { type: streamable_http, uri: https://example.com }\n";
		expect(read("goose", text, { format: "yaml" })).toEqual({ a: { type: "http", url: "https://example.com" } });
	});

	test("variables are found in command, args and url, too", () => {
		const local = { command: "${env:A}", args: ["${env:B}"], cwd: "${env:C}" };
		const remote = { url: "https://${env:D}/", headers: { E: "${env:F}" } };
		expect(read("cursor", JSON.stringify({ mcpServers: { local, remote } }))).toEqual({
			local: { command: "${A}", args: ["${B}"], cwd: "${C}" },
			remote: { url: "https://${D}/", headers: { E: "${F}" } },
		});
	});

	test.each([
		["opencode", { mcp: { a: { command: ["a"], environment: { B: "{env:C}" } } } }, "linux", "${C}"],
		["gemini", { mcpServers: { a: { command: "a", env: { B: "$C" } } } }, "linux", "${C}"],
		["gemini", { mcpServers: { a: { command: "a", env: { B: "%C%" } } } }, "win32", "${C}"],
		["opencode", { mcp: { a: { command: ["a"], environment: { B: "{file:c}" } } } }, "linux", "${B}"],
		["vscode", { servers: { a: { command: "a", env: { B: "${input:c-d}" } } } }, "linux", "${C_D}"],
	] as const)("%s' own ways to write variables are understood: %j", (id, document, platform, value) => {
		expect(read(id, JSON.stringify(document), { at: machineOf(platform) })).toEqual({
			a: { command: "a", env: { B: value } },
		});
	});

	test("two closing braces stay two", () => {
		const env = { A: '{"b":{"c":{}}}' };
		expect(read("vscode", JSON.stringify({ servers: { a: { command: "a", env } } }))).toEqual({
			a: { command: "a", env },
		});
	});

	test("Cline's file is the one that Cline writes, and it has none for a project", () => {
		expect(paths("cline")).toContain(
			"/home/me/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
		);
		expect(paths("cline").filter((path) => path.startsWith(machine.project))).toEqual([]);
	});

	test("Kilo Code's and Antigravity's files are found where they are now, and where they were", () => {
		expect(paths("kilocode")).toEqual(
			expect.arrayContaining(["/home/me/.config/kilo/kilo.jsonc", "/home/me/app/.kilocode/mcp.json"]),
		);
		expect(paths("antigravity")).toEqual([
			"/home/me/.gemini/config/mcp_config.json",
			"/home/me/.gemini/antigravity/mcp_config.json",
			"/home/me/.gemini/antigravity-cli/mcp_config.json",
			"/home/me/app/.agents/mcp_config.json",
		]);
	});

	test("what Claude Code has for you alone in a project is read, and nothing of other projects", () => {
		const claude = clientOf("claude");
		const place = claude.places(machine).find(({ note }) => note === "local scope") as Place;
		const projects = { "/home/me/app": { mcpServers: { a: { command: "a" } } }, "/b": { mcpServers: { b: {} } } };
		expect(claude.read({ projects }, place, machine).map(({ name }) => name)).toEqual(["a"]);
		expect(claude.keys({}, place)).toEqual(["projects", "/home/me/app", "mcpServers"]);
	});

	test.each(["vscode", "gemini", "zed", "cursor", "amp"])("comments and last commas are fine in %s' file", (id) => {
		const client = clientOf(id);
		const [key = ""] = client.keys({}, client.places(machine)[0] as Place);
		expect(read(id, `// one\n{ "${key}": { "a": { "command": "a", }, }, /* two */ }`)).toEqual({
			a: { command: "a" },
		});
	});

	test("folder, file of variables, time, filters and being off are taken over", () => {
		const entry = { command: "a", cwd: "/b", envFile: "/c", timeout: 5, disabledTools: ["d"], disabled: true };
		expect(read("cline", JSON.stringify({ mcpServers: { a: entry } }))).toEqual({
			a: { enabled: false, command: "a", envFile: "/c", cwd: "/b", tools: { deny: ["d"] }, timeout: { tools: "5s" } },
		});
	});

	test("a file without the key has no servers", () => {
		expect(read("claude", '{ "numStartups": 1 }')).toEqual({});
	});
});
