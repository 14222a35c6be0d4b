/** What is noted of a connection, and what is left of one that failed. */
import { expect, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

import { treeOf } from "../../../test/helpers/home-tree.ts";
import { refusal } from "../../../test/helpers/refusal.ts";
import { openTempDir, type TempDir } from "../../../test/helpers/temp-dir.ts";
import { findClient } from "../../clients/all.ts";
import type { Machine } from "../../clients/types.ts";
import { carryOut, carryOutDisconnect } from "./carry-out.ts";
import { planDisconnect } from "./disconnect-plan.ts";
import { connectionsFolder, readConnection } from "./journal.ts";
import { type ConnectChange, planConnect } from "./plan.ts";

const cursor = findClient("cursor");
const program = { command: "/home/me/.local/bin/dynamic-mcp", args: [] };
const text = '{\n  "mcpServers": {\n    "a": { "command": "x" }\n  }\n}\n';

function machineIn(home: TempDir): Machine {
	return { platform: "linux", env: {}, home: home.path, project: home.path };
}

async function plan(home: TempDir): Promise<ConnectChange> {
	const options = { machine: machineIn(home), scope: "global", program, isReplaced: () => false } as const;
	const planned = await planConnect(cursor, options);
	if (planned.kind !== "change") throw new Error("nothing to change");
	return planned;
}

/** But for the file that is locked, and the folders. */
function filesIn(home: TempDir): string[] {
	const files = Object.entries(treeOf(home.path)).filter(([, what]) => what.startsWith("file"));
	return files.map(([name]) => name).filter((name) => !name.endsWith("/lock"));
}

test("a client that writes its file meanwhile wins, and no backup and no note are left behind", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	const change = await plan(home);
	home.write(".cursor/mcp.json", `${text}\n`);
	expect(await refusal(carryOut(change, home.path))).toBe(`${file} has just been changed by another program`);
	expect(readFileSync(file, "utf8")).toBe(`${text}\n`);
	expect(filesIn(home)).toEqual([".cursor/mcp.json"]);
});

test("the same change carried out twice is refused the second time, and the first can be undone", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	const change = await plan(home);
	await carryOut(change, home.path);
	expect(await refusal(carryOut(change, home.path))).toContain("has just been changed");
	const [undo] = await planDisconnect(cursor, { machine: machineIn(home), scope: undefined });
	if (undo === undefined) throw new Error("it is not connected");
	expect(undo.isExact).toBe(true);
	await carryOutDisconnect(undo, home.path);
	expect(readFileSync(file, "utf8")).toBe(text);
	expect(await readConnection(home.path, file)).toBeUndefined();
});

test("when the backup is gone, our entry is taken out all the same", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	const backup = await carryOut(await plan(home), home.path);
	await Bun.file(backup ?? "").delete();
	const [undo] = await planDisconnect(cursor, { machine: machineIn(home), scope: undefined });
	expect([undo?.text, undo?.isExact]).toEqual([text, false]);
	expect(readFileSync(file, "utf8")).toContain("dynamic-mcp");
});

test("a file behind a link is changed and restored, and the link stays", async () => {
	await using home = openTempDir();
	const target = home.write("dotfiles/cursor.json", text);
	home.write(".cursor/other.json", "{}");
	symlinkSync(target, join(home.path, ".cursor/mcp.json"));
	await carryOut(await plan(home), home.path);
	expect(readFileSync(target, "utf8")).toContain(program.command);
	const [undo] = await planDisconnect(cursor, { machine: machineIn(home), scope: undefined });
	if (undo === undefined) throw new Error("it is not connected");
	await carryOutDisconnect(undo, home.path);
	expect([readFileSync(target, "utf8"), treeOf(home.path)[".cursor/mcp.json"]]).toEqual([text, `link to ${target}`]);
});

test("a note that cannot be read is named, with what to do", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	await carryOut(await plan(home), home.path);
	const note = filesIn(home).find((name) => name.includes("/connections/")) ?? "";
	home.write(note, "{");
	expect(await refusal(readConnection(home.path, file))).toBe(
		`the note ${join(connectionsFolder(home.path), basename(note))} about ${file} cannot be read`,
	);
});

test("in the home folder, where a project's file and that for all projects are one, it is put back once", async () => {
	await using home = openTempDir();
	const file = home.write(".cursor/mcp.json", text);
	await carryOut(await plan(home), home.path);
	const changes = await planDisconnect(cursor, { machine: machineIn(home), scope: undefined });
	expect(changes.map(({ place, isExact }) => ({ path: place.path, isExact }))).toEqual([{ path: file, isExact: true }]);
});

test("what starts us in two places of one file is taken out of both in one step", async () => {
	await using home = openTempDir();
	const ours = { command: "/old/dynamic-mcp" };
	const before = {
		mcpServers: { a: { command: "x" }, "dynamic-mcp": ours },
		projects: { [home.path]: { mcpServers: { "dynamic-mcp": ours, b: { command: "y" } } } },
	};
	const file = home.write(".claude.json", JSON.stringify(before, undefined, 2));
	const changes = await planDisconnect(findClient("claude"), { machine: machineIn(home), scope: undefined });
	expect(changes).toHaveLength(1);
	for (const change of changes) await carryOutDisconnect(change, home.path);
	expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
		mcpServers: { a: { command: "x" } },
		projects: { [home.path]: { mcpServers: { b: { command: "y" } } } },
	});
});

test("what was taken out of one project's servers is not put among those for all projects", async () => {
	await using home = openTempDir();
	const local = { mcpServers: { old: { command: "dynamic-mcp" }, b: { command: "y" } } };
	const before = { mcpServers: { a: { command: "x" } }, projects: { [home.path]: local } };
	const file = home.write(".claude.json", JSON.stringify(before, undefined, 2));
	home.write(".mcp.json", "{}");
	const claude = findClient("claude");
	const machine = machineIn(home);
	const planned = await planConnect(claude, {
		machine,
		scope: "project",
		program,
		isReplaced: ({ name }) => name === "b",
	});
	if (planned.kind !== "change") throw new Error("nothing to change");
	await carryOut(planned, home.path);
	await Bun.write(file, `${readFileSync(file, "utf8")}\n`);
	for (const change of await planDisconnect(claude, { machine, scope: undefined })) {
		await carryOutDisconnect(change, home.path);
	}
	expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
		...before,
		projects: { [home.path]: { mcpServers: { b: { command: "y" } } } },
	});
});
