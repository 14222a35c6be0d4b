/** Every client on a Linux machine: imported, connected, started from its own file, and disconnected again. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { findClient } from "../../src/clients/all.ts";
import { parseDocument } from "../../src/clients/document.ts";
import { removeEntry } from "../../src/clients/edit/edit.ts";
import { entryIn } from "../../src/clients/edit/expected.ts";
import { programIn } from "../../src/clients/our-entry.ts";
import type { Format } from "../../src/clients/types.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { treeOf } from "../helpers/home-tree.ts";
import { runCli } from "../helpers/run-cli.ts";
import { plainClient } from "../helpers/sdk-client.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

const command = process.execPath;
const args = [join(import.meta.dir, "../fixtures/servers/echo.ts")];
const plain = { command, args };
const typed = { type: "stdio", ...plain };
const listed = { type: "local", command: [command, ...args], enabled: true };

interface Sample {
	readonly path: string;
	readonly format: Format;
	readonly keys: readonly string[];
	readonly text: string;
}

function json(path: string, entry: object = plain, ...keys: string[]): Sample {
	const [key = "mcpServers", inner] = keys;
	const one = `"echo": ${JSON.stringify(entry)} // of echo`;
	const servers = inner === undefined ? one : `// below\n    "${inner}": {\n      ${one}\n    }`;
	const text = `// Mine\n{\n  "theme": "dark", // stays\n  "${key}": {\n    // the servers\n    ${servers}\n  },\n  "last": [1, 2,]\n}\n`;
	return { path, format: "json", keys: keys.length === 0 ? [key] : keys, text };
}

const toml = `model = "o9" # mine\n\n[mcp_servers.echo] # of echo\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n\n# the end\n`;

const goose = `# mine\nextensions:\n  # the servers\n  echo:\n    type: stdio\n    name: echo\n    enabled: true\n    cmd: ${command}\n    args: ${JSON.stringify(args)} # of echo\n    timeout: 300\nGOOSE_MODE: auto # stays\n`;

const continueDev = `name: mine # stays\nversion: 1.0.0\nschema: v1\nmcpServers:\n  - name: echo # of echo\n    command: ${command}\n    args: ${JSON.stringify(args)}\n`;

const user = ".config/Code/User";

/** Visual Studio is for Windows only. */
const samples: Readonly<Record<string, Sample>> = {
	cursor: json(".cursor/mcp.json"),
	opencode: json(".config/opencode/opencode.jsonc", listed, "mcp"),
	"claude-desktop": json(".config/Claude/claude_desktop_config.json"),
	claude: json(".claude.json", typed),
	vscode: json(`${user}/mcp.json`, typed, "servers"),
	cline: json(`${user}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`),
	kilocode: json(".config/kilo/kilo.jsonc", listed, "mcp"),
	codex: { path: ".codex/config.toml", format: "toml", keys: ["mcp_servers"], text: toml },
	gemini: json(".gemini/settings.json"),
	antigravity: json(".gemini/config/mcp_config.json"),
	windsurf: json(".codeium/windsurf/mcp_config.json"),
	zed: json(".config/zed/settings.json", plain, "context_servers"),
	continue: { path: ".continue/config.yaml", format: "yaml", keys: ["mcpServers"], text: continueDev },
	goose: { path: ".config/goose/config.yaml", format: "yaml", keys: ["extensions"], text: goose },
	amp: json(".config/amp/settings.json", plain, "amp.mcpServers"),
	warp: json(".warp/.mcp.json"),
	lmstudio: json(".lmstudio/mcp.json"),
	junie: json(".junie/mcp/mcp.json"),
	copilot: json(".copilot/mcp-config.json", { ...plain, type: "local", tools: ["*"] }),
	qwen: json(".qwen/settings.json"),
	crush: json(".config/crush/crush.json", typed, "mcp"),
	kiro: json(".kiro/settings/mcp.json"),
	amazonq: json(".aws/amazonq/mcp.json"),
	droid: json(".factory/mcp.json"),
	roo: json(`${user}/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json`),
	trae: json(".config/Trae/User/mcp.json"),
};

/** OpenCode's second version, in the same file. */
const second = json(
	".config/opencode/opencode.jsonc",
	{ type: "local", command: [command, ...args] },
	"mcp",
	"servers",
);

async function run(home: TempDir, ...words: string[]): Promise<string> {
	const { code, stdout, stderr } = await runCli(words, { home: home.path });
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	return stdout;
}

/** As the client would: what its own file says, without a shell. */
async function askThrough(home: TempDir, entry: unknown): Promise<{ tools: string[]; said: unknown }> {
	const program = programIn(entry);
	const client = plainClient();
	const transport = new StdioClientTransport({
		command: program?.command ?? "",
		args: [...(program?.args ?? [])],
		env: cleanEnvironment(home.path),
		cwd: home.path,
		stderr: "ignore",
	});
	try {
		await client.connect(transport);
		const { tools } = await client.listTools();
		const call = { group: "echo", name: "echo", args: { text: "hello" } };
		const { content } = await client.callTool({ name: "call_dynamic_tool", arguments: call });
		return { tools: tools.map(({ name }) => name), said: content };
	} finally {
		await client.close();
	}
}

/** The file that is said to have our entry. */
function fileIn(home: TempDir, stdout: string): string {
	const [, path = ""] = / is connected: ~\/(\S+) starts dynamic-mcp\.$/m.exec(stdout) ?? [];
	return join(home.path, path);
}

async function roundTrip(id: string, { path, format, keys, text }: Sample): Promise<void> {
	await using home = openTempDir();
	const own = home.write(path, text, 0o640);
	await run(home, "import", id, "--yes");
	const file = fileIn(home, await run(home, "connect", id));
	const edited = readFileSync(file, "utf8");
	const parsed = parseDocument(edited, format);
	const entry = entryIn("value" in parsed ? parsed.value : undefined, keys, "dynamic-mcp");
	expect(programIn(entry)).toEqual({ command: binaryPath(), args: [] });
	if (file === own) expect(removeEntry(edited, format, keys, "dynamic-mcp")).toBe(text);
	else expect(readFileSync(own, "utf8")).toBe(text);
	expect(await askThrough(home, entry)).toEqual({
		tools: ["get_dynamic_tools", "call_dynamic_tool"],
		said: [{ type: "text", text: "hello" }],
	});
	expect(await run(home, "connect", id)).toContain("is connected already");
	await run(home, "disconnect", id);
	expect([readFileSync(own, "utf8"), existsSync(file)]).toEqual([text, file === own]);
	expect(await run(home, "disconnect", id)).toContain("is not connected");
}

describe("from import to disconnect", () => {
	test.concurrent.each(Object.keys(samples))("%s", async (id) => {
		const sample = samples[id];
		if (sample !== undefined) await roundTrip(id, sample);
	});

	test.concurrent("OpenCode's second version", () => roundTrip("opencode", second));

	test("no client is missing", async () => {
		const { clients } = await import("../../src/clients/all.ts");
		const others = clients.map(({ id }) => id).filter((id) => samples[id] === undefined);
		expect(others).toEqual(["visualstudio"]);
		expect(findClient("visualstudio").places({ platform: "linux", env: {}, home: "/h", project: "/p" })).toEqual([]);
	});
});

const cursor = json(".cursor/mcp.json");

test.concurrent("--replace takes out what was imported, and nothing else; disconnect puts it back", async () => {
	await using home = openTempDir();
	const text =
		'{\n  "mcpServers": {\n    "echo": { "command": "echo-mcp" }, // of echo\n    "kept": { "command": "kept-mcp" }\n  }\n}\n';
	const file = home.write(".cursor/mcp.json", text);
	const servers = { echo: { command: "echo-mcp" }, other: { command: "kept-mcp", args: ["--other"] } };
	home.write(".dynamic-mcp/dynamic-mcp.json", JSON.stringify({ mcpServers: servers }));
	const said = await run(home, "connect", "cursor", "--replace");
	expect(said).toContain("Taken out there, since dynamic-mcp has it: echo");
	const { mcpServers } = JSON.parse(readFileSync(file, "utf8"));
	expect(Object.keys(mcpServers)).toEqual(["kept", "dynamic-mcp"]);
	await run(home, "disconnect", "cursor");
	expect(readFileSync(file, "utf8")).toBe(text);
});

test.concurrent(
	"after edits of the person's, disconnect takes out our entry alone, and puts the servers back",
	async () => {
		await using home = openTempDir();
		const file = home.write(".cursor/mcp.json", cursor.text);
		await run(home, "import", "cursor", "--yes");
		await run(home, "connect", "cursor", "--replace");
		await Bun.write(file, readFileSync(file, "utf8").replace('"dark"', '"light"'));
		const said = await run(home, "disconnect", "cursor");
		expect(said).toContain("everything else in it stays");
		expect(said).toContain("Put back: echo.");
		const now = readFileSync(file, "utf8");
		const parsed = parseDocument(now, "json");
		expect("value" in parsed && parsed.value).toEqual({ theme: "light", mcpServers: { echo: plain }, last: [1, 2] });
		expect(now).toContain("// stays");
	},
);

test.concurrent("a second connect does not lose what the first one found", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", cursor.text);
	await run(home, "import", "cursor", "--yes");
	await run(home, "connect", "cursor", "--config", join(home.path, ".dynamic-mcp/dynamic-mcp.json"));
	await run(home, "connect", "cursor", "--replace");
	expect(Object.keys((Bun.JSONC.parse(readFileSync(file, "utf8")) as { mcpServers: object }).mcpServers)).toEqual([
		"dynamic-mcp",
	]);
	await run(home, "disconnect", "cursor");
	expect(readFileSync(file, "utf8")).toBe(cursor.text);
});

test.concurrent("an entry that starts an older program is renewed, and keeps what the person has added", async () => {
	await using home = openTempDir();
	const old = { command: "/old/dynamic-mcp", env: { TOKEN: "to-be-hidden" } };
	const file = home.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { mine: old } }));
	const said = await run(home, "connect", "cursor");
	expect(said).not.toContain("to-be-hidden");
	expect(JSON.parse(readFileSync(file, "utf8")).mcpServers).toEqual({
		mine: { type: "stdio", command: binaryPath(), env: { TOKEN: "to-be-hidden" } },
	});
	await run(home, "disconnect", "cursor");
	expect(JSON.parse(readFileSync(file, "utf8")).mcpServers).toEqual({ mine: old });
});

test.concurrent("without a note of it, an entry that starts us is taken out", async () => {
	await using home = openTempDir();
	const file = home.write(
		".cursor/mcp.json",
		'{ "mcpServers": { "dmcp": { "command": "dmcp" }, "a": { "command": "x" } } }',
	);
	await run(home, "disconnect", "cursor");
	expect(readFileSync(file, "utf8")).toBe('{ "mcpServers": { "a": { "command": "x" } } }');
});

test.concurrent("--dry-run shows the difference without secrets, and changes nothing", async () => {
	await using home = openTempDir();
	home.write(
		".cursor/mcp.json",
		'{\n  "mcpServers": {\n    "a": { "command": "x", "env": { "TOKEN": "hush-hush" } }\n  }\n}\n',
	);
	const before = treeOf(home.path);
	const said = await run(home, "connect", "cursor", "--dry-run");
	expect(said).toContain('\n+    "dynamic-mcp": {\n');
	expect(said).not.toContain("hush");
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("--project writes the project's file, and disconnect finds it", async () => {
	await using home = openTempDir();
	const cwd = join(home.path, "project");
	home.write("project/readme.md", "");
	const options = { home: home.path, cwd };
	expect((await runCli(["connect", "claude", "--project", "--yes"], options)).code).toBe(0);
	const { "dynamic-mcp": entry } = JSON.parse(readFileSync(join(cwd, ".mcp.json"), "utf8")).mcpServers;
	expect(entry).toEqual({ type: "stdio", command: binaryPath(), alwaysLoad: true });
	expect((await runCli(["disconnect", "claude"], options)).stdout).toContain("is gone, which connect had made");
	expect(existsSync(join(cwd, ".mcp.json"))).toBe(false);
});

test.concurrent("of two at the same time both end well, or one says why not, and the file has one entry", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", cursor.text);
	const both = await Promise.all([1, 2].map(() => runCli(["connect", "cursor"], { home: home.path })));
	for (const { code, stderr } of both) {
		if (code !== 0) expect(stderr).toContain("has just been changed by another program");
	}
	expect(both.some(({ code }) => code === 0)).toBe(true);
	expect(removeEntry(readFileSync(file, "utf8"), "json", ["mcpServers"], "dynamic-mcp")).toBe(cursor.text);
	await run(home, "disconnect", "cursor");
	expect(readFileSync(file, "utf8")).toBe(cursor.text);
});

describe("nothing is written, nothing is left behind, and the reason is told:", () => {
	test.concurrent.each<[string, string | Uint8Array, string]>([
		["a syntax error", '{\n  "mcpServers": {\n    "a" 1\n}}', ":3:9: expected a colon"],
		["a list at the top", "[]", "found a list"],
		["servers that are a text", '{ "mcpServers": "x" }', "mcpServers"],
		["UTF-16", Buffer.from("\uFEFF{}", "utf16le"), "UTF-16"],
		["no UTF-8", new Uint8Array([0x7b, 0xe4, 0x7d]), "is not UTF-8"],
		["more than 10 MB", " ".repeat(10_000_001), "is too long"],
	])("%s", async (_, text, reason) => {
		await using home = openTempDir();
		home.write(".cursor/mcp.json", text);
		const before = treeOf(home.path);
		const { code, stdout, stderr } = await runCli(["connect", "cursor"], { home: home.path });
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(stderr).toContain("/.cursor/mcp.json");
		expect(stderr).toContain(reason);
		expect(treeOf(home.path)).toEqual(before);
	});

	test.concurrent("a read-only file", async () => {
		await using home = openTempDir();
		home.write(".cursor/mcp.json", "{}", 0o444);
		const before = treeOf(home.path);
		const { code, stderr } = await runCli(["connect", "cursor"], { home: home.path });
		expect([code, stderr]).toEqual([1, expect.stringContaining("mcp.json is read-only")]);
		expect(treeOf(home.path)).toEqual(before);
	});
});

test.concurrent.each([
	["an empty file", ""],
	["a byte order mark and line ends of Windows", '\uFEFF{\r\n\t"mcpServers": {\r\n\t}\r\n}\r\n'],
])("%s is no fault, and comes back as it was", async (_, text) => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	await run(home, "connect", "cursor");
	expect(readFileSync(file, "utf8").includes("\r\n")).toBe(text.includes("\r\n"));
	await run(home, "disconnect", "cursor");
	expect(readFileSync(file, "utf8")).toBe(text);
});
