/** Whoever closes the pipe, as `head` does, has read enough: nothing is wrong, and nothing is said. */
import { expect, test } from "bun:test";

import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { printConfig } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

test.concurrent.each([
	[["schema"]],
	[["completions", "bash"]],
	[["--help"]],
	[["--version"]],
	[["demo"]],
	[["auth", "list"]],
	[["validate"]],
	[["status"]],
	[["doctor"]],
	[["tools"]],
	[["resources"]],
	[["prompts"]],
	[["call", "files", "pid"]],
	[["savings"]],
])("%j | :", async (args) => {
	await using directory = openTempDir();
	directory.write(".dynamic-mcp/dynamic-mcp.json", printConfig({ files: fixture("whole-protocol") }));
	const child = Bun.spawn([binaryPath(), ...args], {
		env: cleanEnvironment(directory.path),
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
	});
	await child.stdout.cancel();
	expect([await child.stderr.text(), await child.exited]).toEqual(["", 0]);
});
