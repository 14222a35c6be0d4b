/** `setup`: import and connect in one, at a terminal and without. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { binaryPath } from "../helpers/binary.ts";
import { treeOf } from "../helpers/home-tree.ts";
import { runCli } from "../helpers/run-cli.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { answerAll, interruptAt, keys, openTerminal, type Question } from "../helpers/terminal.ts";

const echo = join(import.meta.dir, "../fixtures/servers/echo.ts");

const cursorText = `{
  // my servers
  "mcpServers": {
    "echo": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(echo)}] }, // says it again
    "unusable": { "args": ["no command"] } // stays
  }
}
`;
const geminiText = '{ "theme": "dark" }\n';

function openHome(): TempDir {
	const home = openTempDir();
	home.write(".cursor/mcp.json", cursorText);
	home.write(".gemini/settings.json", geminiText);
	return home;
}

const run = (home: TempDir, args: readonly string[]) =>
	runCli([...args], { home: home.path, cwd: home.path, env: { FORCE_COLOR: "0" } });
const textOf = (home: TempDir, name: string) => readFileSync(join(home.path, name), "utf8");
const config = ".dynamic-mcp/dynamic-mcp.json";

test.concurrent(
	"--yes imports all, connects all, takes out what was moved, and disconnect restores every file",
	async () => {
		await using home = openHome();
		const { code, stdout, stderr } = await run(home, ["setup", "--yes"]);
		expect([code, stderr]).toEqual([0, ""]);
		expect(Object.keys(JSON.parse(textOf(home, config)).mcpServers)).toEqual(["echo"]);
		const cursor = Bun.JSONC.parse(textOf(home, ".cursor/mcp.json")) as {
			mcpServers: Record<string, { command: string }>;
		};
		expect(Object.keys(cursor.mcpServers)).toEqual(["unusable", "dynamic-mcp"]);
		expect(cursor.mcpServers["dynamic-mcp"]?.command).toBe(binaryPath());
		expect(textOf(home, ".cursor/mcp.json")).toContain("// stays");
		expect(JSON.parse(textOf(home, ".gemini/settings.json"))).toMatchObject({
			theme: "dark",
			mcpServers: { "dynamic-mcp": {} },
		});
		expect(stdout).toContain("Restart Cursor");
		expect(stdout).toEndWith("To check that all of it works: dynamic-mcp doctor\n");
		await run(home, ["disconnect", "cursor", "--yes"]);
		await run(home, ["disconnect", "gemini", "--yes"]);
		expect(textOf(home, ".cursor/mcp.json")).toBe(cursorText);
		expect(textOf(home, ".gemini/settings.json")).toBe(geminiText);
	},
);

test.concurrent("twice is as good as once", async () => {
	await using home = openHome();
	await run(home, ["setup", "--yes"]);
	const before = treeOf(home.path);
	const { code, stdout } = await run(home, ["setup", "--yes"]);
	expect(code).toBe(0);
	expect(stdout).toContain("Connected already: Cursor, Gemini CLI");
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("a dry run shows what would be taken out, and changes nothing", async () => {
	await using home = openHome();
	await run(home, ["setup", "--dry-run"]);
	const before = treeOf(home.path);
	const { code, stdout } = await run(home, ["setup", "--dry-run"]);
	expect(code).toBe(0);
	expect(stdout).toMatch(/^- {4}"echo"/m);
	expect(stdout).toMatch(/^\+ .*dynamic-mcp/m);
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("another config than the usual one is named in the clients' entries", async () => {
	await using home = openHome();
	await run(home, ["setup", "--yes", "--output", "mine.json"]);
	const { mcpServers } = Bun.JSONC.parse(textOf(home, ".cursor/mcp.json")) as { mcpServers: Record<string, unknown> };
	expect(mcpServers["dynamic-mcp"]).toMatchObject({ args: [join(home.path, "mine.json")] });
	expect(existsSync(join(home.path, config))).toBe(false);
});

test.concurrent("a client whose file is broken is left alone, and the others are connected", async () => {
	await using home = openHome();
	home.write(".gemini/settings.json", "{ nonsense");
	const { code, stdout } = await run(home, ["setup", "--yes"]);
	expect(code).toBe(1);
	expect(stdout).toContain("Not connected, because a file of theirs cannot be read: Gemini CLI");
	expect(textOf(home, ".gemini/settings.json")).toBe("{ nonsense");
	expect(textOf(home, ".cursor/mcp.json")).toContain('"dynamic-mcp"');
});

test.concurrent("without a terminal and without --yes nothing is done", async () => {
	await using home = openHome();
	const before = treeOf(home.path);
	const { code, stderr } = await run(home, ["setup"]);
	expect(code).toBe(1);
	expect(stderr).toContain("dynamic-mcp setup --yes");
	expect(treeOf(home.path)).toEqual(before);
});

test.concurrent("where there is nothing to import, it says what to do instead", async () => {
	await using home = openTempDir();
	const { code, stdout } = await run(home, ["setup", "--yes"]);
	expect(code).toBe(0);
	expect(stdout).toContain("No MCP servers were found");
	expect(treeOf(home.path)).toEqual({});
});

describe("at a terminal", () => {
	/** Each question, and the keys that answer it. */
	const questions: readonly Question[] = [
		[/Import this server\?[^]*Enter/, keys.enter],
		[/Start it once[^]*Enter/, keys.enter],
		[/Connect which clients\?[^]*Enter/, keys.enter],
		[/Take it out of the clients\?[^]*Enter/, keys.enter],
		[/Write these\?[^]*Enter/, keys.enter],
	];

	function runIn(home: TempDir) {
		return openTerminal({ command: [binaryPath(), "setup"], home: home.path });
	}

	test.concurrent("five answers are enough", async () => {
		await using home = openHome();
		await using program = runIn(home);
		await answerAll(program, questions);
		await program.see("dynamic-mcp doctor");
		expect(await program.exited).toBe(0);
		expect(textOf(home, ".cursor/mcp.json")).not.toContain('"echo"');
		expect(textOf(home, ".gemini/settings.json")).toContain('"dynamic-mcp"');
	});

	test.concurrent("a client that is not chosen, and servers that are not to be taken out, stay", async () => {
		await using home = openHome();
		await using program = runIn(home);
		await answerAll(program, questions.slice(0, 2));
		await program.see(/Connect which clients\?[^]*Enter/);
		program.type(keys.down);
		await program.see("> [x] Gemini CLI");
		program.type(keys.space);
		await program.see("> [ ] Gemini CLI");
		program.type(keys.enter);
		await program.see(/Take it out of the clients\?[^]*Enter/);
		program.type(keys.down + keys.enter);
		await program.see(/Write this\?[^]*Enter/);
		program.type(keys.enter);
		await program.see("dynamic-mcp doctor");
		expect(await program.exited).toBe(0);
		expect(textOf(home, ".gemini/settings.json")).toBe(geminiText);
		expect(textOf(home, ".cursor/mcp.json")).toContain('"echo"');
		expect(textOf(home, ".cursor/mcp.json")).toContain('"dynamic-mcp"');
	});

	test.concurrent.each(questions.flatMap((_, index) => [[index, keys.ctrlC] as const, [index, keys.escape] as const]))(
		"question %i without an answer leaves everything as it was: %j",
		async (index, key) => {
			await using home = openHome();
			const before = treeOf(home.path);
			await using program = runIn(home);
			expect(await interruptAt(program, questions, index, key)).toBe(130);
			expect(treeOf(home.path)).toEqual(before);
		},
	);
});
