/** Importing at a terminal: what a person sees, and what their answers do. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { binaryPath } from "../helpers/binary.ts";
import { eventually } from "../helpers/eventually.ts";
import { treeOf } from "../helpers/home-tree.ts";
import { waitUntilGone } from "../helpers/processes.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { interruptAt, keys, openTerminal, type Question, type TerminalOptions } from "../helpers/terminal.ts";

const cursor = {
	mcpServers: {
		files: { command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/tmp"] },
		db: { command: "uvx", args: ["mcp-server-sqlite", "--token", "not-to-be-shown"] },
	},
};
const gemini = { mcpServers: { notes: { command: "notes-mcp" } } };

function openHome(): TempDir {
	const home = openTempDir();
	home.write(".cursor/mcp.json", JSON.stringify(cursor));
	home.write(".gemini/settings.json", JSON.stringify(gemini));
	home.write("project/.cursor/mcp.json", JSON.stringify({ mcpServers: { local: { command: "local-mcp" } } }));
	return home;
}

function runIn(home: TempDir, args: readonly string[], more: Partial<TerminalOptions> = {}) {
	const command = [binaryPath(), "import", ...args];
	return openTerminal({ command, home: home.path, cwd: join(home.path, "project"), ...more });
}

const configOf = (home: TempDir) => join(home.path, ".dynamic-mcp/dynamic-mcp.json");

function serversIn(home: TempDir): Record<string, Record<string, unknown>> {
	return JSON.parse(readFileSync(configOf(home), "utf8")).mcpServers;
}

test.concurrent("clients are chosen, the plan is shown, and one answer imports all of it", async () => {
	await using home = openHome();
	await using program = runIn(home, []);
	await program.see("Import from which clients?");
	// What lies in the project's folder is not ticked.
	await program.see("[ ] Cursor (project)");
	await program.see("Enter");
	program.type(keys.enter);
	await program.see("Import these 3 servers?");
	program.type(keys.enter);
	await program.see("Start them once");
	program.type(keys.enter);
	await program.see("Imported 3 servers into ~/.dynamic-mcp/dynamic-mcp.json, which only you");
	expect(await program.exited).toBe(0);
	expect(Object.keys(serversIn(home)).sort()).toEqual(["db", "files", "notes"]);
	expect(serversIn(home)["files"]?.["description"]).toBe("filesystem");
	expect(program.shown()).not.toContain("not-to-be-shown");
	expect(program.shown()).toContain("--token ***");
});

test.concurrent("a client is left out, and one of the servers of the others", async () => {
	await using home = openHome();
	await using program = runIn(home, []);
	await program.see(/Cursor\b[^]*Gemini CLI[^]*Enter/);
	const below = program
		.shown()
		.split("\n")
		.findIndex((line) => line.includes("Gemini CLI"));
	const first = program
		.shown()
		.split("\n")
		.findIndex((line) => line.includes("[x]") || line.includes("[ ]"));
	for (let step = first; step < below; step++) program.type(keys.down);
	program.type(keys.space);
	await program.see("> [ ] Gemini CLI");
	program.type(keys.enter);
	await program.see("Import these 2 servers?");
	program.type(keys.down);
	await program.see("> Choose");
	program.type(keys.enter);
	await program.see(/Import which servers\?[^]*Enter/);
	program.type(keys.space);
	await program.see("> [ ] files");
	program.type(keys.enter);
	await program.see("Start it once");
	program.type(keys.enter);
	await program.see("Imported 1 server");
	expect(await program.exited).toBe(0);
	expect(Object.keys(serversIn(home))).toEqual(["db"]);
});

test.concurrent("one by one: a description is edited, another one emptied, and a feature taken away", async () => {
	await using home = openHome();
	await using program = runIn(home, ["cursor", "--global"]);
	await program.see("Import these 2 servers?");
	program.type(keys.down);
	await program.see("> Choose");
	program.type(keys.down);
	await program.see("> One by one");
	program.type(keys.enter);
	await program.see("Start them once");
	program.type(keys.enter);
	await program.see(/files: what is it for\?[^]*> filesystem/);
	program.type(" of the team");
	await program.see("of the team");
	program.type(keys.enter);
	await program.see(/files: offer which features\?[^]*Enter/);
	program.type(keys.down);
	await program.see("> [x] resources");
	program.type(keys.space);
	await program.see("> [ ] resources");
	program.type(keys.enter);
	await program.see(/db: what is it for\?[^]*> sqlite/);
	program.type(keys.ctrlU);
	program.type(keys.enter);
	await program.see(/db: offer which features\?[^]*Enter/);
	program.type(keys.enter);
	await program.see("Imported 2 servers");
	expect(await program.exited).toBe(0);
	const { files, db } = serversIn(home);
	expect(files?.["description"]).toBe("filesystem of the team");
	expect(files?.["features"]).toEqual({ resources: false });
	expect(db).not.toContainKeys(["description", "features"]);
});

test.concurrent("servers are started only after the person has agreed, and say what they are", async () => {
	await using home = openHome();
	const mark = join(home.path, "started");
	// A server that says what it is, and leaves a mark that it was started.
	const server = [
		`require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`,
		`require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {`,
		`const { id, params } = JSON.parse(line); if (id === undefined) return;`,
		`const result = { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: "n", version: "1" },`,
		`instructions: "Keeps the notes of the team. Search first." };`,
		`console.log(JSON.stringify({ jsonrpc: "2.0", id, result })); });`,
	];
	home.write("start.cjs", server.join("\n"));
	const servers = {
		echo: { command: process.execPath, args: [join(home.path, "start.cjs")] },
		broken: { command: join(home.path, "missing") },
	};
	home.write(".cursor/mcp.json", JSON.stringify({ mcpServers: servers }));
	await using program = runIn(home, ["cursor", "--global"]);
	await program.see("Import these 2 servers?");
	program.type(keys.enter);
	await program.see("Start them once");
	expect(existsSync(mark)).toBe(false);
	program.type(keys.down);
	await program.see("> Yes");
	program.type(keys.enter);
	await program.see("Imported 2 servers");
	expect(await program.exited).toBe(0);
	expect(existsSync(mark)).toBe(true);
	expect(Object.keys(serversIn(home))).toEqual(["echo", "broken"]);
	expect(serversIn(home)["echo"]?.["description"]).toBe("Keeps the notes of the team");
});

test.concurrent("an interruption while servers are being started stops them, and changes nothing", async () => {
	await using home = openHome();
	const mark = join(home.path, "pid");
	home.write(
		"hang.cjs",
		`require("node:fs").writeFileSync(${JSON.stringify(mark)}, String(process.pid)); setInterval(() => {}, 1000)`,
	);
	const hanging = { command: process.execPath, args: [join(home.path, "hang.cjs")] };
	home.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { hanging } }));
	await using program = runIn(home, ["cursor", "--global"]);
	await program.see("Import this server?");
	program.type(keys.enter);
	await program.see("Start it once");
	program.type(keys.down + keys.enter);
	await program.see("Starting 1 server");
	const pid = await eventually(
		() => (existsSync(mark) ? readFileSync(mark, "utf8") : ""),
		(text) => text !== "",
	);
	process.kill(program.pid, "SIGINT");
	await program.see("Interrupted: nothing was changed.");
	expect(await program.exited).toBe(130);
	expect(existsSync(configOf(home))).toBe(false);
	await waitUntilGone([Number(pid)]);
});

test.concurrent("no is no", async () => {
	await using home = openHome();
	const before = treeOf(home.path);
	await using program = runIn(home, ["gemini"]);
	await program.see("Import this server?");
	program.type(keys.up);
	await program.see("> No");
	program.type(keys.enter);
	await program.see("Nothing is imported.");
	expect(await program.exited).toBe(0);
	expect(treeOf(home.path)).toEqual(before);
});

describe("a question that is not answered leaves everything as it was", () => {
	/** The questions of an import, one by one, each with the keys that answer it. */
	const questions: readonly Question[] = [
		[/Import from which clients\?[^]*Enter/, keys.enter],
		[/Import these 3 servers\?[^]*Enter/, keys.down + keys.down + keys.enter],
		[/Start them once[^]*Enter/, keys.enter],
		[/what is it for\?[^]*> \w*/, keys.enter],
		[/offer which features\?[^]*Enter/, keys.enter],
	];
	const ways = questions.flatMap((_, index) => [
		["Ctrl-C", keys.ctrlC, index] as const,
		["Escape", keys.escape, index] as const,
	]);

	test.concurrent.each(ways)("%s at question %#", async (_, key, index) => {
		await using home = openHome();
		const before = treeOf(home.path);
		await using program = runIn(home, []);
		expect(await interruptAt(program, questions, index, key)).toBe(130);
		expect(treeOf(home.path)).toEqual(before);
	});
});

test.concurrent("with NO_COLOR there is no colour, and without it there is", async () => {
	const colour = new RegExp(`${keys.escape}\\[[\\d;]*m`);
	for (const [env, expected] of [
		[{ NO_COLOR: "1" }, false],
		[{}, true],
	] as const) {
		await using home = openHome();
		await using program = runIn(home, ["gemini"], { env });
		await program.see("Import this server?");
		program.type(keys.ctrlC);
		await program.exited;
		expect(colour.test(program.raw)).toBe(expected);
	}
});

test.concurrent("--yes asks nothing at a terminal, and --dry-run neither asks nor writes", async () => {
	await using home = openHome();
	const before = treeOf(home.path);
	await using dry = runIn(home, ["--dry-run"]);
	await dry.see(/nothing\s+is written/);
	expect(await dry.exited).toBe(0);
	expect(treeOf(home.path)).toEqual(before);
	await using program = runIn(home, ["--yes"]);
	expect(await program.exited).toBe(0);
	expect(Object.keys(serversIn(home)).sort()).toEqual(["db", "files", "notes"]);
});

test.concurrent("no line is wider than the terminal", async () => {
	await using home = openHome();
	await using program = runIn(home, ["cursor"], { columns: 60 });
	await program.see("Import these 3 servers?");
	program.type(keys.ctrlC);
	await program.exited;
	expect(
		program
			.shown()
			.split("\n")
			.filter((line) => Bun.stringWidth(line) > 60),
	).toEqual([]);
});
