/** From a release's archives to packages that npm packs, installs and runs. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import packageJson from "../../package.json";
import { mainFiles, platformPackage } from "../../scripts/packages/npm.ts";
import { nativeTarget, targets } from "../../scripts/release/targets.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { testWith } from "../helpers/tools.ts";
import { fakeProgram } from "./fake-program.ts";
import { madeRelease, packageManagers, writeRelease } from "./made-release.ts";
import { outputOf, run } from "./run.ts";

interface Packed {
	readonly name: string;
	readonly filename: string;
	readonly files: readonly { readonly path: string; readonly mode: number }[];
}

const test = testWith("npm", "node");
const { version } = packageJson;
const native = platformPackage(nativeTarget());
const names = ["dynamic-mcp", ...targets.map(platformPackage).sort()];

const directory = openTempDir();
afterAll(() => directory[Symbol.asyncDispose]());

function optionsIn(folder: string, input = "") {
	return { cwd: join(directory.path, folder), env: cleanEnvironment(directory.path), input };
}

/** Filled once: nine packages take npm a second. */
const packed = new Map<string, Packed>();

beforeAll(async () => {
	if (Bun.which("npm") === null) return;
	const release = await writeRelease(directory, targets, fakeProgram);
	await outputOf(packageManagers(release, join(directory.path, "out")), optionsIn("."));
	const folders = names.map((name) => `./out/npm/${name}`);
	const text = await outputOf(["npm", "pack", "--json", "--pack-destination", ".", ...folders], optionsIn("."));
	for (const one of JSON.parse(text) as Packed[]) packed.set(one.name, one);
});

async function manifestOf(name: string): Promise<unknown> {
	return await Bun.file(join(directory.path, "out/npm", name, "package.json")).json();
}

/** Installs these packages' tarballs into a new folder, as far as npm gets without a network. */
async function install(folder: string, ...wanted: string[]): Promise<void> {
	directory.write(join(folder, "package.json"), '{ "private": true }');
	const tarballs = wanted.map((name) => join(directory.path, packed.get(name)!.filename));
	await outputOf(["npm", "install", "--offline", "--no-audit", "--no-fund", ...tarballs], optionsIn(folder));
}

const common = {
	version,
	homepage: "https://github.com/asyrjasalo/dynamic-mcp",
	repository: { type: "git", url: "git+https://github.com/asyrjasalo/dynamic-mcp.git" },
	bugs: "https://github.com/asyrjasalo/dynamic-mcp/issues",
	author: "The dynamic-mcp authors",
	license: "MIT",
	publishConfig: { access: "public", provenance: true, ...(version.includes("-") ? { tag: "next" } : {}) },
};

describe("npm packs", () => {
	test("the launcher, which can be run, and nothing else but texts", () => {
		expect(packed.get("dynamic-mcp")!.files).toMatchObject([
			{ path: "LICENSE", mode: 0o644 },
			{ path: "README.md", mode: 0o644 },
			{ path: "launcher.cjs", mode: 0o755 },
			{ path: "package.json", mode: 0o644 },
		]);
	});

	test.each(targets.map((target) => [platformPackage(target), target.format] as const))(
		"into %s the program, which can be run, and the licenses",
		(name, format) => {
			const program = format === "pe" ? "dynamic-mcp.exe" : "dynamic-mcp";
			expect(Object.fromEntries(packed.get(name)!.files.map(({ path, mode }) => [path, mode]))).toEqual({
				LICENSE: 0o644,
				"README.md": 0o644,
				"THIRD-PARTY-LICENSES.md": 0o644,
				[program]: 0o755,
				"package.json": 0o644,
			});
		},
	);

	test("the main package with exactly this version of every other one", async () => {
		expect(await manifestOf("dynamic-mcp")).toEqual({
			name: "dynamic-mcp",
			...common,
			description: packageJson.description,
			keywords: packageJson.keywords,
			bin: { "dynamic-mcp": "launcher.cjs", dmcp: "launcher.cjs" },
			files: ["launcher.cjs"],
			engines: { node: ">=18" },
			optionalDependencies: Object.fromEntries(names.slice(1).map((name) => [name, version])),
		});
	});

	test("a prerelease for those who ask for it", () => {
		const release = madeRelease(targets, { version: "2.0.0-beta.1" });
		const manifest = mainFiles(release, { readme: "", license: "" }).find(({ path }) => path === "package.json")!;
		expect(JSON.parse(String(manifest.content))).toMatchObject({ publishConfig: { tag: "next" } });
	});

	test.each([
		["@dynamic-mcp/linux-x64", { os: ["linux"], cpu: ["x64"], libc: ["glibc"] }],
		["@dynamic-mcp/linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
		["@dynamic-mcp/linux-arm64", { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] }],
		["@dynamic-mcp/linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
		["@dynamic-mcp/darwin-x64", { os: ["darwin"], cpu: ["x64"] }],
		["@dynamic-mcp/darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
		["@dynamic-mcp/win32-x64", { os: ["win32"], cpu: ["x64"] }],
		["@dynamic-mcp/win32-arm64", { os: ["win32"], cpu: ["arm64"] }],
	])("%s for no other platform", async (name, platform) => {
		const windows = name.includes("win32") ? ".exe" : "";
		expect(await manifestOf(name)).toEqual({
			name,
			...common,
			...platform,
			description: expect.stringMatching(/^The program of dynamic-mcp for [a-z]+-[\w-]+$/) as string,
			files: [`dynamic-mcp${windows}`, "LICENSE", "THIRD-PARTY-LICENSES.md"],
			preferUnplugged: true,
		});
	});
});

describe("installed by npm", () => {
	beforeAll(async () => {
		if (packed.size > 0) await install("app", "dynamic-mcp", native);
	});

	test("there are both commands, and only the program for this machine", () => {
		const modules = join(directory.path, "app/node_modules");
		expect(readdirSync(join(modules, ".bin")).sort()).toEqual(["dmcp", "dynamic-mcp"]);
		expect(readdirSync(join(modules, "@dynamic-mcp"))).toEqual([native.slice("@dynamic-mcp/".length)]);
	});

	test("npx runs the program, and ends with its exit code", async () => {
		const command = ["npx", "--no-install", "dynamic-mcp", "exit", "7"];
		expect(await run(command, optionsIn("app"))).toMatchObject({ code: 7, stdout: "" });
	});

	test("the real program says which it is, and answers a client until that goes", async () => {
		const program = join(directory.path, "app/node_modules", native, "dynamic-mcp");
		rmSync(program);
		symlinkSync(binaryPath(), program);
		expect(await outputOf(["node_modules/.bin/dynamic-mcp", "--version"], optionsIn("app"))).toStartWith(
			`dynamic-mcp ${version} `,
		);
		const config = directory.write("app/dynamic-mcp.json", '{ "mcpServers": {} }');
		const clientInfo = { name: "test", version: "1" };
		const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
		const request = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`;
		const answer: unknown = JSON.parse(await outputOf(["node_modules/.bin/dmcp", config], optionsIn("app", request)));
		expect(answer).toMatchObject({ id: 1, result: { serverInfo: { name: "dynamic-mcp", version } } });
	});

	test("without the program for this machine, it says what to do", async () => {
		await install("empty", "dynamic-mcp");
		const { code, stderr } = await run(["node_modules/.bin/dynamic-mcp"], optionsIn("empty"));
		expect(code).toBe(1);
		expect(stderr).toContain(`is not installed: ${native}`);
	});
});
