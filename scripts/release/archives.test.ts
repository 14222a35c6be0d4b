import { expect, test } from "bun:test";
import { join } from "node:path";

import { unzipSync } from "fflate";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { listZip } from "./formats/zip.ts";
import { type Target, targets } from "./targets.ts";

const linux = targets.find(({ name }) => name === "linux-x86_64")!;
const windows = targets.find(({ name }) => name === "windows-x86_64")!;

/** Packs in a process of its own, as somebody in that time zone would. */
async function packIn(zone: string, target: Target, folder: string): Promise<Uint8Array> {
	const code = `
		import { pack } from ${JSON.stringify(join(import.meta.dir, "archives.ts"))};
		const [target, executable, folder] = process.argv.slice(-3);
		console.log(await pack({ target: JSON.parse(target), executable, licenses: "Many.", time: new Date("2026-03-04T05:06:08Z") }, folder));`;
	const script = join(folder, "pack.ts");
	const executable = join(folder, "any-name");
	await Bun.write(script, code);
	await Bun.write(executable, "the program");
	const run = Bun.spawn([process.execPath, script, JSON.stringify(target), executable, folder], {
		env: { ...process.env, TZ: zone },
		stderr: "inherit",
	});
	return await Bun.file((await run.stdout.text()).trim()).bytes();
}

test.each([linux, windows])("an archive is the same wherever it is made: $name", async (target) => {
	await using here = openTempDir();
	await using there = openTempDir();
	const [one, other] = await Promise.all([
		packIn("UTC", target, here.path),
		packIn("Pacific/Auckland", target, there.path),
	]);
	expect(one.length).toBeGreaterThan(300);
	expect(Buffer.from(one).equals(other)).toBe(true);
});

test("a tar archive has the program, the licences and the README, with their modes", async () => {
	await using directory = openTempDir();
	const bytes = await packIn("UTC", linux, directory.path);
	const list = Bun.spawn(["tar", "-tvzf", "-"], { stdin: new Blob([bytes]), env: { ...process.env, TZ: "UTC" } });
	const lines = (await list.stdout.text()).trim().split("\n");
	expect(lines.every((line) => line.includes(" 2026-03-04 05:06 "))).toBe(true);
	expect(lines.map((line) => [line.slice(0, 10), line.split(" ").at(-1)])).toEqual([
		["-rwxr-xr-x", "dynamic-mcp"],
		["-rw-r--r--", "LICENSE"],
		["-rw-r--r--", "README.md"],
		["-rw-r--r--", "THIRD-PARTY-LICENSES.md"],
	]);
	expect(await (await new Bun.Archive(bytes).files()).get("dynamic-mcp")?.text()).toBe("the program");
});

test("a zip archive has the same, with the program as an exe", async () => {
	await using directory = openTempDir();
	const bytes = await packIn("UTC", windows, directory.path);
	expect(listZip(bytes)).toEqual([
		{ name: "dynamic-mcp.exe", mode: 0o755 },
		{ name: "LICENSE", mode: 0o644 },
		{ name: "README.md", mode: 0o644 },
		{ name: "THIRD-PARTY-LICENSES.md", mode: 0o644 },
	]);
	const texts = Object.entries(unzipSync(bytes)).map(([name, text]) => [name, new TextDecoder().decode(text)]);
	expect(Object.fromEntries(texts)).toMatchObject({
		"dynamic-mcp.exe": "the program",
		"THIRD-PARTY-LICENSES.md": "Many.\n",
	});
});

test("half a zip archive is none", async () => {
	await using directory = openTempDir();
	const bytes = await packIn("UTC", windows, directory.path);
	expect(() => listZip(bytes.slice(0, -30))).toThrow("not a zip archive, or not a whole one");
});
