/** The script that makes the packages, from its arguments to its errors. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { zipSync } from "fflate";

import { cleanEnvironment } from "../helpers/binary.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { packageManagers, required, writeRelease } from "./made-release.ts";
import { run } from "./run.ts";

function optionsFor({ path }: TempDir) {
	return { cwd: path, env: cleanEnvironment(path) };
}

/** A release, what happens to it before the script runs, and the script's end. */
async function packaged(directory: TempDir, spoil: (release: string) => void = () => {}) {
	const release = await writeRelease(directory, required, "#!/bin/sh\n");
	spoil(release);
	return await run(packageManagers(release, join(directory.path, "out")), optionsFor(directory));
}

test("everything is written, in place of what was there, and nothing else", async () => {
	await using directory = openTempDir();
	directory.write("out/scoop/old.json", "{}");
	directory.write("out/notes.txt", "mine");
	const version = expect.stringMatching(/^wrote the packages of version \S+ for 5 platforms to \S+\/out\n$/) as string;
	expect(await packaged(directory)).toEqual({ code: 0, signal: null, stdout: version, stderr: "" });
	const files = readdirSync(join(directory.path, "out"), { recursive: true, withFileTypes: true });
	const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
	const texts = ["LICENSE", "README.md", "THIRD-PARTY-LICENSES.md", "package.json"];
	const platforms = ["darwin-arm64", "darwin-x64", "linux-x64", "linux-x64-musl", "win32-x64"];
	expect(paths.map((path) => path.slice(directory.path.length + "/out/".length)).sort()).toEqual(
		[
			"homebrew/dynamic-mcp.rb",
			"notes.txt",
			...["LICENSE", "README.md", "launcher.cjs", "package.json"].map((name) => `npm/dynamic-mcp/${name}`),
			...platforms.flatMap((platform) =>
				[...texts, platform === "win32-x64" ? "dynamic-mcp.exe" : "dynamic-mcp"].map(
					(name) => `npm/@dynamic-mcp/${platform}/${name}`,
				),
			),
			"scoop/dynamic-mcp.json",
			"winget/asyrjasalo.dynamic-mcp.installer.yaml",
			"winget/asyrjasalo.dynamic-mcp.locale.en-US.yaml",
			"winget/asyrjasalo.dynamic-mcp.yaml",
		].sort(),
	);
});

describe("nothing is written, and the fault is named, when", () => {
	const zip = "dynamic-mcp-windows-x86_64.zip";

	test.each<[string, (directory: TempDir, release: string) => void, string | RegExp]>([
		["there are no sums", (_, release) => rmSync(join(release, "SHA256SUMS")), /^\S+\/release has no SHA256SUMS\n$/],
		[
			"an archive is missing",
			(_, release) => rmSync(join(release, zip)),
			/^\S+\/release\/dynamic-mcp-windows-x86_64\.zip does not exist, but SHA256SUMS names it\n$/,
		],
		[
			"an archive is another one",
			(directory) => directory.write(`release/${zip}`, "damaged"),
			/^\S+\.zip has the SHA-256 sum [\da-f]{64}, but SHA256SUMS says [\da-f]{64}\. Build the archive .*\n$/,
		],
		[
			"an archive lacks a file",
			(directory) => {
				const bytes = zipSync({ LICENSE: new Uint8Array() });
				const sums = join(directory.path, "release/SHA256SUMS");
				const sum = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
				const changed = readFileSync(sums, "utf8").replace(new RegExp(`.{64}(?=  ${zip})`), sum);
				directory.write(`release/${zip}`, bytes);
				directory.write("release/SHA256SUMS", changed);
			},
			"dynamic-mcp-windows-x86_64.zip does not contain dynamic-mcp.exe\n",
		],
		[
			"a sum is malformed",
			(directory) => directory.write("release/SHA256SUMS", "123  file\n"),
			/^SHA256SUMS: line 1 is "123 {2}file", which is not 64 digits/,
		],
	])("%s", async (_, spoil, message) => {
		await using directory = openTempDir();
		const { code, stdout, stderr } = await packaged(directory, (release) => spoil(directory, release));
		expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
		expect(stderr).toMatch(message);
		expect(readdirSync(directory.path).includes("out") ? readdirSync(join(directory.path, "out")) : []).toEqual([]);
	});

	test.each([
		[["--release", "somewhere"], "--release and --out are both needed. Run bun scripts/package-managers.ts --release"],
		[["--into", "there"], "Unknown option '--into'"],
	])("the arguments are %j", async (args, message) => {
		await using directory = openTempDir();
		const [bun = "", script = ""] = packageManagers("", "");
		const { code, stderr } = await run([bun, script, ...args], optionsFor(directory));
		expect(code).toBe(1);
		expect(stderr).toStartWith(message);
		expect(stderr).toContain("Run bun scripts/package-managers.ts --release <folder> --out <folder>.\n");
	});
});
