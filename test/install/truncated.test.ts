/** A script that arrives cut short, as downloads do, does nothing at all. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

import { describeInShells, openSandbox, script, shellCommand } from "./sandbox.ts";

const whole = readFileSync(script, "utf8");

/** After every line, and within the last two. */
const cuts = Array.from(whole.matchAll(/\n/g), ({ index }) => index + 1).slice(0, -1);
const lastLines = whole.trimEnd().split("\n").slice(-2).join("\n");
for (let length = whole.length - 2; length > whole.length - lastLines.length; length--) cuts.push(length);

describeInShells("a script cut short", (shell) => {
	test(`installs nothing, at any of ${cuts.length} places`, async () => {
		await using sandbox = await openSandbox(shell);
		const { home, host } = sandbox;
		// The option is what a cut in the last line could take away.
		const command = [...shellCommand(shell), "-s", "--", "--no-modify-path"];
		const env = { HOME: home.path, PATH: "/usr/bin:/bin", DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base };
		const runs = cuts.map((length) => {
			const { stdout } = Bun.spawnSync(command, { env, stdin: Buffer.from(whole.slice(0, length)), stderr: "ignore" });
			return { length, stdout: stdout.toString(), files: sandbox.files() };
		});
		expect(runs.filter(({ stdout, files }) => stdout !== "" || files.length > 0)).toEqual([]);
		expect(host.asked).toEqual([]);
		// Whole, the same run does install: it was not something else that held it up.
		const complete = Bun.spawn(command, { env, stdin: Buffer.from(whole), stdout: "ignore" });
		expect(await complete.exited).toBe(0);
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.1.0 ");
	}, 60_000);
});
