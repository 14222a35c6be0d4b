/** Runs the scripts of `.ci` that need no other machine than this one. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";

import packageJson from "../../package.json";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { hasTools } from "../helpers/tools.ts";
import { project } from "./workflows.ts";

interface Outcome {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

async function run(home: TempDir, command: string[]): Promise<Outcome> {
	const child = Bun.spawn(command, { env: cleanEnvironment(home.path), stdout: "pipe", stderr: "pipe" });
	const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
	return { code: await child.exited, stdout, stderr };
}

async function runScript(home: TempDir, name: string, ...args: string[]): Promise<Outcome> {
	return await run(home, [join(project, ".ci", name), ...args]);
}

describe(".ci/smoke", () => {
	test("passes the program that was built, of its version and target", async () => {
		await using home = openTempDir();
		const said = await run(home, [binaryPath(), "--version"]);
		const target = / (\S+)\)\n$/.exec(said.stdout)![1]!;
		const { code, stdout, stderr } = await runScript(home, "smoke", binaryPath(), packageJson.version, target);
		expect([code, stderr]).toEqual([0, ""]);
		expect(stdout).toBe(`${said.stdout}smoke: initialize and tools/list are answered\n`);
	});

	test.each([
		[["9.9.9"], "this is not version 9.9.9"],
		[["", "amiga-m68k"], "this is not a build for amiga-m68k"],
	])("does not pass it as %j", async (args, problem) => {
		await using home = openTempDir();
		const { code, stderr } = await runScript(home, "smoke", binaryPath(), ...args);
		expect([code, stderr]).toEqual([1, `smoke: ${problem}\n`]);
	});

	const version = '[ "$1" = --version ] && echo "dynamic-mcp 2.0.0 (1a2b3c4 2026-11-22 x)" && exit';

	test.each([
		["is another", "echo other 1.0.0", "--version does not name the program"],
		["fails at once", "exit 3", "--version ended with exit code 3"],
		["says nothing to its client", `${version}\ncat >/dev/null`, "no answer to initialize"],
		["fails in a session", `${version}\nexit 1`, "the program did not end well"],
		[
			"lists no tools",
			`${version}\necho '{"id":1,"result":{"serverInfo":{}}}'\necho '{"id":2,"result":{"tools":[]}}'`,
			'no answer to tools/list with "get_dynamic_tools" in it',
		],
	])("does not pass a program that %s", async (_, body, problem) => {
		await using home = openTempDir();
		const program = home.write("program", `#!/bin/sh\n${body}\n`, 0o755);
		const { code, stderr } = await runScript(home, "smoke", program);
		expect(code).toBe(1);
		expect(stderr).toContain(`smoke: `);
		expect(stderr).toContain(problem);
	});
});

describe(".ci/update-tap", () => {
	const formula = 'class DynamicMcp < Formula\n  url "https://example.com/download/v2.1.0/dynamic-mcp.tar.gz"\nend\n';

	async function openTap(home: TempDir): Promise<string> {
		const tap = join(home.path, "tap.git");
		expect((await run(home, ["git", "init", "--quiet", "--bare", tap])).code).toBe(0);
		return tap;
	}

	test("commits the formula and pushes it; a second time there is nothing to do", async () => {
		await using home = openTempDir();
		const tap = await openTap(home);
		const file = home.write("dynamic-mcp.rb", formula);
		const first = await runScript(home, "update-tap", tap, file, "2.1.0");
		expect([first.code, first.stdout]).toEqual([0, "update-tap: the tap has version 2.1.0 now\n"]);
		const second = await runScript(home, "update-tap", tap, file, "2.1.0");
		expect([second.code, second.stdout]).toEqual([0, "update-tap: the tap has version 2.1.0 already\n"]);
		const log = await run(home, ["git", "-C", tap, "log", "--format=%s", "--all"]);
		expect(log.stdout).toBe("dynamic-mcp 2.1.0\n");
		const pushed = await run(home, ["git", "-C", tap, "show", "HEAD:Formula/dynamic-mcp.rb"]);
		expect(pushed.stdout).toBe(formula);
	});

	test.each([
		["of another version", formula, "2.2.0", "is not for version 2.2.0"],
		["of another program", "class Other < Formula\nend\n", "2.1.0", "is not the formula of dynamic-mcp"],
	])("leaves the tap alone for a formula %s", async (_, text, version, problem) => {
		await using home = openTempDir();
		const tap = await openTap(home);
		const { code, stderr } = await runScript(home, "update-tap", tap, home.write("dynamic-mcp.rb", text), version);
		expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
		expect((await run(home, ["git", "-C", tap, "log", "--all"])).stdout).toBe("");
	});
});

describe(".ci/publish-npm", () => {
	function writePackage(home: TempDir, name: string, version: string): void {
		home.write(`npm/${name}/package.json`, JSON.stringify({ name, version }));
	}

	// A trial asks no registry.
	test.skipIf(!hasTools("npm"))(
		"has the packages with the programs published before the one that names them",
		async () => {
			await using home = openTempDir();
			writePackage(home, "dynamic-mcp", "0.0.1");
			writePackage(home, "@dynamic-mcp/linux-x64", "0.0.1");
			const { code, stdout } = await runScript(home, "publish-npm", join(home.path, "npm"), "--dry-run");
			expect(stdout.match(/^publish-npm: .*$/gm)).toEqual([
				"publish-npm: published @dynamic-mcp/linux-x64@0.0.1, as a trial",
				"publish-npm: published dynamic-mcp@0.0.1, as a trial",
				"publish-npm: 2 published",
			]);
			expect(code).toBe(0);
		},
	);

	test("publishes nothing where a package is missing, or an option is none", async () => {
		await using home = openTempDir();
		writePackage(home, "@dynamic-mcp/linux-x64", "0.0.1");
		const missing = await runScript(home, "publish-npm", join(home.path, "npm"));
		expect([missing.code, missing.stdout]).toEqual([1, ""]);
		expect(missing.stderr).toContain("npm/dynamic-mcp is no package, and so nothing is published");
		const option = await runScript(home, "publish-npm", join(home.path, "npm"), "--dry");
		expect([option.code, option.stderr]).toEqual([2, expect.stringContaining("--dry is not an option")]);
	});
});
