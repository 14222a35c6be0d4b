/** A person at a terminal: versions, help, mistakes, and where the config is looked for. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";

import { version } from "../../package.json";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { startProxy } from "../helpers/proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const oneGroup = JSON.stringify({ mcpServers: { here: { description: "Found it", command: "true" } } });

test.each(["--version", "-V", "-v", "version"])("%s prints the version, and which build it is", async (option) => {
	const { code, stdout, stderr } = await runCli([option]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	const [name, number, ...details] = stdout.trim().split(" ");
	expect([name, number]).toEqual(["dynamic-mcp", version]);
	expect(details.join(" ")).toMatch(/^\([0-9a-f]{7,}(\+changes)? \d{4}-\d\d-\d\d (linux|macos|windows)-\S+\)$/);
});

test("--help shows how to use it", async () => {
	const { code, stdout } = await runCli(["--help"]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/usage/i);
	expect(stdout).toContain("dynamic-mcp");
	expect(stdout).toContain("--log-level");
});

test.each([
	["an unknown flag", ["--no-such-flag"], "no-such-flag"],
	["an unknown flag of serve", ["serve", "--no-such-flag", "x.json"], "no-such-flag"],
	["an unknown log level", ["--log-level", "loud", "x.json"], "loud"],
	["what is neither a command nor a file", ["swerve"], "swerve"],
])("%s is refused by name", async (_what, args, name) => {
	const { code, stdout, stderr } = await runCli(args);
	expect(stdout).toBe("");
	expect([1, 2]).toContain(code ?? -1);
	expect(stderr).toContain(name);
	expect(stderr).not.toMatch(/^\s+at /m);
});

test.each([
	["of a command", ["tools", "--nope"], "unknown option --nope\nSee dynamic-mcp tools --help.\n"],
	["of a tool", ["call", "g", "t", "--n=5"], "unknown option --n\nArguments are written without dashes: n=…\n"],
	[
		"before its command",
		["--config", "x.json", "tools"],
		"unknown option --config\nOptions are written behind the command: dynamic-mcp tools --config …\n",
	],
	[
		"of serve",
		["--config", "x.json"],
		"unknown option --config\nA config to be served stands by itself: dynamic-mcp serve servers.json\n",
	],
	[
		"or a group, where a config is meant,",
		["doctor", "github"],
		'there is no config file "github" here\nOnly a config can be named, and no group: all groups of a config are looked at.\n',
	],
	["of no command", ["--nope"], "unknown option --nope\nRun dynamic-mcp --help for what there is.\n"],
	["or a word too many", ["tools", "a", "b"], 'unexpected argument "b"\nSee dynamic-mcp tools --help.\n'],
	["or help of no command", ["help", "tool"], 'there is no command "tool"\nDid you mean the command tools?\n'],
])("an option %s that there is not is told with what helps", async (_what, args, said) => {
	expect(await runCli(args)).toMatchObject({ code: 1, stdout: "", stderr: `dynamic-mcp: ${said}` });
});

test("behind -- nothing is an option", async () => {
	await using directory = openTempDir();
	const file = directory.write("--help", "{}");
	const { code, stdout } = await runCli(["validate", "--json", "--", "--help"], { cwd: directory.path });
	expect({ code, file: (JSON.parse(stdout) as { file: string }).file }).toEqual({ code: 1, file });
});

test.each([
	["a path", (config: string) => [config]],
	["serve and a path", (config: string) => ["serve", config]],
])("%s on the command line is served", async (_what, args) => {
	await using proxy = await startProxy({ configText: oneGroup, args });
	expect(JSON.stringify(await proxy.request("tools/list"))).toContain("Found it");
});

test("a relative path is one from the working directory", async () => {
	await using directory = openTempDir();
	directory.write("mine.json", oneGroup);
	await using proxy = await startProxy({ args: () => ["mine.json"], cwd: directory.path });
	expect(JSON.stringify(await proxy.request("tools/list"))).toContain("Found it");
});

test("DYNAMIC_MCP_CONFIG names the config when the command line does not", async () => {
	await using directory = openTempDir();
	const env = { DYNAMIC_MCP_CONFIG: directory.write("by-variable.json", oneGroup) };
	await using proxy = await startProxy({ args: () => [], env });
	expect(JSON.stringify(await proxy.request("tools/list"))).toContain("Found it");
});

test("the config in the home directory is the last resort", async () => {
	await using home = openTempDir();
	home.write(".dynamic-mcp/dynamic-mcp.json", oneGroup);
	await using proxy = await startProxy({ args: () => ["serve"], home: home.path });
	expect(JSON.stringify(await proxy.request("tools/list"))).toContain("Found it");
});

test("a config in the working directory is not picked up", async () => {
	await using directory = openTempDir();
	for (const name of ["dynamic-mcp.json", ".mcp.json", "mcp.json"]) directory.write(name, oneGroup);
	const { code, stdout } = await runCli([], { cwd: directory.path });
	expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test.skipIf(!existsSync("/dev/full"))("output that finds no room is told so, without a stack", async () => {
	await using home = openTempDir();
	const child = Bun.spawn(["sh", "-c", '"$0" schema > /dev/full', binaryPath()], {
		env: cleanEnvironment(home.path),
		stderr: "pipe",
	});
	expect([await child.exited, await child.stderr.text()]).toEqual([
		1,
		expect.stringMatching(/^dynamic-mcp: what is to be printed cannot be written: ENOSPC: .*\n$/),
	]);
});

test("schema prints the JSON Schema of the config", async () => {
	const { code, stdout } = await runCli(["schema"]);
	expect(code).toBe(0);
	expect(JSON.parse(stdout)).toMatchObject({ type: "object", properties: { mcpServers: expect.any(Object) } });
});

test("demo shows the two tools and a call in 80 columns, without colours when nobody looks, and leaves nothing behind", async () => {
	await using home = openTempDir();
	const { code, stdout } = await runCli(["demo"], { home: home.path, env: { TMPDIR: home.path } });
	expect(code).toBe(0);
	expect(["get_dynamic_tools", "call_dynamic_tool", "tokens"].filter((part) => !stdout.includes(part))).toEqual([]);
	expect(stdout).not.toContain("\u001b[");
	expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
	expect(readdirSync(home.path)).toEqual([]);
});
