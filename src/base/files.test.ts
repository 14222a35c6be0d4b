import { describe, expect, test } from "bun:test";
import { linkSync, readdirSync, statSync } from "node:fs";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { readFileIfThere, temporaryTarget, writeFileAtomically } from "./files.ts";

const failureCode = (promise: Promise<unknown>) =>
	promise.then(
		() => "no failure",
		(error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
	);

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("reading", () => {
	test("gives the text as it is", async () => {
		await using directory = openTempDir();
		const text = "\uFEFFé\r\n\u0000𝄞\n";
		expect(await readFileIfThere(directory.write("a", text))).toBe(text);
	});

	test("gives an empty text of an empty file", async () => {
		await using directory = openTempDir();
		expect(await readFileIfThere(directory.write("a", ""))).toBe("");
	});

	test("gives nothing when there is no file, or no folder", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", "");
		const missing = [`${directory.path}/b`, `${directory.path}/b/c`, `${file}/c`];
		expect(await Promise.all(missing.map(readFileIfThere))).toEqual([undefined, undefined, undefined]);
	});

	test("fails on what is no UTF-8", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", new Uint8Array([0x61, 0xff]));
		expect(await failureCode(readFileIfThere(file))).toBe("ERR_ENCODING_INVALID_ENCODED_DATA");
	});

	test("fails on a folder", async () => {
		await using directory = openTempDir();
		expect(await failureCode(readFileIfThere(directory.path))).toBe("EISDIR");
	});
});

describe("writing", () => {
	test("makes the folders, and leaves nothing but the file", async () => {
		await using directory = openTempDir();
		await writeFileAtomically(`${directory.path}/a/b/c`, "é", { mode: 0o600 });
		expect(await readFileIfThere(`${directory.path}/a/b/c`)).toBe("é");
		expect(readdirSync(`${directory.path}/a/b`)).toEqual(["c"]);
	});

	test("replaces a file, and does not write into it", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", "old, and longer");
		const old = `${directory.path}/old`;
		linkSync(file, old);
		await writeFileAtomically(file, "new", { mode: 0o600 });
		expect(await Promise.all([file, old].map(readFileIfThere))).toEqual(["new", "old, and longer"]);
	});

	test("of many at once, one counts, whole", async () => {
		await using directory = openTempDir();
		const file = `${directory.path}/a`;
		const texts = Array.from({ length: 50 }, (_, index) => `${index} `.repeat(10_000));
		await Promise.all(texts.map((text) => writeFileAtomically(file, text, { mode: 0o600 })));
		expect(texts).toContain((await readFileIfThere(file)) ?? "");
		expect(readdirSync(directory.path)).toEqual(["a"]);
	});

	test("that fails leaves nothing behind", async () => {
		await using directory = openTempDir();
		directory.write("a/full", "");
		expect(await failureCode(writeFileAtomically(`${directory.path}/a`, "x", { mode: 0o600 }))).toBe("EISDIR");
		expect(readdirSync(directory.path)).toEqual(["a"]);
	});

	test("fails where a file has the name of the folder", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", "old");
		expect(await failureCode(writeFileAtomically(`${file}/b/c`, "x", { mode: 0o600 }))).toBe("ENOTDIR");
	});
});

/** Runs the code in a process of its own, with what a shell sets up before. */
async function run(setUp: string, code: string): Promise<string> {
	const script = `import { writeFileAtomically } from ${JSON.stringify(`${import.meta.dir}/files.ts`)};\n${code}`;
	const child = Bun.spawn(["sh", "-c", `${setUp}; exec "$0" -e "$1"`, process.execPath, script], { stderr: "inherit" });
	return (await child.stdout.text()).trim();
}

describe.skipIf(process.platform === "win32")("whatever was set up before:", () => {
	test.each([
		["000", "644"],
		["077", "600"],
	])("with umask %s the folder is only its owner's, and a mode is never more than asked for", async (umask, open) => {
		await using directory = openTempDir();
		const path = `${directory.path}/a/b`;
		await run(
			`umask ${umask}`,
			`await writeFileAtomically("${path}/closed", "", { mode: 0o600 });
			await writeFileAtomically("${path}/open", "", { mode: 0o644 });`,
		);
		const paths = [`${directory.path}/a`, path, `${path}/closed`, `${path}/open`];
		expect(paths.map(modeOf)).toEqual(["700", "700", "600", open]);
	});

	test.each(["000", "077", "777"])("with umask %s a lasting file has the mode that was asked for", async (umask) => {
		await using directory = openTempDir();
		const path = `${directory.path}/a`;
		await run(`umask ${umask}`, `await writeFileAtomically("${path}", "x", { mode: 0o640, isLasting: true });`);
		expect([modeOf(path), await readFileIfThere(path), readdirSync(directory.path)]).toEqual(["640", "x", ["a"]]);
	});

	test("a file that was open to others is closed when it is replaced", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", "old", 0o666);
		await writeFileAtomically(file, "new", { mode: 0o600 });
		expect(modeOf(file)).toBe("600");
	});

	test("where there is no room for the whole file, the old one stays and nothing else does", async () => {
		await using directory = openTempDir();
		const file = directory.write("a", "old");
		const code = `await writeFileAtomically("${file}", "x".repeat(100_000), { mode: 0o600 }).catch((error) => {
			process.stdout.write(error.code);
		});`;
		expect(await run("trap '' XFSZ; ulimit -f 8", code)).toBe("EFBIG");
		expect([await readFileIfThere(file), readdirSync(directory.path)]).toEqual(["old", ["a"]]);
	});
});

test.each([
	["a.json.12-0123abcd.tmp", "a.json"],
	[".tmp.1-00000000.tmp", ".tmp"],
	["a.json.12-0123abcd.tmp.3-0123abcd.tmp", "a.json.12-0123abcd.tmp"],
	["a.json", undefined],
	["a.tmp", undefined],
	["a.12-0123ABCD.tmp", undefined],
	["a.12-0123abc.tmp", undefined],
	["a.-0123abcd.tmp", undefined],
	[".12-0123abcd.tmp", undefined],
	["", undefined],
])("the temporary file %j is of %j", (name, target) => {
	expect(temporaryTarget(name)).toBe(target);
});
