/** What comes over the network is checked, by whatever this machine has, and what is wrong leaves no trace. */
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { halfOf, programOf } from "../helpers/release-host.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { hasTools } from "../helpers/tools.ts";
import { archive, describeInShells, installedFiles, openSandbox, pathOf, type Sandbox } from "./sandbox.ts";

/** An archive of another program than the sums tell of. */
async function replaceArchive({ host }: Sandbox, program: string): Promise<void> {
	const tar = new Bun.Archive({ "dynamic-mcp": program });
	host.put(`v1.1.0/${archive}`, Bun.gzipSync(await tar.bytes()));
}

const sumsPath = "v1.1.0/SHA256SUMS";

/** What can be wrong with version 1.1.0, and what is said about it. */
const spoilings: readonly [
	what: string,
	spoil: (sandbox: Sandbox) => void | Promise<void>,
	complaint: string | RegExp,
][] = [
	[
		"that was changed",
		(sandbox: Sandbox) => replaceArchive(sandbox, programOf("1.1.0")),
		/expected SHA-256: [0-9a-f]{64}/,
	],
	["that is no archive", ({ host }: Sandbox) => host.put(`v1.1.0/${archive}`, "<html>"), /is not what was released/],
	[
		"that no sum is known of",
		({ host }: Sandbox) => host.put(sumsPath, `${"0".repeat(64)}  other.tar.gz\n`),
		`SHA256SUMS of version 1.1.0 has no line for ${archive}`,
	],
	[
		"with a sum that is none",
		({ host }: Sandbox) => host.put(sumsPath, `xyz  ${archive}\n`),
		/has no SHA-256 for .*'xyz'/,
	],
	["without any sums", ({ host }: Sandbox) => host.put(sumsPath, undefined), "v1.1.0/SHA256SUMS"],
	["that is not there", ({ host }: Sandbox) => host.put(`v1.1.0/${archive}`, undefined), archive],
	[
		"that breaks off",
		({ host }: Sandbox) => host.put(`v1.1.0/${archive}`, halfOf(new Uint8Array(100_000), "breaks")),
		archive,
	],
	["of a release without a program", publishEmpty, "there is no program in"],
];

describeInShells("a download", (shell) => {
	test.each(spoilings)("%s is refused, and the old program still works", async (_what, spoil, complaint) => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install(["--version", "1.0.0"]);
		await spoil(sandbox);
		const { code, stderr } = await sandbox.install();
		expect(code).toBe(1);
		expect(stderr).toMatch(complaint);
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		expect(sandbox.receipt()).toMatchObject({ version: "1.0.0" });
		expect(sandbox.files()).toEqual(installedFiles);
	});

	test("that fails the first time leaves not even the folders it made", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.host.put(sumsPath, undefined);
		expect((await sandbox.install()).code).toBe(1);
		expect(sandbox.files()).toEqual([]);
	});

	test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("is given up at once for %s", async (signal) => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install(["--version", "1.0.0"]);
		sandbox.host.put(`v1.1.0/${archive}`, halfOf(new Uint8Array(100_000), "stalls"));
		const { pid, outcome } = sandbox.start();
		await sandbox.host.isAsked(`v1.1.0/${archive}`);
		process.kill(pid, signal);
		// Its outcome includes the end of its output, which what it started would hold open.
		const { code, stderr } = await outcome;
		expect(code).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
		expect(stderr).toContain("nothing was changed");
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		expect(sandbox.files()).toEqual(installedFiles);
	});

	for (const tool of ["sha256sum", "shasum", "openssl"]) {
		test.skipIf(!hasTools(tool))(`is verified by ${tool}`, async () => {
			await using sandbox = await openSandbox(shell);
			await using folder = openTempDir();
			const PATH = pathOf(folder, { curl: "own", perl: "own", [tool]: "own" });
			expect(await sandbox.install([], { PATH })).toMatchObject({ code: 0, stderr: "" });
			await replaceArchive(sandbox, programOf("1.1.0"));
			expect((await sandbox.install(["--force"], { PATH })).stderr).toContain("is not what was released");
		});
	}

	test("that nothing can verify is not begun, unless that is wanted", async () => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const PATH = pathOf(folder, { curl: "own" });
		const { code, stderr } = await sandbox.install([], { PATH });
		expect(code).toBe(1);
		expect(stderr).toContain("none of sha256sum, shasum and openssl");
		expect(sandbox.files()).toEqual([]);
		expect(sandbox.host.asked).toEqual(["latest"]);
		const unverified = await sandbox.install([], { PATH, DYNAMIC_MCP_SKIP_VERIFY: "1" });
		expect(unverified.code).toBe(0);
		expect(unverified.stderr).toContain("was not verified");
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.1.0 ");
	});

	for (const wget of ["wget", "busybox"] as const) {
		test.skipIf(!hasTools(wget))(
			`is made by ${wget === "wget" ? "wget" : "busybox's wget"} where there is no curl`,
			async () => {
				await using sandbox = await openSandbox(shell);
				await using folder = openTempDir();
				const PATH = pathOf(folder, { wget: wget === "wget" ? "own" : "busybox", sha256sum: "own" });
				expect(await sandbox.install([], { PATH })).toMatchObject({ code: 0, stderr: "" });
				expect(sandbox.version()).toStartWith("dynamic-mcp 1.1.0 ");
				sandbox.host.put(`v1.1.0/${archive}`, undefined);
				const failed = await sandbox.install(["--force"], { PATH });
				expect(failed.code).toBe(1);
				expect(failed.stderr).toMatch(/404[^]*could not download .*tar\.gz/);
				sandbox.host.put("latest", () => new Response("", { status: 403 }));
				expect((await sandbox.install([], { PATH })).stderr).toMatch(/403[^]*could not ask/);
				expect(sandbox.files()).toEqual(installedFiles);
			},
		);
	}

	test.skipIf(!hasTools("busybox"))("needs nothing but what busybox has", async () => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const PATH = join(folder.path, "bin");
		mkdirSync(PATH);
		Bun.spawnSync(["busybox", "--install", "-s", PATH]);
		expect(await sandbox.install([], { PATH, SHELL: "/bin/ash" })).toMatchObject({ code: 0, stderr: "" });
		expect(await sandbox.install(["--uninstall"], { PATH })).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.files()).toEqual([".local", ".local/bin"]);
	});

	test("without curl and wget says what to install", async () => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const { code, stderr } = await sandbox.install([], { PATH: pathOf(folder, { sha256sum: "own" }) });
		expect(code).toBe(1);
		expect(stderr).toContain("curl or wget is needed");
	});

	test("is not looked for where the latest release cannot be told", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.host.put("latest", () => new Response(null, { status: 302, headers: { Location: "/releases" } }));
		sandbox.host.put("/releases", "");
		const { code, stderr } = await sandbox.install();
		expect(code).toBe(1);
		expect(stderr).toContain("does not lead to a release");
		sandbox.host.put(
			"latest",
			() => new Response(null, { status: 302, headers: { Location: "/releases/tag/v1.1.0/../x" } }),
		);
		expect((await sandbox.install()).stderr).toContain("is not a version");
		expect(sandbox.files()).toEqual([]);
	});

	test("finds the latest release of a project that has moved", async () => {
		await using sandbox = await openSandbox(shell);
		sandbox.host.put("latest", () => new Response(null, { status: 301, headers: { Location: "/releases/moved" } }));
		sandbox.host.put("moved", () => new Response(null, { status: 302, headers: { Location: "/releases/tag/v1.0.0" } }));
		expect(await sandbox.install()).toMatchObject({ code: 0, stderr: "" });
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
	});
});

/** A `curl` that notes what it is told, does nothing, and names its version. */
const noteTaking = (version: string) => `if [ "$1" = --version ]; then echo "curl ${version} (x)"; exit; fi
printf 'args: %s\\n' "$*" >>"$HOME/told"; sed 's/^/stdin: /' >>"$HOME/told"; exit 22`;

describeInShells("GITHUB_TOKEN", (shell) => {
	test.each([
		["https://github.com/a/b/releases", "7.88.1", true],
		["https://github.com/a/b/releases", "8.0.0", true],
		// It would pass the token on to where it is redirected.
		["https://github.com/a/b/releases", "7.29.0", false],
		["https://github.com.example/releases", "8.0.0", false],
		["http://github.com/a/b/releases", "8.0.0", false],
	])("for %s, by curl %s, is sent: %p, and never as an argument", async (base, version, isSent) => {
		await using sandbox = await openSandbox(shell);
		await using folder = openTempDir();
		const PATH = pathOf(folder, { curl: noteTaking(version), sha256sum: "own" });
		const env = { PATH, GITHUB_TOKEN: "gh_secret", DYNAMIC_MCP_DOWNLOAD_BASE_URL: base };
		for (const args of [[], ["--version", "1.0.0"]]) {
			const { code, stdout, stderr } = await sandbox.install(args, env);
			expect(code).toBe(1);
			expect(stdout + stderr).not.toContain("gh_secret");
		}
		const told = sandbox.read("told").split("\n");
		const secrets = told.filter((line) => line.includes("gh_secret"));
		const sent = 'stdin: header = "Authorization: Bearer gh_secret"';
		expect(secrets).toEqual(isSent ? [sent, sent] : []);
		const calls = told.filter((line) => line.startsWith("args: "));
		expect(calls).toHaveLength(2);
		for (const call of calls) {
			expect(call).toContain(base.startsWith("https:") ? "--proto =https " : "--proto =http,https ");
			expect(call).toContain("--tlsv1.2");
		}
	});
});

/** Publishes version 1.1.0 anew, with sums that are right, and nothing in it. */
async function publishEmpty({ host }: Sandbox): Promise<void> {
	const bytes = Bun.gzipSync(await new Bun.Archive({ LICENSE: "MIT" }).bytes());
	host.put(`v1.1.0/${archive}`, bytes);
	host.put(sumsPath, `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")} *${archive}\n`);
}
