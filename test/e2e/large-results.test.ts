/** Large results, through the built program: the model gets the head, and reads on in what was kept on disk. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

import { eventually } from "../helpers/eventually.ts";
import type { Content, Message } from "../helpers/messages.ts";
import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { type ProxyOptions, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}, é 😀\n`).join("");
const textBlock = (text: string) => `{"type":"text","text":${JSON.stringify(text)}}`;
const contentOf = (reply: Message) => reply.result?.["content"] as Content[];
const idIn = (reply: Message) => /"id":"([^"]+)"/.exec(textOf(reply))?.[1] ?? "none";

/** The program in front of a server that gives any result. */
async function start(options: ProxyOptions = {}) {
	const directory = openTempDir();
	const proxy = await startProxy({ servers: { files: fixture("gives-files") }, ...options });
	let count = 0;
	return {
		...proxy,
		give: (result: string) => proxy.callTool("files", "give", { path: directory.write(`result-${++count}`, result) }),
		read: (args: object) => proxy.callTool("files", "read_result", args),
		async [Symbol.asyncDispose]() {
			await proxy[Symbol.asyncDispose]();
			await directory[Symbol.asyncDispose]();
		},
	};
}

/** Files of results that are kept in the cache. */
function keptIn(cacheDir: string): string[] {
	const folder = `${cacheDir}/results`;
	if (!existsSync(folder)) return [];
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Reads part by part until the end. */
async function readAll(read: (args: object) => Promise<Message>, id: string): Promise<string> {
	let text = "";
	for (let offset: number | undefined = 0; offset !== undefined;) {
		const [part, notice] = contentOf(await read({ id, offset }));
		text += part?.text ?? "";
		const next = /"offset":(\d+)/.exec(notice?.text ?? "")?.[1];
		offset = next === undefined ? undefined : Number(next);
	}
	return text;
}

test.concurrent.each([
	["30 kB", 1_500, "20kB"],
	["400 kB", 20_000, undefined],
	["3 MB, which is not even decoded otherwise", 130_000, "1MB"],
])("a result of %s is kept exactly, and can be read to its end", async (_, count, resultBudget) => {
	await using proxy = await start(resultBudget === undefined ? {} : { settings: { resultBudget } });
	const cut = await proxy.give(`{"content":[${textBlock(lines(count))}]}`);
	const id = idIn(cut);
	expect(Buffer.byteLength(textOf(cut))).toBeLessThanOrEqual(resultBudget === "1MB" ? 1_000_000 : 80_000);
	expect(textOf(cut)).toContain(`of ${Buffer.byteLength(lines(count))} bytes of text; the rest is kept`);
	expect((await readAll(proxy.read, id)) === lines(count)).toBe(true);
	const [file = "", ...others] = keptIn(proxy.cacheDir);
	expect(others).toEqual([]);
	expect(readFileSync(file, "utf8") === lines(count)).toBe(true);
	const found = await proxy.read({ id, grep: `\\b${count - 1},` });
	expect(goodTextOf(found)).toContain(`${count - 1} (`);
});

test.concurrent("what is no text passes digit for digit", async () => {
	const image = `{"type":"image","data":"${"A".repeat(2_000)}","mimeType":"image/png","size":12345678901234567890}`;
	const rest = `"structuredContent":{"id":9007199254740993,"z":1.0,"a":1E400},"_meta":{"n":-0},"x":[null]`;
	await using proxy = await start({ settings: { resultBudget: 1_000 } });
	await proxy.give(`{"content":[${image},${textBlock(lines(300))}],${rest}}`);
	const text = proxy.lines.at(-1)?.text;
	expect(text).toContain(`"result":{"content":[${image},{"type":"text","text":"line 1`);
	expect(text).toContain(`"}],${rest}}`);
});

test.concurrent("an error keeps its head and its tail", async () => {
	await using proxy = await start();
	const cut = errorTextOf(await proxy.give(`{"content":[${textBlock(lines(20_000))}],"isError":true}`));
	expect([cut.slice(0, 6), cut.trimEnd().split("\n").at(-1)]).toEqual(["line 1", "line 20000, é 😀"]);
	expect(cut).toMatch(/those from \d+ to \d+ are left out here/);
});

test.concurrent.skipIf(process.platform === "win32").each(["000", "077", "277"])(
	"under umask %s the files are 0600 and their folders 0700",
	async (umask) => {
		await using proxy = await start({ shell: `umask ${umask}` });
		await proxy.give(`{"content":[${textBlock(lines(20_000))}]}`);
		const [file = ""] = keptIn(proxy.cacheDir);
		const modes = [file, dirname(file), dirname(dirname(file))].map((path) =>
			(statSync(path).mode & 0o777).toString(8),
		);
		expect(modes).toEqual(["600", "700", "700"]);
	},
);

test.concurrent("an id is no path, and says nothing of one", async () => {
	await using proxy = await start();
	const id = idIn(await proxy.give(`{"content":[${textBlock(lines(20_000))}]}`));
	const [file = ""] = keptIn(proxy.cacheDir);
	expect(file).not.toContain(id);
	const folder = basename(dirname(file));
	for (const wrong of [
		basename(file),
		file,
		`../${folder}/${basename(file)}`,
		"../../../etc/passwd",
		`${id}/`,
		"__proto__",
	]) {
		expect(errorTextOf(await proxy.read({ id: wrong }))).toContain("no result is kept under that for this session");
	}
});

test.concurrent("two programs on one cache cannot read each other's results, and keep each other's files", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	await using first = await start({ cacheDir });
	const id = idIn(await first.give(`{"content":[${textBlock(lines(20_000))}]}`));
	await using second = await start({ cacheDir });
	expect(errorTextOf(await second.read({ id }))).toContain("no result is kept under that for this session");
	await second.give(`{"content":[${textBlock(lines(20_000))}]}`);
	await second.closeStdin();
	await second.exited;
	expect(keptIn(cacheDir)).toHaveLength(1);
	expect((await readAll(first.read, id)) === lines(20_000)).toBe(true);
});

describe("nothing is left", () => {
	test.concurrent("when the program ends", async () => {
		await using directory = openTempDir();
		const cacheDir = `${directory.path}/cache`;
		await using proxy = await start({ cacheDir });
		for (let count = 0; count < 3; count++) await proxy.give(`{"content":[${textBlock(lines(20_000))}]}`);
		expect(keptIn(cacheDir)).toHaveLength(3);
		await proxy.closeStdin();
		expect(await proxy.exited).toMatchObject({ code: 0 });
		expect(readdirSync(`${cacheDir}/results`)).toEqual([]);
	});

	test.concurrent("of a program that was killed, once the next one has started", async () => {
		await using directory = openTempDir();
		const cacheDir = `${directory.path}/cache`;
		await using killed = await start({ cacheDir });
		await killed.give(`{"content":[${textBlock(lines(20_000))}]}`);
		process.kill(killed.pid, "SIGKILL");
		await killed.exited;
		expect(keptIn(cacheDir)).toHaveLength(1);
		await using next = await start({ cacheDir });
		await eventually(
			() => readdirSync(`${cacheDir}/results`),
			(folders) => folders.length === 0,
		);
		expect(next.stderrText()).toBe("");
	});
});

test.concurrent("a result that cannot be kept is passed on whole, with a warning", async () => {
	await using directory = openTempDir();
	const cacheDir = `${directory.path}/cache`;
	mkdirSync(cacheDir);
	writeFileSync(`${cacheDir}/results`, "a file where the folder should be");
	chmodSync(`${cacheDir}/results`, 0o600);
	await using proxy = await start({ cacheDir });
	expect(goodTextOf(await proxy.give(`{"content":[${textBlock(lines(20_000))}]}`)) === lines(20_000)).toBe(true);
	await proxy.stderrHas(/a result of group "files" is passed on whole, \d+ bytes of it: it could not be kept: /);
});

test.concurrent("a budget that is switched off for a server leaves its results as they are", async () => {
	await using proxy = await start({
		servers: { files: fixture("gives-files", { resultBudget: 0 }) },
		settings: { resultBudget: "1kB" },
	});
	const result = `{"content":[${textBlock(lines(90_000))}],"n":12345678901234567890}`;
	await proxy.give(result);
	expect(proxy.lines.at(-1)?.text.endsWith(`${result}}`)).toBe(true);
	expect(keptIn(proxy.cacheDir)).toEqual([]);
});

test.concurrent("a search by an expression that would take years holds up nobody", async () => {
	await using proxy = await start();
	const id = idIn(await proxy.give(`{"content":[${textBlock(`${"a".repeat(200_000)}\n`)}]}`));
	const found = proxy.read({ id, grep: "(a*)*(a|a)*a*a*a*a*b$" });
	expect(goodTextOf(await proxy.callTool("files", "pid"))).toMatch(/^\d+$/);
	expect(goodTextOf(await found)).toContain("0 of 0 matching lines");
});
