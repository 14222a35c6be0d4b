/** Only what the installer has put somewhere is removed, and what a person wrote only when they ask for that. */
import { expect, test } from "bun:test";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { openTempDir } from "../helpers/temp-dir.ts";
import { describeInShells, openSandbox, pathOf, type Sandbox, script, shellCommand } from "./sandbox.ts";

/** An installation that was used: with a config and a cache. */
async function use({ home, install }: Sandbox): Promise<void> {
	await install();
	home.write(".dynamic-mcp/dynamic-mcp.json", "{}");
	home.write(".cache/dynamic-mcp/catalogs/v1/abc.json", "{}");
}

const config = ".dynamic-mcp/dynamic-mcp.json";

describeInShells("--uninstall", (shell) => {
	test("keeps the config and the cache", async () => {
		await using sandbox = await openSandbox(shell);
		await use(sandbox);
		expect(await sandbox.install(["--uninstall"])).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).not.toContain(".local/bin/dynamic-mcp");
		expect(sandbox.files()).not.toContain(".dynamic-mcp/install.json");
		expect(sandbox.files()).toContain(config);
		expect(sandbox.files()).toContain(".cache/dynamic-mcp/catalogs/v1/abc.json");
	});

	test("does nothing for --purge where nobody can be asked", async () => {
		await using sandbox = await openSandbox(shell);
		await use(sandbox);
		const before = sandbox.files();
		const { code, stderr } = await sandbox.install(["--uninstall", "--purge"]);
		expect(code).toBe(1);
		expect(stderr).toContain("add -y");
		expect(sandbox.files()).toEqual(before);
	});

	test.each([
		["-y", ["-y"], {}],
		["DYNAMIC_MCP_NON_INTERACTIVE", [], { DYNAMIC_MCP_NON_INTERACTIVE: "1" }],
		["CI", [], { CI: "true" }],
	])("removes the config and the cache with --purge and %s", async (_what, args, env) => {
		await using sandbox = await openSandbox(shell);
		await use(sandbox);
		expect(await sandbox.install(["--uninstall", "--purge", ...args], env)).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual([".cache", ".local", ".local/bin"]);
	});

	test.each([
		["XDG_CACHE_HOME", { XDG_CACHE_HOME: "{home}/caches" }, "caches/dynamic-mcp", false],
		["DYNAMIC_MCP_CACHE_DIR", { DYNAMIC_MCP_CACHE_DIR: "~/shared" }, "shared", true],
	])("finds the cache of %s, and takes nothing else", async (_what, env, folder, isShared) => {
		await using sandbox = await openSandbox(shell);
		await use(sandbox);
		sandbox.home.write(`${folder}/catalogs/v1/abc.json`, "{}");
		if (isShared) sandbox.home.write(`${folder}/photo`, "");
		const variables = Object.entries(env).map(([name, value]) => [name, value.replace("{home}", sandbox.home.path)]);
		const result = await sandbox.install(["--uninstall", "--purge", "-y"], Object.fromEntries(variables));
		expect(result).toMatchObject({ code: 0, stderr: "" });
		expect(existsSync(join(sandbox.home.path, folder, "catalogs"))).toBe(false);
		expect(existsSync(join(sandbox.home.path, folder))).toBe(isShared);
		expect(sandbox.files()).toContain(".cache/dynamic-mcp/catalogs/v1/abc.json");
	});

	test.each([
		["y", true],
		["n", false],
		["", false],
	])("asks at the terminal before --purge, and takes '%s' at its word", async (answer, isGone) => {
		await using sandbox = await openSandbox(shell);
		await use(sandbox);
		let shown = "";
		let isAnswered = false;
		// As `curl … | sh` does, the script comes on stdin: only the terminal can be asked.
		const child = Bun.spawn(
			["sh", "-c", `exec "$@" <'${script}'`, "sh", ...shellCommand(shell), "-s", "--", "--uninstall", "--purge"],
			{
				env: { HOME: sandbox.home.path, PATH: "/usr/bin:/bin", SHELL: "/bin/tcsh" },
				terminal: {
					data(terminal, data) {
						shown += new TextDecoder().decode(data);
						if (isAnswered || !shown.includes("[y/N]")) return;
						isAnswered = true;
						terminal.write(`${answer}\n`);
					},
				},
			},
		);
		expect(await child.exited).toBe(0);
		expect(shown).toContain("Delete");
		expect(sandbox.files().includes(config)).toBe(!isGone);
		expect(sandbox.files()).not.toContain(".local/bin/dynamic-mcp");
	});

	test("leaves a link that others made", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write("built", "mine");
		sandbox.home.write(".local/bin/.keep", "");
		symlinkSync("../../built", join(sandbox.bin, "dynamic-mcp"));
		const { code, stderr } = await sandbox.install(["--uninstall"]);
		expect(code).toBe(0);
		expect(stderr).toContain("was left as it is");
		expect(sandbox.files()).toContain(".local/bin/dynamic-mcp");
	});
});

describeInShells("the name dmcp", (shell) => {
	test("stays with another program that has it, through installation and removal", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(".local/bin/dmcp", "#!/bin/sh\necho dmcp 1.5.0\n", 0o755);
		const { code, stderr } = await sandbox.install();
		expect(code).toBe(0);
		expect(stderr).toContain(`${sandbox.bin}/dmcp is another program, and was left as it is`);
		expect(sandbox.read(".local/bin/dmcp")).toContain("1.5.0");
		await sandbox.install(["--uninstall"]);
		expect(sandbox.read(".local/bin/dmcp")).toContain("1.5.0");
	});

	test.each(["dynamic-mcp", "./dynamic-mcp", "{bin}/dynamic-mcp"])("is ours as a link to %s", async (text) => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(".local/bin/.keep", "");
		symlinkSync(text.replace("{bin}", sandbox.bin), join(sandbox.bin, "dmcp"));
		expect(await sandbox.install()).toMatchObject({ code: 0, stderr: "" });
		await sandbox.install(["--uninstall"]);
		expect(sandbox.files()).not.toContain(".local/bin/dmcp");
	});

	test.each([
		["cargo's", ".cargo/bin", "cargo uninstall"],
		["Homebrew's", "homebrew/bin", "brew uninstall"],
		["npm's", "node_modules/.bin", "npm uninstall"],
		["anybody's", "opt/bin", "on your PATH, not the one just installed"],
	])("and dynamic-mcp: when PATH leads to %s, that is told", async (_whose, directory, how) => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		for (const name of ["dmcp", "dynamic-mcp"]) sandbox.home.write(`${directory}/${name}`, "#!/bin/sh\n", 0o755);
		const PATH = `${sandbox.home.path}/${directory}:${sandbox.bin}:${pathOf(folder, { curl: "own", sha256sum: "own" })}`;
		const { code, stderr } = await sandbox.install([], { PATH });
		expect(code).toBe(0);
		for (const name of ["dmcp", "dynamic-mcp"])
			expect(stderr).toContain(`the command ${name} is ${sandbox.home.path}/${directory}/${name}`);
		expect(stderr).toContain(how);
	});

	test("is nobody else's when PATH leads here through a link", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(".local/bin/.keep", "");
		symlinkSync(".local/bin", join(sandbox.home.path, "bin"));
		const PATH = `${sandbox.home.path}/bin:/usr/bin:/bin`;
		expect(await sandbox.install([], { PATH })).toMatchObject({ code: 0, stderr: "" });
	});
});
