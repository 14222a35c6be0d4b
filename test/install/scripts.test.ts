/** The shell scripts of the repository are sound, and what they say they are written for. */
import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";

import { hasTools } from "../helpers/tools.ts";
import { describeInShells, script, shellCommand } from "./sandbox.ts";

const top = resolve(import.meta.dir, "../..");

/** Every file of the repository that is to be run by a shell, from its top. */
async function shellScripts(): Promise<string[]> {
	const globs = ["*", ".ci/**", ".github/**", "bench/**", "docs/**", "scripts/**", "src/**", "test/**"];
	const found = globs.map((glob) => Array.fromAsync(new Bun.Glob(glob).scan({ cwd: top, dot: true })));
	const paths = (await Promise.all(found)).flat().filter((path) => /(^|\/)[^.]+$|\.sh$/.test(path));
	const isScript = await Promise.all(
		paths.map(async (path) => /^#!.*\b(?:ba|da)?sh\b/.test(await Bun.file(`${top}/${path}`).slice(0, 100).text())),
	);
	return paths.filter((_, index) => isScript[index]).sort();
}

function shellcheck(...args: string[]): { code: number; output: string } {
	const { exitCode, stdout } = Bun.spawnSync(["shellcheck", "--norc", ...args], { cwd: top });
	return { code: exitCode, output: stdout.toString() };
}

describe.skipIf(!hasTools("shellcheck"))("shellcheck", () => {
	test.each(["sh", "dash", "bash"])("finds nothing in install.sh as %s", (dialect) => {
		expect(shellcheck("-s", dialect, script)).toEqual({ code: 0, output: "" });
	});

	test("finds nothing in any other shell script", async () => {
		const scripts = await shellScripts();
		expect(scripts).toContain(".ci/run");
		expect(scripts).toContain("install.sh");
		expect(shellcheck(...scripts)).toEqual({ code: 0, output: "" });
	});
});

describeInShells("install.sh", (shell) => {
	test("parses without a complaint", () => {
		const { exitCode, stderr } = Bun.spawnSync([...shellCommand(shell), "-n", script]);
		expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
	});
});
