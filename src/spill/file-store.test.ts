import { describe, expect, test } from "bun:test";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";

import { eventually } from "../../test/helpers/eventually.ts";
import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { createFileStore } from "./file-store.ts";

const dayMs = 24 * 60 * 60 * 1000;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

function open(more: { maxBytes?: number; directory?: string } = {}) {
	const temporary = openTempDir();
	const clock = createFakeClock();
	const directory = more.directory ?? `${temporary.path}/cache/results`;
	const store = createFileStore({ directory, clock, ...more });
	const files = () =>
		existsSync(directory)
			? readdirSync(directory, { recursive: true, withFileTypes: true })
					.filter((entry) => entry.isFile())
					.map((entry) => `${entry.parentPath}/${entry.name}`)
			: [];
	return { store, clock, directory, files, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("a text that is kept", () => {
	test("can be read in part, and is there as it was", async () => {
		await using own = open();
		const text = await own.store.keep(bytesOf("0123456789é"));
		expect(text.bytes).toBe(12);
		expect(
			await Promise.all(
				[text.read(0, 12), text.read(3, 5), text.read(10, 99), text.read(50, 60)].map(async (part) =>
					textOf(await part),
				),
			),
		).toEqual(["0123456789é", "34", "é", ""]);
		expect(own.files().map((path) => readFileSync(path, "utf8"))).toEqual(["0123456789é"]);
	});

	test.skipIf(process.platform === "win32")("can be read by nobody else", async () => {
		await using own = open();
		mkdirSync(own.directory, { recursive: true, mode: 0o755 });
		await own.store.keep(bytesOf("private"));
		const [file = ""] = own.files();
		const folder = file.slice(0, file.lastIndexOf("/"));
		expect([file, folder, own.directory].map(modeOf)).toEqual(["600", "700", "700"]);
	});

	test("is gone when it is dropped, and cannot be read any more", async () => {
		await using own = open();
		const text = await own.store.keep(bytesOf("a"));
		text.drop();
		expect(await text.read(0, 1)).toBeUndefined();
		await eventually(own.files, (files) => files.length === 0);
	});

	test("is gone after a day", async () => {
		await using own = open();
		const text = await own.store.keep(bytesOf("a"));
		own.clock.advance(dayMs - 1);
		expect(textOf(await text.read(0, 1))).toBe("a");
		own.clock.advance(1);
		expect(await text.read(0, 1)).toBeUndefined();
		await eventually(own.files, (files) => files.length === 0);
	});

	test("gives way to later ones when there are too many, the oldest first", async () => {
		await using own = open({ maxBytes: 10 });
		const texts = [];
		for (const text of ["1111", "2222", "33", "4444"]) texts.push(await own.store.keep(bytesOf(text)));
		const read = await Promise.all(texts.map(async (text) => textOf(await text.read(0, 9))));
		expect(read).toEqual([undefined, "2222", "33", "4444"]);
		await eventually(own.files, (files) => files.length === 3);
	});

	test("is gone, not an error, when somebody has emptied the cache", async () => {
		await using own = open();
		const text = await own.store.keep(bytesOf("a"));
		(await import("node:fs")).rmSync(own.directory, { recursive: true });
		expect(await text.read(0, 1)).toBeUndefined();
	});
});

describe("what cannot be kept is refused", () => {
	test("because it is larger than all that may be kept", async () => {
		await using own = open({ maxBytes: 3 });
		expect(own.store.keep(bytesOf("1234"))).rejects.toThrow("it is larger than the 3 bytes that may be kept");
	});

	test("because the folder cannot be made, and nothing is left of it", async () => {
		await using own = open();
		mkdirSync(own.directory.replace(/\/results$/, ""));
		writeFileSync(own.directory, "a file");
		expect(own.store.keep(bytesOf("a"))).rejects.toThrow(/EEXIST|ENOTDIR/);
	});

	test("because the program is stopping", async () => {
		await using own = open();
		await own.store.close();
		expect(own.store.keep(bytesOf("a"))).rejects.toThrow("dynamic-mcp is stopping");
	});
});

test("the end removes all that was kept, and the folder", async () => {
	await using own = open();
	const texts = await Promise.all(["a", "b", "c"].map((text) => own.store.keep(bytesOf(text))));
	for (const text of texts) text.drop();
	await own.store.keep(bytesOf("d"));
	await own.store.close();
	expect(readdirSync(own.directory)).toEqual([]);
});

describe("sweeping", () => {
	const ended = () => Bun.spawnSync([process.execPath, "-e", ""]).pid;

	test("removes the folders of processes that are gone, and of nobody else", async () => {
		await using own = open();
		await own.store.keep(bytesOf("own"));
		const [mine = ""] = readdirSync(own.directory);
		const machine = mine.split("-")[1] ?? "";
		const folders = {
			gone: `${ended()}-${machine}-00000000`,
			living: `${process.ppid}-${machine}-00000000`,
			elsewhere: `${ended()}-ffffffff-00000000`,
			elsewhereLongAgo: `${ended()}-eeeeeeee-00000000`,
			livingLongAgo: `${process.ppid}-${machine}-11111111`,
			notOurs: "something else",
		};
		for (const name of Object.values(folders)) {
			mkdirSync(`${own.directory}/${name}`);
			writeFileSync(`${own.directory}/${name}/text`, "x");
		}
		const longAgo = (Date.now() - 3 * dayMs) / 1000;
		for (const name of [folders.elsewhereLongAgo, folders.livingLongAgo]) {
			utimesSync(`${own.directory}/${name}`, longAgo, longAgo);
		}
		await own.store.sweep();
		const { living, elsewhere, notOurs } = folders;
		expect(readdirSync(own.directory).sort()).toEqual([mine, living, elsewhere, notOurs].sort());
	});

	test.skipIf(process.platform === "win32")("follows no link", async () => {
		await using own = open();
		await own.store.keep(bytesOf("own"));
		const [mine = ""] = readdirSync(own.directory);
		const outside = `${own.directory}/../outside`;
		mkdirSync(outside);
		writeFileSync(`${outside}/precious`, "x");
		symlinkSync(outside, `${own.directory}/${ended()}-${mine.split("-")[1]}-00000000`);
		await own.store.sweep();
		expect([readdirSync(outside), readdirSync(own.directory)]).toEqual([["precious"], [mine]]);
	});

	test("makes nothing where nothing was ever kept", async () => {
		await using own = open();
		await own.store.sweep();
		await own.store.close();
		expect(existsSync(own.directory)).toBe(false);
	});
});
