/** What is noted of a connection, and what is left of one that failed. */
import { expect, test } from "bun:test";
import { readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

import { treeOf } from "../../../test/helpers/home-tree.ts";
import { openTempDir, type TempDir } from "../../../test/helpers/temp-dir.ts";
import { UserError } from "../../base/errors.ts";
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

async function refusal(act: Promise<unknown>): Promise<string> {
	try {
		await act;
	} catch (error) {
		if (error instanceof UserError) return error.message;
		throw error;
	}
	throw new Error("it was not refused");
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
