import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";

import { openTempDir, type TempDir } from "../../test/helpers/temp-dir.ts";
import { removeOldPrograms, renewAlias, replaceProgram, writeProgram } from "./replace.ts";

const filesIn = ({ path }: TempDir) =>
	Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(`${path}/${name}`, "utf8")]));

test("a program is written so that everybody can run it, whatever the umask", async () => {
	await using directory = openTempDir();
	const before = process.umask(0o077);
	try {
		await writeProgram(`${directory.path}/p`, new TextEncoder().encode("new"));
	} finally {
		process.umask(before);
	}
	expect((statSync(`${directory.path}/p`).mode & 0o777).toString(8)).toBe("755");
});

test("a program is never written over a file", async () => {
	await using directory = openTempDir();
	const path = directory.write("p", "old");
	expect(await writeProgram(path, new Uint8Array(3)).catch((error: Error) => error.message)).toStartWith("EEXIST");
	expect(filesIn(directory)).toEqual({ p: "old" });
});

test.each([false, true])("a program takes the other's place, by Windows' way: %p", async (isWindows) => {
	await using directory = openTempDir();
	const [fresh, target] = [directory.write("fresh", "new"), directory.write("dynamic-mcp.exe", "old")];
	await replaceProgram(fresh, target, isWindows);
	expect(filesIn(directory)).toEqual({ "dynamic-mcp.exe": "new" });
});

test.each([false, true])(
	"the old one is back when the new one cannot be put there, by Windows' way: %p",
	async (isWindows) => {
		await using directory = openTempDir();
		const target = directory.write("dynamic-mcp.exe", "old");
		const failure = await replaceProgram(`${directory.path}/missing`, target, isWindows).catch(
			(error: Error) => error.message,
		);
		expect(failure).toStartWith("ENOENT");
		expect(filesIn(directory)).toEqual({ "dynamic-mcp.exe": "old" });
	},
);

test("an old program that is still there is not written over, and is removed with the next upgrade", async () => {
	await using directory = openTempDir();
	const [fresh, target] = [directory.write("fresh", "new"), directory.write("dynamic-mcp.exe", "old")];
	// As an earlier upgrade leaves it while it is running.
	directory.write("dynamic-mcp.exe.old", "older");
	await replaceProgram(fresh, target, true);
	expect(filesIn(directory)).toEqual({ "dynamic-mcp.exe": "new", "dynamic-mcp.exe.old": "older" });
	directory.write("dmcp.exe.1a2b3c4d.old", "older");
	directory.write("dynamic-mcp.exe.mine.old", "kept");
	directory.write("other.exe.old", "kept");
	await removeOldPrograms(target);
	expect(Object.keys(filesIn(directory)).sort()).toEqual([
		"dynamic-mcp.exe",
		"dynamic-mcp.exe.mine.old",
		"other.exe.old",
	]);
});

describe("the alias", () => {
	test("that is a file of its own becomes the new program", async () => {
		await using directory = openTempDir();
		const target = directory.write("dynamic-mcp.exe", "new");
		directory.write("dmcp.exe", "old");
		expect(await renewAlias(target, true)).toBe(true);
		expect(filesIn(directory)).toEqual({ "dynamic-mcp.exe": "new", "dmcp.exe": "new" });
	});

	test("that is not there is not made", async () => {
		await using directory = openTempDir();
		expect(await renewAlias(directory.write("dynamic-mcp.exe", "new"), true)).toBe(true);
		expect(Object.keys(filesIn(directory))).toEqual(["dynamic-mcp.exe"]);
	});

	test("that leads to the program is right already", async () => {
		await using directory = openTempDir();
		const target = directory.write("dynamic-mcp", "new");
		symlinkSync("dynamic-mcp", `${directory.path}/dmcp`);
		expect(await renewAlias(target, false)).toBe(true);
		expect(filesIn(directory)).toEqual({ "dynamic-mcp": "new", dmcp: "new" });
	});
});
