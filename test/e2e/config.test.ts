/** A config that is missing, wrong, or wrong for one server only. */
import { expect, test } from "bun:test";
import { accessSync, constants } from "node:fs";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { type Outcome, runCli, runWithConfig } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

/** One readable message, the exit code that says so, and nothing for the client to stumble over. */
function expectRefusal({ code, stdout, stderr }: Outcome, ...parts: string[]): void {
	expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
	expect(stderr).toStartWith("dynamic-mcp: ");
	expect(stderr).not.toMatch(/^\s+at |\.ts:\d|\bundefined\b|\[object/m);
	expect(parts.filter((part) => !stderr.includes(part))).toEqual([]);
}

function isReadable(path: string): boolean {
	try {
		accessSync(path, constants.R_OK);
		return true;
	} catch {
		return false;
	}
}

async function isRootAllMighty(): Promise<boolean> {
	await using directory = openTempDir();
	return isReadable(directory.write("unreadable", "", 0o000));
}

test("a missing config file is named", async () => {
	expectRefusal(await runCli(["/no/such/config.json"]), "/no/such/config.json");
});

test.skipIf(await isRootAllMighty())(
	"an unreadable config file is named (skipped for who may read all: root)",
	async () => {
		await using directory = openTempDir();
		const path = directory.write("dynamic-mcp.json", "{}", 0o000);
		expectRefusal(await runCli([path]), path, "permission");
	},
);

test("a directory instead of a config file is named", async () => {
	await using directory = openTempDir();
	expectRefusal(await runCli([directory.path]), directory.path);
});

test("without any config the default place is named", async () => {
	expectRefusal(await runCli([]), ".dynamic-mcp/dynamic-mcp.json");
});

test("an unknown field is named with its server and the field that was meant", async () => {
	const text = JSON.stringify({ mcpServers: { echo: { description: "d", command: "true", argz: [] } } });
	expectRefusal(await runWithConfig(text), "echo", "argz", "args");
});

test("an unknown field at the top is named", async () => {
	expectRefusal(await runWithConfig('{"mcpServers": {}, "mcpServer": {}}'), "mcpServer");
});

test("a syntax error is shown with line and column", async () => {
	expectRefusal(await runWithConfig('{\n  "mcpServers": {\n    "echo": ]\n  }\n}'), "dynamic-mcp.json", "3:13");
});

test.each([
	["an empty file", ""],
	["an array", "[]"],
	["a number", "5"],
	["no servers", "{}"],
	["a server that is no object", '{"mcpServers": {"echo": 5}}'],
	["a command that is no string", '{"mcpServers": {"echo": {"description": "d", "command": 5}}}'],
	["neither command nor url", '{"mcpServers": {"echo": {"description": "d"}}}'],
	[
		"a wrong timeout",
		'{"mcpServers": {"echo": {"description": "d", "command": "x", "timeout": {"tools": "5 lightyears"}}}}',
	],
])("%s is refused", async (_what, text) => {
	expectRefusal(await runWithConfig(text), text.includes("echo") ? "echo" : "dynamic-mcp.json");
});

test("comments and trailing commas are fine", async () => {
	const echo = JSON.stringify(fixture("echo"));
	const configText = `// mine\n{"$schema": "x", "mcpServers": { /* one */ "echo": ${echo}, }, }`;
	await using proxy = await startProxy({ configText });
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "hi" }))).toBe("hi");
});

test("a command that does not exist is named by its group, and the others work", async () => {
	const ghost = { description: "d", command: "no-such-command-anywhere", args: [] };
	await using proxy = await startProxy({ servers: { ghost, echo: fixture("echo") } });
	const text = errorTextOf(await proxy.callTool("ghost", "anything"));
	expect(["ghost", "no-such-command-anywhere"].filter((part) => !text.includes(part))).toEqual([]);
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "hi" }))).toBe("hi");
});

test("an undefined variable is warned of, fails its own group by name, and the others work", async () => {
	const servers = { needy: fixture("echo", { args: ["${NOPE}"] }), echo: fixture("echo") };
	await using proxy = await startProxy({ servers });
	const texts = [await proxy.callTool("needy", "pid"), await proxy.discover("needy")].map(errorTextOf);
	expect(texts.filter((text) => !text.includes("NOPE") || !text.includes("needy"))).toEqual([]);
	expect(proxy.stderrText()).toMatch(/needy[^\n]*args[^\n]*NOPE|NOPE[^\n]*needy[^\n]*args/);
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "hi" }))).toBe("hi");
});

test("variables are filled in, with their defaults, where they may stand", async () => {
	const echo = fixture("echo", {
		command: "${RUNTIME}",
		args: ["${A}", "${NOPE:-fallback}", "x${A}y${A}", "$A", "${EMPTY:-}"],
		env: { FROM_ENV: "<${A}>" },
		cwd: "${FOLDER}",
	});
	const env = { A: "1", RUNTIME: process.execPath, FOLDER: "/" };
	await using proxy = await startProxy({ servers: { echo }, env });
	expect(JSON.parse(goodTextOf(await proxy.callTool("echo", "arguments")))).toEqual([
		"1",
		"fallback",
		"x1y1",
		"$A",
		"",
	]);
	expect(goodTextOf(await proxy.callTool("echo", "variable", { name: "FROM_ENV" }))).toBe("<1>");
	expect(goodTextOf(await proxy.callTool("echo", "directory"))).toBe("/");
});

test("a server without a description is accepted, as other clients write it", async () => {
	const { description: _left, ...echo } = fixture("echo");
	await using proxy = await startProxy({ servers: { echo: { ...echo, type: "stdio" } } });
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "hi" }))).toBe("hi");
});
