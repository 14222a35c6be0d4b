/** By which path clients are to start us. */
import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { openTempDir, type TempDir } from "../../test/helpers/temp-dir.ts";
import { findOurProgram } from "./our-program.ts";

function find(directory: TempDir, execPath: string, env: Record<string, string> = {}) {
	return findOurProgram({ execPath, isCompiled: true, script: "", env, home: directory.path });
}

function link(directory: TempDir, name: string, target: string): string {
	const path = join(directory.path, name);
	mkdirSync(dirname(path), { recursive: true });
	symlinkSync(target, path);
	return path;
}

test("Homebrew's link stays when the folder of a version goes", async () => {
	await using directory = openTempDir();
	const real = directory.write("brew/Cellar/dynamic-mcp/2.0.0/bin/dynamic-mcp", "");
	const stable = link(directory, "brew/bin/dynamic-mcp", "../Cellar/dynamic-mcp/2.0.0/bin/dynamic-mcp");
	expect(await find(directory, real)).toEqual({ command: stable, args: [], warning: undefined });
});

test("so does Scoop's", async () => {
	await using directory = openTempDir();
	const real = directory.write("scoop/apps/dynamic-mcp/2.0.0/dynamic-mcp.exe", "");
	const stable = link(directory, "scoop/apps/dynamic-mcp/current", "2.0.0");
	expect((await find(directory, real)).command).toBe(join(stable, "dynamic-mcp.exe"));
});

test("a link on the PATH that leads here is preferred to a path that nothing is known of", async () => {
	await using directory = openTempDir();
	const real = directory.write("opt/dynamic-mcp-2.0.0/dynamic-mcp", "");
	const other = directory.write("other/dynamic-mcp", "");
	const stable = link(directory, "bin/dynamic-mcp", real);
	const PATH = [dirname(other), dirname(stable)].join(":");
	expect((await find(directory, real, { PATH })).command).toBe(stable);
});

test("what the installer has put there is started from there", async () => {
	await using directory = openTempDir();
	const real = directory.write(".local/bin/dynamic-mcp", "");
	const receipt = { method: "install.sh", version: "2.0.0", target: "linux-x86_64", path: real };
	directory.write(".dynamic-mcp/install.json", JSON.stringify(receipt));
	const stray = link(directory, "bin/dynamic-mcp", real);
	expect((await find(directory, real, { PATH: dirname(stray) })).command).toBe(real);
});

test("npm's launcher is not what is started: it needs Node, which a client with a window may not find", async () => {
	await using directory = openTempDir();
	const real = directory.write("lib/node_modules/dynamic-mcp/node_modules/dynamic-mcp-linux-x64/dynamic-mcp", "");
	const launcher = directory.write("lib/node_modules/dynamic-mcp/launcher.cjs", "");
	const onPath = link(directory, "bin/dynamic-mcp", launcher);
	const found = await find(directory, real, { PATH: dirname(onPath) });
	expect(found).toEqual({ command: real, args: [], warning: undefined });
});

test("a program of npx will not be there for long, which is said", async () => {
	await using directory = openTempDir();
	const real = directory.write(".npm/_npx/1/node_modules/dynamic-mcp/dynamic-mcp", "");
	expect((await find(directory, real)).warning).toContain("npx keeps programs only for a while");
});

test("from source Bun is started with our file, and the config comes last", async () => {
	const running = { execPath: "/bin/bun", isCompiled: false, script: "/src/main.ts", env: {}, home: "/home/me" };
	const { command, args } = await findOurProgram(running, ["/x.json"]);
	expect([command, ...args]).toEqual(["/bin/bun", "/src/main.ts", "/x.json"]);
});
