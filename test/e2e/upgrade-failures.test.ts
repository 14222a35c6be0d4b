/** Upgrades that cannot be: the program that was there works on, nothing is left behind, and the person is told what to do. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { version } from "../../package.json";
import { archive, type Installed, openInstalled, putProgram } from "../helpers/installed.ts";
import { waitUntilGone } from "../helpers/processes.ts";
import { openReleaseHost, programOf, type ReleaseHost } from "../helpers/release-host.ts";
import type { Outcome } from "../helpers/run-cli.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const installCommand = "curl -fsSL https://github.com/asyrjasalo/dynamic-mcp/releases/latest/download/install.sh | sh";

/** A release 9.9.9 that `spoil` does something to, and what an upgrade to it says. Expects that nothing has changed. */
async function upgradeTo(
	spoil: (host: ReleaseHost, installed: Installed) => void | Promise<void>,
	run: (installed: Installed) => Promise<Outcome> = (installed) => installed.upgrade(),
): Promise<string> {
	await using host = openReleaseHost();
	await host.publish("9.9.9", programOf("9.9.9"));
	await using installed = openInstalled(host.base);
	await spoil(host, installed);
	const before = installed.state();
	const { code, stderr } = await run(installed);
	expect([code, installed.state(), installed.version()]).toEqual([1, before, version]);
	expect(stderr).toStartWith("dynamic-mcp: ");
	expect(stderr).not.toMatch(/^\s+at /m);
	return stderr.replaceAll(host.base, "BASE").replaceAll(installed.home, "HOME").replace("dynamic-mcp: ", "");
}

/** Promises 1000 bytes, sends three, and hangs up. */
function openCuttingServer() {
	const answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc";
	const data = (socket: Bun.Socket) => void socket.end(answer);
	const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data } });
	return { url: `http://127.0.0.1:${server.port}/cut`, [Symbol.dispose]: () => server.stop(true) };
}

describe("a release", () => {
	test("that is not there is named", async () => {
		const said = await upgradeTo(
			() => {},
			(installed) => installed.upgrade("9.9.1"),
		);
		expect(said).toBe(
			"there is no release 9.9.1: BASE/download/v9.9.1/SHA256SUMS does not exist\nThe releases are listed at BASE .\n",
		);
	});

	test("whose archive is damaged is refused, with both sums", async () => {
		const said = await upgradeTo((host) => host.put(`v9.9.9/${archive}`, "damaged"));
		expect(said).toMatch(
			/^BASE\/download\/v9\.9\.9\/\S+ is not the file that the release's SHA256SUMS speaks of\n {2}expected: [0-9a-f]{64}\n {2}found: {4}[0-9a-f]{64}\nNothing has been changed\./,
		);
	});

	test("without a sum for the archive is refused", async () => {
		const said = await upgradeTo((host) => host.put("v9.9.9/SHA256SUMS", `${"0".repeat(64)}  install.sh\n`));
		expect(said).toStartWith(`release 9.9.9 has no checksum of ${archive} in BASE/download/v9.9.9/SHA256SUMS\n`);
	});

	test("without the archive is refused", async () => {
		const said = await upgradeTo((host) => host.put(`v9.9.9/${archive}`, undefined));
		expect(said).toStartWith(`release 9.9.9 has no file ${archive}: BASE/download/v9.9.9/${archive} does not exist\n`);
	});

	test("whose download is cut says so", async () => {
		using cutting = openCuttingServer();
		const said = await upgradeTo((host) => host.put(`v9.9.9/${archive}`, () => Response.redirect(cutting.url)));
		expect(said).toMatch(/^cannot download http:\S+\/cut: the connection was cut after [03] of 1000 bytes\n/);
	});

	test("that is another one than it says is refused", async () => {
		const said = await upgradeTo((host) => host.publish("9.9.9", programOf("9.9.8")));
		expect(said).toMatch(/should be dynamic-mcp 9\.9\.9, but says that it is "dynamic-mcp 9\.9\.8 \(/);
	});

	test("that does not run on this machine is refused", async () => {
		const said = await upgradeTo((host) => host.publish("9.9.9", "#!/bin/sh\necho no libstdc++ >&2\nexit 127\n"));
		expect(said).toContain("but does not run on this machine: it ended with code 127: no libstdc++\n");
	});

	test("of which there is none yet is not invented", async () => {
		await using empty = openReleaseHost();
		const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: empty.base };
		const said = await upgradeTo(
			() => {},
			(installed) => installed.start(["upgrade"], { env }).outcome,
		);
		expect(said).toStartWith(`found no newest release: ${empty.base}/latest does not lead to one\n`);
	});
});

test("a folder that may not be written to is found out before anything is downloaded, with whose it is", async () => {
	await using host = openReleaseHost();
	await host.publish("9.9.9", programOf("9.9.9"));
	await using installed = openInstalled(host.base);
	// Nothing is forbidden to root, so it runs the program as somebody else.
	const isRoot = process.getuid?.() === 0;
	const uid = isRoot ? 65_534 : undefined;
	chmodSync(installed.home, 0o755);
	chmodSync(join(installed.home, ".dynamic-mcp"), 0o755);
	chmodSync(installed.receiptFile, 0o644);
	chmodSync(installed.folder, 0o555);
	const before = installed.state();
	const { code, stderr } = await installed.start(["upgrade"], uid === undefined ? {} : { uid }).outcome;
	const whose = isRoot ? "it belongs to root, and you are " : "it is yours, but write-protected";
	expect(stderr).toStartWith(`dynamic-mcp: you may not write to ${installed.folder}: ${whose}`);
	expect(stderr).toEndWith(`or install into a folder of yours:\n  ${installCommand}\n`);
	expect([code, installed.state(), host.asked]).toEqual([1, before, ["latest"]]);
});

describe("a program that no installer put there is not replaced, but told how it is upgraded:", () => {
	test.each([
		["Homebrew's", "Cellar/dynamic-mcp/2.0.0/bin/dynamic-mcp", "brew upgrade asyrjasalo/tap/dynamic-mcp"],
		["npm's", "lib/node_modules/dynamic-mcp/dist/dynamic-mcp", "npm install -g dynamic-mcp@latest"],
		["a copy", "Downloads/dynamic-mcp", installCommand],
	])("%s", async (_, path, command) => {
		await using host = openReleaseHost();
		await host.publish("9.9.9", programOf("9.9.9"));
		await using installed = openInstalled(host.base);
		const program = putProgram(join(installed.home, path));
		symlinkSync(program, join(installed.home, "link"));
		const [before, inode] = [installed.state(), statSync(program).ino];
		const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: host.base };
		for (const started of [program, join(installed.home, "link")]) {
			const { code, stdout, stderr } = await installed.start(["upgrade"], { program: started, env }).outcome;
			expect([code, stdout]).toEqual([1, ""]);
			expect(stderr).toStartWith(`dynamic-mcp: ${program} was `);
			expect(stderr).toEndWith(`\nThe installer's is ${installed.program}\nRun: ${command}\n`);
		}
		const check = await installed.start(["upgrade", "--check"], { program, env }).outcome;
		expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining(`To upgrade, run: ${command}\n`) });
		expect([installed.state(), statSync(program).ino]).toEqual([before, inode]);
	});

	test("one that is run from source", async () => {
		await using home = openTempDir();
		const main = join(import.meta.dir, "../../src/main.ts");
		const { exitCode, stderr } = Bun.spawnSync([process.execPath, main, "upgrade"], { env: { HOME: home.path } });
		expect([exitCode, stderr.toString()]).toEqual([
			1,
			"dynamic-mcp: this is run from its source, not from a build\nRun: git pull && bun run build\n",
		]);
	});
});

describe("what cannot be meant is refused:", () => {
	test.each([
		["no version", ["latest"], '"latest" is not a version\nUse one like 2.1.0, or none for the newest.\n'],
		["a path for a version", ["../2.0.0"], '"../2.0.0" is not a version'],
		["two versions", ["2.0.0", "2.1.0"], 'unexpected argument "2.1.0"'],
		["an unknown option", ["--forse"], "unknown option --forse\nDid you mean --force?\n"],
		["a check of a version", ["2.0.1", "--check"], "it cannot be used with the version 2.0.1\n"],
		["a check by force", ["--check", "--force"], "it cannot be used with --force\n"],
	])("%s", async (_, args, text) => {
		const said = await upgradeTo(
			() => {},
			(installed) => installed.upgrade(...args),
		);
		expect(said).toContain(text);
	});

	test("a receipt that cannot be read", async () => {
		const said = await upgradeTo((_, { receiptFile }) => writeFileSync(receiptFile, "{"));
		expect(said).toBe(
			"cannot read the installer's receipt HOME/.dynamic-mcp/install.json: it is not JSON\nRun the installer again, which writes it anew.\n",
		);
	});

	test("an address that is none", async () => {
		const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: "mirror/releases" };
		const said = await upgradeTo(
			() => {},
			(installed) => installed.start(["upgrade"], { env }).outcome,
		);
		expect(said).toStartWith('DYNAMIC_MCP_DOWNLOAD_BASE_URL: "mirror/releases" is not an address\n');
	});
});

test.each([[["upgrade"]], [["upgrade", "--check"]]])("DYNAMIC_MCP_DISABLE_UPGRADE switches off %j", async (args) => {
	const env = { DYNAMIC_MCP_DISABLE_UPGRADE: "1" };
	const said = await upgradeTo(
		() => {},
		(installed) => installed.start(args, { env }).outcome,
	);
	expect(said).toStartWith('upgrading is switched off: DYNAMIC_MCP_DISABLE_UPGRADE is set to "1"\n');
});

/** An upgrade that stands still in the midst of its download until `goOn`. */
async function openHalfway() {
	const host = openReleaseHost();
	await host.publish("9.9.9", programOf("9.9.9"));
	const installed = openInstalled(host.base);
	const gate = Promise.withResolvers<void>();
	const whole = await (await fetch(`${host.base}/download/v9.9.9/${archive}`)).bytes();
	host.asked.length = 0;
	host.put(`v9.9.9/${archive}`, async () => {
		await gate.promise;
		return new Response(whole);
	});
	const before = installed.state();
	const first = installed.start(["upgrade"]);
	await host.isAsked(`v9.9.9/${archive}`);
	return {
		installed,
		first,
		before,
		goOn: gate.resolve,
		async [Symbol.asyncDispose]() {
			gate.resolve();
			await first.outcome;
			await installed[Symbol.asyncDispose]();
			await host[Symbol.asyncDispose]();
		},
	};
}

describe("while an upgrade is at work", () => {
	test("a second one says so and does nothing; the first goes on, and the program works all the time", async () => {
		await using halfway = await openHalfway();
		const { installed, first, goOn } = halfway;
		const lock = join(installed.folder, ".dynamic-mcp.lock");
		expect(readFileSync(join(lock, "owner"), "utf8")).toBe(`${first.pid} ${hostname()}\n`);
		expect(installed.version()).toBe(version);
		expect(await installed.upgrade()).toMatchObject({
			code: 1,
			stderr:
				`dynamic-mcp: another installation or upgrade is at work (process ${first.pid})\n` +
				`Run this again when it is done. If there is none, remove ${lock} first.\n`,
		});
		goOn();
		expect(await first.outcome).toMatchObject({ code: 0, stderr: "" });
		expect([installed.version(), existsSync(lock)]).toEqual(["9.9.9", false]);
	});

	test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends it as if it had not been", async (signal) => {
		await using halfway = await openHalfway();
		const { installed, first, before } = halfway;
		process.kill(first.pid, signal);
		expect(await first.outcome).toMatchObject({
			code: 1,
			stderr: "dynamic-mcp: interrupted; nothing has been changed\n",
		});
		expect(installed.state()).toEqual(before);
	});

	test("its sudden death harms nothing, and the next one clears up after it", async () => {
		await using halfway = await openHalfway();
		const { installed, first, goOn } = halfway;
		process.kill(first.pid, "SIGKILL");
		await first.outcome;
		await waitUntilGone([first.pid]);
		expect(installed.version()).toBe(version);
		goOn();
		expect(await installed.upgrade()).toMatchObject({ code: 0, stderr: "" });
		expect(installed.version()).toBe("9.9.9");
		expect(existsSync(join(installed.folder, ".dynamic-mcp.lock"))).toBe(false);
	});
});
