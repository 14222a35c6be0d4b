/** Importing without a terminal: what is written, and what keeps everything as it was. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { binaryPath } from "../helpers/binary.ts";
import { treeOf } from "../helpers/home-tree.ts";
import { type Outcome, runCli } from "../helpers/run-cli.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

const files = { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"] };
const secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
const github = { command: "npx", args: ["gh-mcp"], env: { GITHUB_TOKEN: secret } };

const servers = (mcpServers: unknown) => JSON.stringify({ mcpServers });

function openHome(): TempDir {
	const home = openTempDir();
	home.write(".cursor/mcp.json", servers({ files }));
	return home;
}

/** In a project's folder of the home folder. */
function run(home: TempDir, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
	mkdirSync(join(home.path, "project"), { recursive: true });
	return runCli(["import", ...args], { home: home.path, cwd: join(home.path, "project"), env });
}

const usual = ".dynamic-mcp/dynamic-mcp.json";
const textOf = (home: TempDir, name = usual) => readFileSync(join(home.path, name), "utf8");
const namesIn = (home: TempDir, name = usual) => Object.keys(JSON.parse(textOf(home, name)).mcpServers);
const modeOf = (home: TempDir, name = usual) => (statSync(join(home.path, name)).mode & 0o777).toString(8);

test.concurrent(
	"a new config has a schema, the order of the file, two blanks a level and a line break at its end",
	async () => {
		await using home = openHome();
		home.write(
			".cursor/mcp.json",
			servers({ zebra: { command: "zebra-mcp" }, files, apple: { url: "https://apple.example.com/mcp" } }),
		);
		const { code, stdout } = await run(home, ["cursor", "--yes"]);
		expect(code).toBe(0);
		expect(stdout).toContain("Imported 3 servers into ~/.dynamic-mcp/dynamic-mcp.json.");
		expect(namesIn(home)).toEqual(["zebra", "files", "apple"]);
		expect(textOf(home)).toStartWith('{\n  "$schema": "https://');
		expect(textOf(home)).toEndWith("}\n");
		expect(modeOf(home)).toBe("644");
	},
);

test.concurrent("a config with secrets is for its owner alone, and no secret is shown", async () => {
	await using home = openHome();
	home.write(".cursor/mcp.json", servers({ github }));
	const { stdout, stderr } = await run(home, ["cursor"]);
	expect(modeOf(home)).toBe("600");
	expect(JSON.parse(textOf(home)).mcpServers.github.env.GITHUB_TOKEN).toBe(secret);
	expect(stdout + stderr).not.toContain(secret);
	expect(stdout).toContain("Secrets in clear text");
	expect(stdout).toContain("${GITHUB_TOKEN}");
});

test.concurrent("importing twice changes nothing, and says so", async () => {
	await using home = openHome();
	home.write(".gemini/settings.json", servers({ files: github, "": files }));
	await run(home, ["--yes"]);
	const before = treeOf(home.path);
	const { code, stdout } = await run(home, ["--yes"]);
	expect(code).toBe(0);
	expect(stdout).toContain("Nothing new: ~/.dynamic-mcp/dynamic-mcp.json stays as it is.");
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent(
	"into a config that is there, what is in it stays byte for byte: comments, order, mode, and where a link leads",
	async () => {
		await using home = openHome();
		const text =
			'// mine\r\n{\r\n  "settings": { "prefix": true }, // why\r\n  "mcpServers": {\r\n    "own": { "command": "own-mcp" }, // own\r\n  },\r\n}\r\n';
		home.write("elsewhere/servers.json", text, 0o640);
		mkdirSync(join(home.path, ".dynamic-mcp"));
		symlinkSync(join(home.path, "elsewhere/servers.json"), join(home.path, usual));
		const { code, stderr } = await run(home, ["cursor", "--yes"]);
		expect([code, stderr]).toEqual([0, ""]);
		const after = textOf(home, "elsewhere/servers.json");
		expect(Object.keys((Bun.JSONC.parse(after) as { mcpServers: object }).mcpServers)).toEqual(["own", "files"]);
		for (const line of text.split("\r\n").filter((line) => line.includes("//"))) expect(after).toContain(line);
		expect(modeOf(home, "elsewhere/servers.json")).toBe("640");
		expect(treeOf(home.path)[usual]).toStartWith("link to ");
	},
);

test.concurrent("--force overwrites, and keeps a copy of what was there", async () => {
	await using home = openHome();
	const before = servers({ own: { command: "own-mcp" } });
	home.write(usual, before);
	const { stdout } = await run(home, ["cursor", "-f"]);
	expect(namesIn(home)).toEqual(["files"]);
	const copies = Object.entries(treeOf(home.path)).filter(
		([path, what]) => path.includes("backups") && what.startsWith("file"),
	);
	expect(copies.map(([, what]) => what)).toEqual([`file 600 ${before}`]);
	expect(stdout).toMatch(/kept in\s~\/\.dynamic-mcp\/backups\//);
});

test.concurrent("the config is the one of --output, else of DYNAMIC_MCP_CONFIG", async () => {
	await using home = openHome();
	const env = { DYNAMIC_MCP_CONFIG: join(home.path, "b.json") };
	await run(home, ["cursor", "-o", "a.json"], env);
	expect(namesIn(home, "project/a.json")).toEqual(["files"]);
	await run(home, ["cursor"], env);
	expect(namesIn(home, "b.json")).toEqual(["files"]);
	expect(Object.keys(treeOf(home.path))).not.toContain(usual);
});

describe("files of a project", () => {
	function openBoth(): TempDir {
		const home = openHome();
		home.write("project/.cursor/mcp.json", servers({ local: { command: "local-mcp" } }));
		return home;
	}

	test.concurrent.each<[string, string[], string[]]>([
		["a client's name: both", ["cursor"], ["files", "local"]],
		["--global", ["cursor", "--global"], ["files"]],
		["-g", ["cursor", "-g"], ["files"]],
		["--project", ["cursor", "--project"], ["local"]],
		["no name: those of the home folder", ["--yes"], ["files"]],
		["no name, --project", ["--project", "--yes"], ["local"]],
	])("with %s", async (_, args, expected) => {
		await using home = openBoth();
		expect((await run(home, args)).code).toBe(0);
		expect(namesIn(home).sort()).toEqual(expected);
	});

	test.concurrent("that are left out are told of", async () => {
		await using home = openBoth();
		expect((await run(home, ["--yes"])).stderr).toContain("dynamic-mcp import --project");
	});
});

test.concurrent("without a name and a terminal, what was found is listed with the command for each", async () => {
	await using home = openHome();
	home.write("project/.mcp.json", servers({ files }));
	const before = treeOf(home.path);
	const { code, stderr } = await run(home, []);
	expect(code).toBe(1);
	expect(stderr).toMatch(/dynamic-mcp import cursor --global +1 server, ~\/\.cursor\/mcp\.json/);
	expect(stderr).toMatch(/dynamic-mcp import claude --project +1 server, ~\/project\/\.mcp\.json/);
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("a dry run writes nothing, not even a folder", async () => {
	await using home = openHome();
	await run(home, ["--dry-run"]);
	const before = treeOf(home.path);
	const { code, stdout } = await run(home, ["cursor", "--dry-run"]);
	expect(code).toBe(0);
	expect(stdout).toContain("filesystem /tmp");
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("one broken file or entry does not keep the others from being imported", async () => {
	await using home = openHome();
	home.write(".gemini/settings.json", "{ nonsense");
	home.write(".cursor/mcp.json", servers({ bad: { args: [] }, files, us: { command: binaryPath() } }));
	const { code, stdout, stderr } = await run(home, ["--yes"]);
	expect([code, stderr]).toEqual([0, ""]);
	expect(namesIn(home)).toEqual(["files"]);
	expect(stdout).toMatch(/Not imported\n {2}bad \(Cursor\): /);
	expect(stdout).toContain("us (Cursor): it is dynamic-mcp itself");
	expect(stdout).toMatch(/Cannot be read\n {2}Gemini CLI: ~\/\.gemini\/settings\.json:1:3: /);
});

test.concurrent("a server that is switched off stays so, and numbers among arguments are not lost", async () => {
	await using home = openHome();
	const entry = { command: "x-mcp", args: ["--port", 8080, '{"a":{}}'], disabled: true };
	home.write(".cursor/mcp.json", servers({ x: entry }));
	await run(home, ["cursor"]);
	const { x } = JSON.parse(textOf(home)).mcpServers;
	expect(x.enabled).toBe(false);
	expect(x.args.map(String)).toEqual(["--port", "8080", '{"a":{}}']);
});

test.concurrent.each<[string, string, string[]]>([
	["all that was read is broken", "{ nonsense", ["cursor"]],
	["every entry has failed", servers({ bad: { args: [] } }), ["cursor"]],
	["the client has no file at all", servers({}), ["zed"]],
	["the client is not known", servers({}), ["curser"]],
])("the exit code is 1 when %s", async (_, text, args) => {
	await using home = openHome();
	home.write(".cursor/mcp.json", text);
	const { code, stdout, stderr } = await run(home, args);
	expect(code).toBe(1);
	expect(stdout + stderr).not.toContain("    at ");
});

test.concurrent.each<[string, string]>([
	["servers that are none of ours to import", servers({ us: { command: "dynamic-mcp" } })],
	["no servers", servers({})],
	["nothing at all", ""],
])("the exit code is 0 for a file with %s", async (_, text) => {
	await using home = openHome();
	home.write(".cursor/mcp.json", text);
	const { code, stdout } = await run(home, ["cursor"]);
	expect(code).toBe(0);
	expect(stdout).toContain("There is nothing to import.");
});

describe("nothing is written into a config", () => {
	const faults: readonly [string, (home: TempDir) => void, RegExp][] = [
		[
			"with a syntax error",
			(home) => home.write(usual, '{\n  "mcpServers": {,}\n}'),
			/dynamic-mcp\.json has a problem:\n {2}2:18/,
		],
		[
			"that is a list",
			(home) => home.write(usual, "[]"),
			/expected an object with "mcpServers", found an? (?:array|list)/,
		],
		["whose servers are a list", (home) => home.write(usual, '{"mcpServers": []}'), /mcpServers: expected an object/],
		["with an unknown field", (home) => home.write(usual, servers({ a: { command: "a", comand: 1 } })), /comand/],
		["that is a folder", (home) => mkdirSync(join(home.path, usual), { recursive: true }), /is a folder/],
		["that is huge", (home) => home.write(usual, `{"mcpServers":{}}${" ".repeat(11_000_000)}`), /too long: 12 MB/],
		["that is no text", (home) => home.write(usual, new Uint8Array([0x7b, 0xff, 0x7d])), /not UTF-8/],
		["that is read-only", (home) => home.write(usual, servers({}), 0o444), /is read-only/],
		[
			"in a read-only folder",
			(home) => {
				home.write(usual, servers({}));
				chmodSync(join(home.path, ".dynamic-mcp"), 0o555);
			},
			/its folder .* is read-only/,
		],
		[
			"behind a link to nowhere",
			(home) => linkTo(home, "missing.json"),
			/is a link to .*missing\.json, which is not there/,
		],
	];

	test.concurrent.each(faults)("%s", async (_, prepare, expected) => {
		await using home = openHome();
		prepare(home);
		mkdirSync(join(home.path, "project"));
		const before = treeOf(home.path);
		const { code, stderr } = await run(home, ["cursor", "--yes"]);
		expect(code).toBe(1);
		expect(stderr).toMatch(expected);
		expect(stderr).not.toContain("    at ");
		expect(treeOf(home.path)).toEqual(before);
		// Else it could not be removed again by somebody who is not root.
		if (before[".dynamic-mcp"] !== undefined) chmodSync(join(home.path, ".dynamic-mcp"), 0o755);
	});

	function linkTo(home: TempDir, target: string): void {
		mkdirSync(join(home.path, ".dynamic-mcp"));
		symlinkSync(join(home.path, target), join(home.path, usual));
	}
});

test.concurrent("an empty config is filled, and one with a byte order mark keeps it", async () => {
	await using home = openHome();
	home.write(usual, "\n");
	await run(home, ["cursor"]);
	expect(namesIn(home)).toEqual(["files"]);
	home.write(usual, '\uFEFF{"mcpServers":{}}');
	await run(home, ["cursor"]);
	expect(textOf(home)).toStartWith("\uFEFF{");
	expect(textOf(home)).toContain("server-filesystem");
});

test.concurrent("no line is wider than 80 columns, but for paths and commands to be copied", async () => {
	await using home = openHome();
	home.write(
		".cursor/mcp.json",
		servers({
			github,
			files,
			"A very long name of a server with blanks": { url: `https://example.com/${"x".repeat(90)}` },
		}),
	);
	const { stdout } = await run(home, ["cursor", "--dry-run"], { FORCE_COLOR: "0" });
	expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
	expect(stdout).not.toContain("\u001B");
});
