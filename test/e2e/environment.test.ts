/** The working directory is somebody else's: nothing in it changes what the program does. */
import { expect, test } from "bun:test";

import { goodTextOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

/** A directory as a hostile repository would bring it. */
function openHostileDir(): TempDir {
	const directory = openTempDir();
	const loud = 'console.log("hijacked"); require("node:fs").writeFileSync("hijacked", "");';
	directory.write("preload.js", loud);
	directory.write("bunfig.toml", 'preload = ["./preload.js"]\nlogLevel = "debug"\n[run]\npreload = ["./preload.js"]\n');
	for (const name of [".env", ".env.local", ".env.production", ".env.development"]) {
		directory.write(name, "MARKER=hijacked\nDYNAMIC_MCP_LOG=debug\nDYNAMIC_MCP_CONFIG=hijacked.json\n");
	}
	directory.write("hijacked.json", JSON.stringify({ mcpServers: { hijacked: { description: "d", command: "true" } } }));
	directory.write("package.json", '{"name": "hijacked", "type": "commonjs", "imports": {"#x": "./preload.js"}}');
	directory.write("tsconfig.json", '{"compilerOptions": {"paths": {"*": ["./preload.js"]}}}');
	return directory;
}

test("a hostile bunfig.toml and .env in the working directory change nothing", async () => {
	await using hostile = openHostileDir();
	// The server is a Bun program too, and would itself obey what lies in the directory it runs in.
	const echo = fixture("echo", { cwd: "/", env: { SEEN: "${MARKER:-untouched}" } });
	await using proxy = await startProxy({ servers: { echo }, cwd: hostile.path });
	expect(goodTextOf(await proxy.callTool("echo", "variable", { name: "SEEN" }))).toBe("untouched");
	expect(goodTextOf(await proxy.callTool("echo", "variable", { name: "MARKER" }))).toBe("(unset)");
	expect({ strangers: proxy.strangers(), stderr: proxy.stderrText() }).toEqual({ strangers: [], stderr: "" });
	expect(await Bun.file(`${hostile.path}/hijacked`).exists()).toBeFalse();
});

test("a .env in the working directory does not choose the config", async () => {
	await using hostile = openHostileDir();
	const { code, stdout, stderr } = await runCli([], { cwd: hostile.path });
	expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
	expect(stderr).not.toContain("hijacked");
});

test("--version in a hostile directory prints the version and nothing else", async () => {
	await using hostile = openHostileDir();
	const { stdout } = await runCli(["--version"], { cwd: hostile.path });
	expect(stdout.trim().split("\n")).toHaveLength(1);
	expect(stdout).not.toContain("hijacked");
});

test("a server gets the environment of the program, with its own variables on top", async () => {
	const echo = fixture("echo", { env: { MINE: "own", SHARED: "own" } });
	await using proxy = await startProxy({ servers: { echo }, env: { SHARED: "outer", OUTER: "outer" } });
	const read = async (name: string) => goodTextOf(await proxy.callTool("echo", "variable", { name }));
	expect([await read("MINE"), await read("SHARED"), await read("OUTER")]).toEqual(["own", "own", "outer"]);
	expect(await read("HOME")).toBe(proxy.home);
});

test("a server runs in the working directory of the program, or in its own", async () => {
	await using directory = openTempDir();
	const servers = { plain: fixture("echo"), moved: fixture("echo", { cwd: "/" }) };
	await using proxy = await startProxy({ servers, cwd: directory.path });
	const directories = [await proxy.callTool("plain", "directory"), await proxy.callTool("moved", "directory")];
	expect(directories.map(goodTextOf)).toEqual([directory.path, "/"]);
});
