/** A person whose program the installer has put there upgrades it. */
import { expect, test } from "bun:test";
import { lstatSync, readdirSync, statSync } from "node:fs";

import { version } from "../../package.json";
import { nativeTarget } from "../../scripts/release/targets.ts";
import { binaryPath } from "../helpers/binary.ts";
import { makeCertificates } from "../helpers/certificates.ts";
import { archive, openInstalled } from "../helpers/installed.ts";
import { openReleaseHost, programOf } from "../helpers/release-host.ts";

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function openBoth() {
	const host = openReleaseHost();
	await host.publish("9.9.9", programOf("9.9.9"));
	const installed = openInstalled(host.base);
	return {
		host,
		installed,
		async [Symbol.asyncDispose]() {
			await installed[Symbol.asyncDispose]();
			await host[Symbol.asyncDispose]();
		},
	};
}

test("the newest release takes the program's place, and the receipt says so", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	const outcome = await installed.upgrade();
	expect(outcome).toEqual({
		code: 0,
		stdout:
			`Upgrading dynamic-mcp ${version} to 9.9.9.\nDone: ${installed.program} is dynamic-mcp 9.9.9.\n` +
			`Restart your client to use it: what is running goes on with ${version}.\n`,
		stderr: "",
	});
	expect(installed.version()).toBe("9.9.9");
	expect(installed.receipt()).toEqual({
		method: "install.sh",
		version: "9.9.9",
		target: nativeTarget().name,
		path: installed.program,
		baseUrl: host.base,
	});
	expect([modeOf(installed.program), modeOf(installed.receiptFile)]).toEqual(["755", "600"]);
	expect(readdirSync(installed.folder).sort()).toEqual(["dmcp", "dynamic-mcp"]);
	expect(lstatSync(`${installed.folder}/dmcp`).isSymbolicLink()).toBe(true);
	expect(host.asked).toEqual(["latest", "v9.9.9/SHA256SUMS", `v9.9.9/${archive}`]);
});

test("the alias upgrades the program that it stands for", async () => {
	await using both = await openBoth();
	const { installed } = both;
	const { code } = await installed.start(["upgrade"], { program: `${installed.folder}/dmcp` }).outcome;
	expect({ code, version: installed.version() }).toEqual({ code: 0, version: "9.9.9" });
	expect(lstatSync(`${installed.folder}/dmcp`).isSymbolicLink()).toBe(true);
});

test("the real program comes out of a real archive and works", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	await host.publish(version, await Bun.file(binaryPath()).bytes());
	const before = statSync(installed.program).ino;
	expect(await installed.upgrade("--force")).toMatchObject({ code: 0, stderr: "" });
	expect(statSync(installed.program)).toMatchObject({ size: statSync(binaryPath()).size });
	expect(statSync(installed.program).ino).not.toBe(before);
	expect(await installed.upgrade()).toMatchObject({ code: 0, stdout: expect.stringContaining("already up to date") });
});

test("a version that is current stays, and nothing but the newest version's number is asked for", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	await host.publish(version, programOf(version));
	const before = installed.state();
	expect(await installed.upgrade()).toEqual({
		code: 0,
		stdout: `dynamic-mcp ${version} is already up to date. With --force it is installed again.\n`,
		stderr: "",
	});
	expect([installed.state(), host.asked]).toEqual([before, ["latest"]]);
});

test("a version that is newer than the newest release is never taken back, forced or not", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	await host.publish("1.9.0", programOf("1.9.0"));
	const before = installed.state();
	for (const args of [[], ["--force"]]) {
		expect(await installed.upgrade(...args)).toEqual({
			code: 0,
			stdout: `dynamic-mcp ${version} is already up to date: the newest release is 1.9.0. To go back to it, run: dynamic-mcp upgrade 1.9.0\n`,
			stderr: "",
		});
	}
	expect(installed.state()).toEqual(before);
});

test.each([["1.9.0"], ["v1.9.0"], ["10.0.0-rc.1"]])("%s is installed when it is named", async (named) => {
	await using both = await openBoth();
	const { host, installed } = both;
	const plain = named.replace("v", "");
	await host.publish(plain, programOf(plain));
	await host.publish("9.9.9", programOf("9.9.9"));
	expect(await installed.upgrade(named)).toMatchObject({ code: 0, stderr: "" });
	expect([installed.version(), installed.receipt()["version"]]).toEqual([plain, plain]);
	expect(host.asked).not.toContain("latest");
});

test("the version that is there is installed again only by force", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	await host.publish(version, programOf(version));
	const before = installed.state();
	expect(await installed.upgrade(version)).toMatchObject({
		code: 0,
		stdout: `dynamic-mcp ${version} is what is installed. With --force it is installed again.\n`,
	});
	expect(installed.state()).toEqual(before);
	expect(await installed.upgrade(version, "--force")).toMatchObject({ code: 0 });
	expect(statSync(installed.program).size).toBe(programOf(version).length);
});

test("--check says what there is, and changes nothing", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	const before = installed.state();
	expect(await installed.upgrade("--check")).toEqual({
		code: 0,
		stdout: `dynamic-mcp 9.9.9 is available; this is ${version}.\nTo upgrade, run: dynamic-mcp upgrade\n`,
		stderr: "",
	});
	await host.publish(version, programOf(version));
	expect(await installed.upgrade("--check")).toEqual({
		code: 0,
		stdout: `dynamic-mcp ${version} is up to date.\n`,
		stderr: "",
	});
	expect([installed.state(), host.asked]).toEqual([before, ["latest", "latest"]]);
});

test("DYNAMIC_MCP_DOWNLOAD_BASE_URL names another host, and is noted", async () => {
	await using both = await openBoth();
	await using mirror = openReleaseHost();
	const { host, installed } = both;
	await mirror.publish("9.9.8", programOf("9.9.8"));
	const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: `${mirror.base}/` };
	expect(await installed.start(["upgrade"], { env }).outcome).toMatchObject({ code: 0, stderr: "" });
	expect(installed.receipt()).toMatchObject({ version: "9.9.8", baseUrl: mirror.base });
	expect(host.asked).toEqual([]);
});

test("a proxy is asked where the environment names one", async () => {
	await using both = await openBoth();
	const { host, installed } = both;
	const proxy = new URL(host.base).origin;
	const env = { DYNAMIC_MCP_DOWNLOAD_BASE_URL: "http://elsewhere.invalid/releases", HTTP_PROXY: proxy };
	expect(await installed.start(["upgrade"], { env }).outcome).toMatchObject({ code: 0, stderr: "" });
	expect(installed.version()).toBe("9.9.9");
});

test("https is followed to https, and never to http", async () => {
	await using certificates = await makeCertificates();
	const { certText: cert, keyText: key } = certificates.server;
	await using host = openReleaseHost({ cert, key });
	await using plain = openReleaseHost();
	await using installed = openInstalled(host.base);
	const env = { NODE_EXTRA_CA_CERTS: certificates.authority.cert };
	const moveTo = (base: string) => {
		for (const file of ["SHA256SUMS", archive]) {
			host.put(`v9.9.9/${file}`, () => Response.redirect(`${base}/download/v9.9.8/${file}`));
		}
	};
	for (const each of [host, plain]) await each.publish("9.9.8", programOf("9.9.9"));
	const before = installed.state();

	moveTo(plain.base);
	const unsafe = await installed.start(["upgrade", "9.9.9"], { env }).outcome;
	expect(unsafe).toMatchObject({ code: 1, stderr: expect.stringContaining("/SHA256SUMS, which is not safe") });
	expect([installed.state(), plain.asked]).toEqual([before, []]);

	moveTo(host.base);
	for (const unsafeEnv of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }]) {
		const stranger = await installed.start(["upgrade", "9.9.9"], { env: unsafeEnv }).outcome;
		expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot download https://localhost") });
	}
	expect(await installed.start(["upgrade", "9.9.9"], { env }).outcome).toMatchObject({ code: 0, stderr: "" });
	expect(installed.version()).toBe("9.9.9");
});

test("a person at a terminal sees how far it is", async () => {
	await using both = await openBoth();
	const { installed } = both;
	let seen = "";
	const child = Bun.spawn([installed.program, "upgrade"], {
		cwd: "/",
		env: { PATH: "/usr/bin:/bin", HOME: installed.home },
		terminal: { cols: 200, rows: 24, data: (_, chunk) => (seen += chunk.toString()) },
	});
	expect(await child.exited).toBe(0);
	child.terminal?.close();
	expect(seen).toContain("\r\u001b[Kdownloading dynamic-mcp 9.9.9: 100 % of 0 MB\r\u001b[K");
});
