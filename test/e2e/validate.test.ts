import { describe, expect, test } from "bun:test";

import { runCli } from "../helpers/run-cli.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const wrong = '{\n\t"mcpServers": {\n\t\t"git": { "comand": "uvx", "command": "x" }\n\t}\n}\n';
const fine = '{"mcpServers": {"git": {"command": "uvx"}}}';
const windows = wrong.replaceAll("\n", "\r\n");

describe.concurrent("a config with an error", () => {
	test.each([
		["as it is", wrong],
		["with a byte order mark", `\uFEFF${wrong}`],
		["with lines that end as on Windows", windows],
		["in UTF-16", Buffer.from(`\uFEFF${windows}`, "utf16le")],
	])("is shown with its place, %s", async (_, text) => {
		await using directory = openTempDir();
		const path = directory.write("servers.json", text);
		const { code, stdout, stderr } = await runCli(["validate", path]);
		expect({ code, stderr, lines: stdout.split("\n") }).toEqual({
			code: 1,
			stderr: "",
			lines: [
				`${path}:3:12: error`,
				"  mcpServers.git.comand: unknown field",
				'  3 |     "git": { "comand": "…", "command": "x" }',
				"    |              ^^^^^^^^",
				'  Did you mean "command"?',
				"",
				"1 error",
				"",
			],
		});
	});

	test("is one JSON document for programs", async () => {
		await using directory = openTempDir();
		const path = directory.write("servers.json", wrong);
		const { code, stdout } = await runCli(["validate", "--json", path]);
		expect([code, JSON.parse(stdout)]).toEqual([
			1,
			{
				file: path,
				valid: false,
				findings: [
					{
						severity: "error",
						line: 3,
						column: 12,
						length: 8,
						field: "mcpServers.git.comand",
						message: "unknown field",
						suggestion: 'Did you mean "command"?',
					},
				],
			},
		]);
	});
});

describe.concurrent("the exit code is 0", () => {
	test("for a config that is fine", async () => {
		await using directory = openTempDir();
		const path = directory.write("servers.json", fine);
		expect(await runCli(["validate", "--config", path])).toEqual({
			code: 0,
			stdout: `${path} is fine: 1 server\n`,
			stderr: "",
		});
	});

	test("for the usual config, when none is named, and with no more than warnings", async () => {
		await using directory = openTempDir();
		directory.write(".dynamic-mcp/dynamic-mcp.json", '{"theme": 1, "mcpServers": {"git": {"command": "uvx"}}}');
		const { code, stdout } = await runCli(["validate"], { home: directory.path });
		expect([code, stdout]).toEqual([0, expect.stringContaining("1 warning; 1 server")]);
	});
});

describe.concurrent("what is no config at all is told on stderr, or in the document:", () => {
	test.each([
		["nothing", undefined, "there is no config file at"],
		["an empty file", " \n", "is empty"],
		["a file with nothing but a byte order mark", "\uFEFF", "is empty"],
	])("%s", async (_, text, message) => {
		await using directory = openTempDir();
		const path = text === undefined ? `${directory.path}/none.json` : directory.write("servers.json", text);
		const plain = await runCli(["validate", path]);
		expect(plain).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining(message) });
		const { code, stdout, stderr } = await runCli(["validate", path, "--json"]);
		expect([code, stderr, JSON.parse(stdout)]).toEqual([
			1,
			"",
			{
				file: path,
				valid: false,
				findings: [
					{
						severity: "error",
						message: expect.stringContaining(message),
						suggestion: expect.stringContaining("mcpServers"),
					},
				],
			},
		]);
	});

	test("a folder", async () => {
		await using directory = openTempDir();
		const { code, stderr } = await runCli(["validate", directory.path]);
		expect([code, stderr]).toEqual([1, expect.stringContaining("is a folder, not a config file")]);
	});

	test("two config files", async () => {
		const { code, stderr } = await runCli(["validate", "a.json", "--config", "b.json"]);
		expect([code, stderr]).toEqual([1, expect.stringContaining('there are two config files: "a.json" and "b.json"')]);
	});
});
