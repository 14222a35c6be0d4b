/** Reading and replacing other programs' files, with everything that can be in the way. */
import { expect, test } from "bun:test";
import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { refusal } from "../../test/helpers/refusal.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { backUp, readClientFile, replaceClientFile } from "./client-file.ts";

test("a file is replaced in one step, and keeps its permissions", async () => {
	await using directory = openTempDir();
	const path = directory.write("mcp.json", "{}", 0o640);
	await replaceClientFile(await readClientFile(path), "{ }");
	expect(readFileSync(path, "utf8")).toBe("{ }");
	expect(statSync(path).mode & 0o777).toBe(0o640);
	expect(readdirSync(directory.path)).toEqual(["mcp.json"]);
});

test("a new file is made with its folders, for its owner alone", async () => {
	await using directory = openTempDir();
	const path = join(directory.path, "a/b/mcp.json");
	const file = await readClientFile(path);
	expect(file.text).toBeUndefined();
	await replaceClientFile(file, "{}");
	expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["{}", 0o600]);
});

test("behind a link to a file in another folder that file is replaced, and the link stays", async () => {
	await using directory = openTempDir();
	const target = directory.write("dotfiles/mcp.json", "{}");
	mkdirSync(join(directory.path, "home"));
	const path = join(directory.path, "home/mcp.json");
	symlinkSync("../dotfiles/mcp.json", path);
	await replaceClientFile(await readClientFile(path), "[]");
	expect([lstatSync(path).isSymbolicLink(), readFileSync(target, "utf8")]).toEqual([true, "[]"]);
	expect(readdirSync(join(directory.path, "home"))).toEqual(["mcp.json"]);
});

test("a byte order mark is part of the text", async () => {
	await using directory = openTempDir();
	const path = directory.write("mcp.json", "\uFEFF{}");
	const file = await readClientFile(path);
	expect(file.text).toBe("\uFEFF{}");
	await replaceClientFile(file, `${file.text}\r\n`);
	expect(readFileSync(path, "utf8")).toBe("\uFEFF{}\r\n");
});

test.each<[string, (path: string) => void, string]>([
	["a folder", (path) => mkdirSync(path), "is a folder, not a file"],
	["no ordinary file", (path) => void Bun.spawnSync(["mkfifo", path]), "is no ordinary file"],
	["huge", (path) => (writeFileSync(path, "{}"), truncateSync(path, 10_000_001)), "is too long: 11 MB, of at most 10"],
	[
		"in UTF-16",
		(path) => writeFileSync(path, Buffer.from("\uFEFF{}", "utf16le")),
		"is written in UTF-16, not in UTF-8",
	],
	[
		"in UTF-16 without a mark",
		(path) => writeFileSync(path, Buffer.from("{}", "utf16le")),
		"is no text: it has a zero byte",
	],
	["in no UTF-8", (path) => writeFileSync(path, Buffer.from([0x7b, 0xe4, 0x7d])), "is not UTF-8"],
	["a link to nothing", (path) => symlinkSync("nowhere.json", path), "is a link to nowhere.json, which is not there"],
])("a file that is %s is refused by name", async (_, make, reason) => {
	await using directory = openTempDir();
	const path = join(directory.path, "mcp.json");
	make(path);
	expect(await refusal(readClientFile(path))).toBe(`${path} ${reason}`);
});

test("a link that leads in a circle is refused", async () => {
	await using directory = openTempDir();
	const path = join(directory.path, "mcp.json");
	symlinkSync("mcp.json", path);
	expect(await refusal(readClientFile(path))).toBe(`cannot read ${path}: its symbolic links lead in a circle`);
});

test("a read-only file is not replaced, whoever one is", async () => {
	await using directory = openTempDir();
	const path = directory.write("mcp.json", "{}", 0o444);
	expect(await refusal(replaceClientFile(await readClientFile(path), "[]"))).toBe(`${path} is read-only`);
	expect([readFileSync(path, "utf8"), readdirSync(directory.path)]).toEqual(["{}", ["mcp.json"]]);
});

test("nor is one in a read-only folder", async () => {
	await using directory = openTempDir();
	const path = directory.write("client/mcp.json", "{}");
	const folder = join(directory.path, "client");
	chmodSync(folder, 0o555);
	const said = await refusal(replaceClientFile(await readClientFile(path), "[]"));
	chmodSync(folder, 0o755);
	expect(said).toBe(`${path} cannot be written: its folder ${folder} is read-only`);
	expect(readFileSync(path, "utf8")).toBe("{}");
});

test.each<[string, string | undefined, (path: string) => void]>([
	["has changed", "{}", (path) => writeFileSync(path, "{ }")],
	["has appeared", undefined, (path) => writeFileSync(path, "{}")],
])("a file that %s since it was read is left as it is", async (_, before, meanwhile) => {
	await using directory = openTempDir();
	const path = join(directory.path, "mcp.json");
	if (before !== undefined) writeFileSync(path, before);
	const file = await readClientFile(path);
	meanwhile(path);
	const now = readFileSync(path, "utf8");
	expect(await refusal(replaceClientFile(file, "[]"))).toBe(`${path} has just been changed by another program`);
	expect([readFileSync(path, "utf8"), readdirSync(directory.path)]).toEqual([now, ["mcp.json"]]);
});

test("of two who have read the same, one replaces it and one is told", async () => {
	await using directory = openTempDir();
	const path = directory.write("mcp.json", "{}");
	const file = await readClientFile(path);
	await replaceClientFile(file, "[1]");
	expect(await refusal(replaceClientFile(file, "[2]"))).toContain("has just been changed");
	expect(readFileSync(path, "utf8")).toBe("[1]");
});

test("a backup has the same bytes, a time in its name, and one reader", async () => {
	await using directory = openTempDir();
	const file = await readClientFile(directory.write("mcp.json", "\uFEFF{}\r\n"));
	const backup = (await backUp(file, join(directory.path, "backups/cursor"), new Date("2026-11-22T10:20:30Z"))) ?? "";
	expect(backup).toMatch(/\/backups\/cursor\/20261122T102030-[0-9a-f]{8}-mcp\.json$/);
	expect([readFileSync(backup, "utf8"), statSync(backup).mode & 0o777]).toEqual(["\uFEFF{}\r\n", 0o600]);
});
