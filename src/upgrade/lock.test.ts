import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { hostname } from "node:os";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { takeLock } from "./lock.ts";

const lockIn = ({ path }: { path: string }) => `${path}/.dynamic-mcp.lock`;

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
	const child = Bun.spawn(["true"]);
	await child.exited;
	return child.pid;
}

const messageOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

describe("a lock", () => {
	test("is a folder that names its process, and goes with all that is in it", async () => {
		await using directory = openTempDir();
		const lock = await takeLock(directory.path);
		expect(lock.folder).toBe(lockIn(directory));
		expect(readFileSync(`${lock.folder}/owner`, "utf8")).toBe(`${process.pid} ${hostname()}\n`);
		directory.write(".dynamic-mcp.lock/left", "x");
		await lock.release();
		expect(readdirSync(directory.path)).toEqual([]);
	});

	test("is one process's, who is named to others", async () => {
		await using directory = openTempDir();
		const lock = await takeLock(directory.path);
		expect(await messageOf(takeLock(directory.path))).toBe(
			`another installation or upgrade is at work (process ${process.pid})`,
		);
		await lock.release();
		await (await takeLock(directory.path)).release();
	});

	test("of a process that has ended is taken over, with what it left", async () => {
		await using directory = openTempDir();
		directory.write(".dynamic-mcp.lock/owner", `${await deadPid()} ${hostname()}\n`);
		directory.write(".dynamic-mcp.lock/dynamic-mcp", "half");
		const lock = await takeLock(directory.path);
		expect([readdirSync(lock.folder), readdirSync(directory.path)]).toEqual([["owner"], [".dynamic-mcp.lock"]]);
	});

	test("that install.ps1 holds, a file, is left alone, however old it is", async () => {
		await using directory = openTempDir();
		const file = directory.write(".dynamic-mcp.lock", "");
		utimesSync(file, 0, 0);
		expect(await messageOf(takeLock(directory.path))).toBe("another installation or upgrade is at work");
		expect(existsSync(file)).toBe(true);
	});

	test("of another machine's process is left alone, as nothing is known of it", async () => {
		await using directory = openTempDir();
		const pid = await deadPid();
		directory.write(".dynamic-mcp.lock/owner", `${pid} elsewhere.invalid\n`);
		expect(await messageOf(takeLock(directory.path))).toBe(
			`another installation or upgrade is at work (process ${pid})`,
		);
	});

	test("of one that has not yet said who it is, is left alone", async () => {
		await using directory = openTempDir();
		mkdirSync(lockIn(directory));
		expect(await messageOf(takeLock(directory.path))).toBe("another installation or upgrade is at work");
		expect(existsSync(lockIn(directory))).toBe(true);
	});

	test("of one that has never said who it is, is taken over after a while", async () => {
		await using directory = openTempDir();
		mkdirSync(lockIn(directory));
		const longAgo = Date.now() / 1000 - 61;
		utimesSync(lockIn(directory), longAgo, longAgo);
		await (await takeLock(directory.path)).release();
		expect(readdirSync(directory.path)).toEqual([]);
	});

	test("that many want at once is one's, be there a stale one or not", async () => {
		for (const isStale of [false, true]) {
			await using directory = openTempDir();
			if (isStale) directory.write(".dynamic-mcp.lock/owner", `${await deadPid()} ${hostname()}\n`);
			const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(directory.path)));
			expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
			expect(readdirSync(directory.path)).toEqual([".dynamic-mcp.lock"]);
		}
	});

	test("in a folder that is none fails as the system says", async () => {
		await using directory = openTempDir();
		const file = directory.write("file", "");
		expect(await messageOf(takeLock(file))).toStartWith("ENOTDIR");
	});
});
