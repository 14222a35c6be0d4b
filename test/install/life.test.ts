/** The life of an installation: it is made, checked, used, replaced by a newer one and removed. */
import { expect, test } from "bun:test";
import { readlinkSync, statSync } from "node:fs";
import { join } from "node:path";

import { programOf } from "../helpers/release-host.ts";
import { describeInShells, installedFiles, openSandbox, script, shellCommand, target } from "./sandbox.ts";

describeInShells("an installation", (shell) => {
	test("puts the newest release, its alias and its receipt in place, and nothing else", async () => {
		await using sandbox = await openSandbox(shell);
		const { code, stdout, stderr } = await sandbox.install();
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(sandbox.version()).toBe(`dynamic-mcp 1.1.0 (1a2b3c4 2026-11-22 ${target})`);
		expect(sandbox.files()).toEqual(installedFiles);
		expect(readlinkSync(join(sandbox.bin, "dmcp"))).toBe("dynamic-mcp");
		expect(statSync(join(sandbox.bin, "dynamic-mcp")).mode & 0o777).toBe(0o755);
		expect(statSync(join(sandbox.home.path, ".dynamic-mcp/install.json")).mode & 0o777).toBe(0o600);
		expect(sandbox.receipt()).toEqual({
			method: "install.sh",
			version: "1.1.0",
			target,
			path: join(sandbox.bin, "dynamic-mcp"),
			baseUrl: sandbox.host.base,
		});
		expect(stdout).toContain(`{"mcpServers": {"dynamic-mcp": {"command": "${sandbox.bin}/dynamic-mcp"}}}`);
		expect(stdout).toEndWith(`claude mcp add dynamic-mcp -- ${sandbox.bin}/dynamic-mcp\n`);
	});

	test("works from a pipe, with options", async () => {
		await using sandbox = await openSandbox(shell);
		const { home, host } = sandbox;
		const child = Bun.spawn([...shellCommand(shell), "-s", "--", "--version", "v1.0.0", "--quiet"], {
			env: { HOME: home.path, PATH: "/usr/bin:/bin", DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base },
			stdin: Bun.file(script),
			stdout: "pipe",
		});
		expect(await child.stdout.text()).toBe("");
		expect(await child.exited).toBe(0);
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		expect(host.asked).not.toContain("latest");
	});

	test("is replaced by a newer one when the installer is run again", async () => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install(["--version", "1.0.0"]);
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		const { code, stdout, stderr } = await sandbox.install();
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toContain("1.1.0 is installed");
		expect(stdout).toContain("in place of 1.0.0");
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.1.0 ");
		expect(sandbox.receipt()).toMatchObject({ version: "1.1.0" });
		expect(sandbox.files()).toEqual(installedFiles);
	});

	test("of the same version is left alone, unless forced", async () => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install();
		const before = statSync(join(sandbox.bin, "dynamic-mcp")).ino;
		sandbox.host.asked.length = 0;
		const again = await sandbox.install();
		expect(again).toMatchObject({ code: 0, stderr: "" });
		expect(again.stdout).toContain("dynamic-mcp 1.1.0 is already installed");
		expect(sandbox.host.asked).toEqual(["latest"]);
		expect(statSync(join(sandbox.bin, "dynamic-mcp")).ino).toBe(before);
		expect(sandbox.files()).toEqual(installedFiles);
		expect((await sandbox.install(["--force"])).stdout).toContain("1.1.0 is installed");
		expect(sandbox.host.asked).toContain("v1.1.0/SHA256SUMS");
	});

	test("that is broken is mended when the installer is run again", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(".local/bin/dynamic-mcp", "no program", 0o755);
		expect(await sandbox.install()).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.1.0 ");
	});

	test("can be of a file of this machine, without a network", async () => {
		await using sandbox = await openSandbox(shell);
		const binary = sandbox.home.write("built", programOf("3.0.0", "linux-riscv"));
		const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: "" };
		expect(await sandbox.install(["--binary", binary], env)).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.version()).toStartWith("dynamic-mcp 3.0.0 ");
		expect(sandbox.receipt()).toMatchObject({
			version: "3.0.0",
			target: "linux-riscv",
			baseUrl: "https://github.com/asyrjasalo/dynamic-mcp/releases",
		});
		expect(sandbox.host.asked).toEqual([]);
	});

	test.each([
		["--install-dir", ["--install-dir", "{home}/My \"own\" 'place'"], {}],
		["DYNAMIC_MCP_INSTALL_DIR", [], { DYNAMIC_MCP_INSTALL_DIR: "{home}/My \"own\" 'place'", XDG_BIN_HOME: "/nowhere" }],
		["~ in it", [], { DYNAMIC_MCP_INSTALL_DIR: "~/My \"own\" 'place'/" }],
		["XDG_BIN_HOME", [], { XDG_BIN_HOME: "{home}/My \"own\" 'place'" }],
		["a relative --install-dir", ["--install-dir=My \"own\" 'place'"], {}],
	])("goes where %s says, and is removed from there", async (_what, args, env) => {
		await using sandbox = await openSandbox(shell);
		const inHome = (text: string) => text.replace("{home}", sandbox.home.path);
		const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inHome(value)]));
		const { code, stdout } = await sandbox.install(args.map(inHome), variables);
		expect(code).toBe(0);
		const program = `${sandbox.home.path}/My "own" 'place'/dynamic-mcp`;
		expect(sandbox.receipt()).toMatchObject({ path: program });
		expect(stdout).toContain(JSON.stringify({ command: program }).slice(1, -1).replace('":"', '": "'));
		// As a shell reads them, the printed lines mean the program.
		const shown = stdout.trim().split(" -- ").at(-1);
		expect(Bun.spawnSync(["sh", "-c", `exec ${shown} --version`]).stdout.toString()).toContain("1.1.0");
		const line = /^ {2}(export PATH=.*)$/m.exec(stdout)?.[1];
		const found = Bun.spawnSync(["sh", "-c", `${line}; command -v dynamic-mcp`], { env: { HOME: sandbox.home.path } });
		expect(found.stdout.toString().trim()).toBe(program);
		expect(await sandbox.install(["--uninstall"])).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual([`My "own" 'place'`]);
	});

	test("is removed without a trace, twice without a complaint", async () => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install();
		const { code, stdout, stderr } = await sandbox.install(["--uninstall"]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toContain(`Removed dynamic-mcp from ${sandbox.bin}`);
		expect(sandbox.files()).toEqual([".local", ".local/bin"]);
		expect(await sandbox.install(["--uninstall"])).toMatchObject({ code: 0, stderr: "" });
	});
});
