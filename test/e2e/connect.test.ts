/** Connecting and disconnecting: what is replaced, renewed, refused and asked. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseDocument } from "../../src/clients/document.ts";
import { removeEntry } from "../../src/clients/edit/edit.ts";
import { binaryPath } from "../helpers/binary.ts";
import { json, plain, run } from "../helpers/client-samples.ts";
import { treeOf } from "../helpers/home-tree.ts";
import { runCli } from "../helpers/run-cli.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { keys, openTerminal } from "../helpers/terminal.ts";

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

test.concurrent(
	"--replace on a config that would not load says what helps, with the command that has --force",
	async () => {
		await using home = openTempDir();
		home.write(".cursor/mcp.json", "{}");
		home.write(".dynamic-mcp/dynamic-mcp.json", "{bad");
		const { code, stderr } = await runCli(["connect", "cursor", "--replace"], { home: home.path });
		expect([code, stderr]).toEqual([1, expect.stringContaining("write a new one by dynamic-mcp import --force")]);
	},
);

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

describe("at a terminal", () => {
	function openConnect(home: TempDir) {
		return openTerminal({ command: [binaryPath(), "connect", "cursor"], home: home.path });
	}

	test.concurrent("it asks before it writes", async () => {
		await using home = openTempDir();
		const file = home.write(".cursor/mcp.json", cursor.text);
		await using program = openConnect(home);
		await program.see("Write this into ~/.cursor/mcp.json?");
		expect(readFileSync(file, "utf8")).toBe(cursor.text);
		program.type(keys.enter);
		await program.see("Cursor is connected");
		expect(await program.exited).toBe(0);
		expect(readFileSync(file, "utf8")).toContain('"dynamic-mcp"');
	});

	test.concurrent.each([
		["Ctrl-C", keys.ctrlC, 130, "Interrupted: nothing was changed."],
		["no", keys.down + keys.enter, 0, "Nothing was changed."],
	])("%s leaves everything as it was", async (_, typed, code, said) => {
		await using home = openTempDir();
		home.write(".cursor/mcp.json", cursor.text);
		const before = treeOf(home.path);
		await using program = openConnect(home);
		await program.see("Write this into");
		program.type(typed);
		await program.see(said);
		expect(await program.exited).toBe(code);
		expect(treeOf(home.path)).toEqual(before);
	});
});
