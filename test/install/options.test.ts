/** What a person gets wrong is refused by name, before anything happens. */
import { expect, test } from "bun:test";

import { openTempDir } from "../helpers/temp-dir.ts";
import { describeInShells, openSandbox, pathOf } from "./sandbox.ts";

describeInShells("the installer", (shell) => {
	test("tells about itself with --help", async () => {
		await using sandbox = await openSandbox(shell);
		const { code, stdout, stderr } = await sandbox.install(["--help"]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		for (const option of [
			"--version",
			"--install-dir",
			"--binary",
			"--no-modify-path",
			"--force",
			"--uninstall",
			"--purge",
		]) {
			expect(stdout).toContain(option);
		}
	});

	test.each([
		["--no-such-option", ["--no-such-option"], "there is no option --no-such-option"],
		["a word", ["1.0.0"], "1.0.0 is not an option"],
		["--version without one", ["--version"], "--version needs a value"],
		["an empty --install-dir", ["--install-dir="], "--install-dir needs a value"],
		["--purge alone", ["--purge"], "--purge goes with --uninstall"],
		["a binary of a version", ["--binary", "x", "--version", "1.0.0"], "--binary and --version do not go together"],
	])("refuses %s", async (_what, args, complaint) => {
		await using sandbox = await openSandbox(shell);
		const { code, stdout, stderr } = await sandbox.install(args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(complaint);
		expect(stderr).toContain("--help");
		expect(sandbox.files()).toEqual([]);
	});

	test.each([
		"../evil",
		"1.0.0/../../evil",
		"1.0",
		"1.0.0;id",
		"1.0.0\n../evil",
		"v",
		"1.0.0 ",
		"-1.0.0",
		"1.0.0-",
		"$(id)",
	])("refuses the version %j, and asks for nothing", async (version) => {
		await using sandbox = await openSandbox(shell);
		for (const [args, env] of [
			[[], { DYNAMIC_MCP_VERSION: version }],
			[["--version", version], {}],
		] as const) {
			const { code, stderr } = await sandbox.install(args, env);
			expect(code).toBe(1);
			expect(stderr).toContain(`'${version}' is not a version`);
		}
		expect(sandbox.host.asked).toEqual([]);
		expect(sandbox.files()).toEqual([]);
	});

	test.each(["1.0.0", "v1.0.0", "latest", ""])("takes DYNAMIC_MCP_VERSION='%s'", async (version) => {
		await using sandbox = await openSandbox(shell);
		expect((await sandbox.install([], { DYNAMIC_MCP_VERSION: version })).code).toBe(0);
		expect(sandbox.version()).toContain(/\d/.test(version) ? "1.0.0" : "1.1.0");
	});

	test.each([
		["an address that is none", { DYNAMIC_MCP_DOWNLOAD_BASE_URL: "ftp://example.com" }, "has to begin with https://"],
		["an address with a blank", { DYNAMIC_MCP_DOWNLOAD_BASE_URL: "https://a b" }, "has a character no address has"],
		["no HOME", { HOME: "" }, "HOME is ''"],
		["a HOME from here", { HOME: "home" }, "HOME is 'home'"],
		["a folder that PATH cannot name", { DYNAMIC_MCP_INSTALL_DIR: "/tmp/a:b" }, "cannot be on PATH"],
		["/ as the folder", { DYNAMIC_MCP_INSTALL_DIR: "//" }, "cannot be /"],
		["a folder below a file", { DYNAMIC_MCP_INSTALL_DIR: "/dev/null/bin" }, "could not make the folder /dev/null/bin"],
	])("refuses %s", async (_what, env, complaint) => {
		await using sandbox = await openSandbox(shell);
		const { code, stderr } = await sandbox.install([], env);
		expect(code).toBe(1);
		expect(stderr).toContain(complaint);
		expect(sandbox.files()).toEqual([]);
	});

	test("never shows a password of the address", async () => {
		await using sandbox = await openSandbox(shell);
		const base = sandbox.host.base.replace("//", "//ann:hunter2@");
		const { code, stdout, stderr } = await sandbox.install(["-v", "--version", "9.9.9"], {
			DYNAMIC_MCP_DOWNLOAD_BASE_URL: base,
		});
		expect(code).toBe(1);
		expect(stderr).toContain("http://***@127.0.0.1");
		expect(stdout + stderr).not.toContain("hunter2");
	});

	test("refuses to run through sudo, unless that is wanted", async () => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const PATH = pathOf(folder, { id: "echo 0", curl: "own", sha256sum: "own" });
		const { code, stderr } = await sandbox.install([], { PATH, SUDO_USER: "ann" });
		expect(code).toBe(1);
		expect(stderr).toContain("Run it as ann without sudo");
		expect(sandbox.files()).toEqual([]);
		for (const env of [{ SUDO_USER: "ann", DYNAMIC_MCP_ALLOW_SUDO: "1" }, { SUDO_USER: "root" }, {}]) {
			expect((await sandbox.install([], { PATH, ...env })).code).toBe(0);
		}
	});

	test.each([
		["that does not exist", "missing", undefined, "there is no file"],
		["that says nothing", "silent", "#!/bin/sh\n", "is not dynamic-mcp"],
		["that is another program", "other", "#!/bin/sh\necho dmcp 1.5.0\n", "says 'dmcp 1.5.0'"],
	])("refuses a --binary %s", async (_what, name, text, complaint) => {
		await using sandbox = await openSandbox(shell);
		if (text !== undefined) sandbox.home.write(name, text);
		const { code, stderr } = await sandbox.install(["--binary", name]);
		expect(code).toBe(1);
		expect(stderr).toContain(complaint);
		expect(sandbox.files()).toEqual(text === undefined ? [] : [name]);
	});
});
