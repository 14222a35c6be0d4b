/** Installations at the same time wait for each other, and not for the dead. */
import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { hostname } from "node:os";

import { halfOf } from "../helpers/release-host.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { hasTools, toolPath } from "../helpers/tools.ts";
import { archive, describeInShells, installedFiles, openSandbox, pathOf, script, shellCommand } from "./sandbox.ts";

const lock = ".local/bin/.dynamic-mcp.lock";

/** The id of a process that has been, and is no more. */
async function deadPid(): Promise<number> {
	const child = Bun.spawn(["true"]);
	await child.exited;
	return child.pid;
}

describeInShells("installations at the same time", (shell) => {
	test.concurrent("all succeed, with one download, and leave one program and one block", async () => {
		await using sandbox = await openSandbox(shell);
		const runs = Array.from({ length: 3 }, () => sandbox.install([], { SHELL: "/bin/bash" }));
		for (const run of await Promise.all(runs)) expect(run).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual([".bashrc", ...installedFiles]);
		expect(sandbox.read(".bashrc").match(/>>> dynamic-mcp >>>/g)).toHaveLength(1);
		expect(sandbox.host.asked.filter((path) => path.endsWith(archive))).toHaveLength(1);
	});

	test.each([
		["a process that is no more", async () => `${await deadPid()} ${hostname()}\n`],
		["nobody", async () => undefined],
	])("do not wait for the lock of %s", async (_whose, owner) => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const text = await owner();
		sandbox.home.write(`${lock}/${text === undefined ? "other" : "owner"}`, text ?? "");
		sandbox.home.write(".local/bin/.dynamic-mcp.AbCdEf/dynamic-mcp", "left behind");
		const PATH = pathOf(folder, { curl: "own", sha256sum: "own", sleep: "exit 0" });
		expect(await sandbox.install([], { PATH })).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual(installedFiles);
	});

	test.concurrent("take over a dead one's lock one at a time", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.home.write(`${lock}/owner`, `${await deadPid()} ${hostname()}\n`);
		const runs = Array.from({ length: 3 }, () => sandbox.install());
		for (const run of await Promise.all(runs)) expect(run).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual(installedFiles);
		expect(sandbox.host.asked.filter((path) => path.endsWith(archive))).toHaveLength(1);
	});

	test.each([
		["that lives", `${process.pid} ${hostname()}`],
		["of another machine", "1 elsewhere"],
	])("give up on a process %s only after a long wait, and leave its lock", async (_whose, owner) => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		sandbox.home.write(`${lock}/owner`, `${owner}\n`);
		const PATH = pathOf(folder, { curl: "own", sha256sum: "own", sleep: 'printf "%s\\n" "$1" >>"$HOME/slept"' });
		const { code, stdout, stderr } = await sandbox.install([], { PATH });
		expect(code).toBe(1);
		expect(stdout).toContain(`Waiting for another installation to end (process ${owner})`);
		expect(stderr).toContain(`remove the folder ${sandbox.home.path}/${lock}`);
		const seconds = sandbox.read("slept").trim().split("\n").map(Number);
		expect(seconds.reduce((sum, each) => sum + each, 0)).toBe(300);
		expect(sandbox.read(`${lock}/owner`)).toBe(`${owner}\n`);
	});

	test("that are killed hard do not keep the next one from working", async () => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install(["--version", "1.0.0"]);
		sandbox.host.put(`v1.1.0/${archive}`, halfOf(new Uint8Array(100_000), "stalls"));
		const { pid, outcome } = sandbox.start();
		await sandbox.host.isAsked(`v1.1.0/${archive}`);
		process.kill(-pid, "SIGKILL");
		await outcome;
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		expect(await sandbox.install(["--version", "1.0.0", "--force"])).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual(installedFiles);
	});
});

/** Permissions do not hold root: it lets itself be nobody. */
const asNobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

describeInShells("without permission to write", (shell) => {
	test.skipIf(asNobody.length > 0 && !hasTools("setpriv"))("nothing is changed, and the way out is told", async () => {
		await using sandbox = await openSandbox(shell);
		const { home, host } = sandbox;
		await sandbox.install(["--version", "1.0.0"]);
		const folders = ["", "/.local", "/.local/bin", "/.dynamic-mcp"];
		for (const folder of folders) chmodSync(home.path + folder, 0o555);
		const [first, ...rest] = [...asNobody, ...shellCommand(shell)];
		// The script comes from a pipe, as the file may be where nobody else may look.
		const child = Bun.spawn([toolPath(first!), ...rest], {
			cwd: "/",
			env: { HOME: home.path, PATH: "/usr/bin:/bin", DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base },
			stdin: Bun.file(script),
			stderr: "pipe",
		});
		const stderr = await child.stderr.text();
		expect(await child.exited).toBe(1);
		expect(stderr).toContain(`could not write to ${sandbox.bin}: check its permissions, or name another folder`);
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		for (const folder of folders) chmodSync(home.path + folder, 0o755);
		expect(sandbox.files()).toEqual(installedFiles);
	});
});
