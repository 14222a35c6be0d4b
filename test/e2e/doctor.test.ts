import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { resolve } from "node:path";

import { binaryPath } from "../helpers/binary.ts";
import { makeCertificates } from "../helpers/certificates.ts";
import { runCli } from "../helpers/run-cli.ts";
import { startScripted } from "../helpers/scripted-http.ts";
import { fixture, type FixtureName } from "../helpers/servers.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

interface Diagnosis {
	readonly problem: string;
	readonly cause: string;
	readonly fix: string[];
}

interface Examination {
	readonly healthy: boolean;
	readonly groups: {
		readonly name: string;
		readonly state: string;
		readonly tools?: number;
		readonly startMs?: number;
		readonly stderr?: string[];
		readonly diagnosis?: Diagnosis;
	}[];
	readonly checks: { readonly check: string; readonly ok: boolean; readonly message: string; readonly fix?: string }[];
}

interface Config {
	readonly mcpServers: Record<string, unknown>;
	readonly settings?: unknown;
}

async function examine(config: Config, directory: TempDir, env: Record<string, string> = {}) {
	const path = directory.write("dynamic-mcp.json", JSON.stringify(config), 0o600);
	const { code, stdout, stderr } = await runCli(["doctor", path, "--json"], { home: directory.path, env });
	expect({ stderr, stdout: stdout.slice(0, 1) }).toEqual({ stderr: "", stdout: "{" });
	return { code, found: JSON.parse(stdout) as Examination };
}

/** What the doctor says of one server that is not well. */
async function diagnose(server: unknown, env?: Record<string, string>, directory = openTempDir()): Promise<Diagnosis> {
	await using own = directory;
	const { code, found } = await examine({ mcpServers: { it: server }, settings: { tokenStore: "file" } }, own, env);
	expect({ code, healthy: found.healthy, state: found.groups[0]?.state }).toEqual({
		code: 1,
		healthy: false,
		state: "failed",
	});
	const diagnosis = found.groups[0]?.diagnosis;
	if (diagnosis === undefined) throw new Error(JSON.stringify(found));
	expect(diagnosis.fix.length).toBeGreaterThan(0);
	return diagnosis;
}

const problemOf = async (server: unknown, env?: Record<string, string>, directory?: TempDir) =>
	(await diagnose(server, env, directory)).problem;

/** A server that says this on stderr and ends. */
const dying = (words: string, code = 1) => ({
	command: "/bin/sh",
	args: ["-c", `printf '%s\\n' "$0" >&2; exit ${code}`, words],
});

describe.concurrent("a planted fault is named by its true cause:", () => {
	test("a command that is not installed, with who brings it", async () => {
		await using directory = openTempDir();
		directory.write("bin/other", "", 0o755);
		const { problem, cause, fix } = await diagnose({ command: "uvx" }, { PATH: `${directory.path}/bin` });
		expect([problem, cause]).toEqual(["command-not-found", 'There is no program "uvx" on the PATH.']);
		expect(fix[0]).toContain("Install uv, which brings uvx");
	});

	test("a command that is misspelled, with what is near", async () => {
		await using directory = openTempDir();
		directory.write("bin/my-server", "", 0o755);
		const { problem, fix } = await diagnose({ command: "my-sevrer" }, { PATH: `${directory.path}/bin` });
		expect([problem, fix[0]]).toEqual(["command-not-found", 'Did you mean "my-server"?']);
	});

	test("a whole command line as the command", async () => {
		expect(await problemOf({ command: "npx -y some-server" })).toBe("command-is-a-line");
	});

	test("a file that may not be executed", async () => {
		await using directory = openTempDir();
		const command = directory.write("server.sh", "#!/bin/sh\n", 0o644);
		const { problem, fix } = await diagnose({ command });
		expect([problem, fix[0]]).toEqual(["not-executable", `Make it executable: chmod +x ${command}`]);
	});

	test("a script whose interpreter is not there", async () => {
		await using directory = openTempDir();
		const command = directory.write("server", "#!/usr/bin/env node-of-nowhere\n", 0o755);
		const { problem, cause } = await diagnose({ command });
		expect([problem, cause]).toEqual(["interpreter-missing", expect.stringContaining('"node-of-nowhere"')]);
	});

	test("a working directory that is not there", async () => {
		expect(await problemOf({ ...fixture("echo"), cwd: "/no/such/folder" })).toBe("folder-missing");
	});

	test("an envFile that is not there", async () => {
		expect(await problemOf({ ...fixture("echo"), envFile: "none.env" })).toBe("env-file-unreadable");
	});

	test("a variable that is not set, with the one that is meant", async () => {
		const server = { ...fixture("echo"), env: { TOKEN: "${TRACKER_TOKN}" } };
		const { problem, cause, fix } = await diagnose(server, { TRACKER_TOKEN: "s3cr3t-value" });
		expect([problem, cause]).toEqual(["variable-not-set", expect.stringContaining("TRACKER_TOKN")]);
		expect(fix[0]).toContain("${TRACKER_TOKEN}");
		expect(fix.join()).not.toContain("s3cr3t-value");
	});

	test("a server that ends at once, with its last words", async () => {
		await using directory = openTempDir();
		const { found } = await examine({ mcpServers: { it: fixture("crashes-at-start") } }, directory);
		expect(found.groups[0]).toMatchObject({
			diagnosis: { problem: "exits-at-once", cause: expect.stringContaining("code 3") },
			stderr: ["loading settings", "fatal: no license found"],
		});
	});

	test.each([
		["never-initializes", "no-answer"],
		["weird-version", "protocol-version"],
		["tools-list-error", "list-fails"],
	] as [FixtureName, string][])("the server %s: %s", async (name, problem) => {
		const found = await problemOf({ ...fixture(name), timeout: { connect: "2s", tools: "2s" } });
		expect(found).toBe(problem);
	});

	test("a program that is no server, but prints", async () => {
		const { problem, cause } = await diagnose({ command: "/bin/echo", args: ["Hello there"] });
		expect([problem, cause]).toEqual(["not-a-server", expect.stringContaining("Hello there")]);
	});

	test.each([
		["npm error code E404\nnpm error 404  'no-such@*' is not in this registry.", "package-not-found"],
		["npm error could not determine executable to run", "package-has-no-program"],
		["error: This server requires Node.js >= 22.0.0", "node-too-old"],
		["ReferenceError: ReadableStream is not defined", "node-too-old"],
		["docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "docker-not-running"],
		["Unable to find image 'x:latest' locally\ndocker: pull access denied for x, repository", "docker-image-missing"],
		["Error: listen EADDRINUSE: address already in use :::3000", "port-in-use"],
		["usage: server [-h] --root ROOT\nserver: error: the following arguments are required: --root", "wrong-arguments"],
		["Error: GITHUB_TOKEN environment variable is not set", "variable-missing"],
		["Error: Cannot find module '/srv/none/index.js'", "module-missing"],
		["Error: EACCES: permission denied, open '/var/x'", "permission-denied"],
		["Error: 401 Bad credentials", "credentials-refused"],
		["FetchError: self-signed certificate in certificate chain", "certificate-not-trusted"],
		["connect ECONNREFUSED 127.0.0.1:5432", "service-unreachable"],
	])("last words of the kind %#", async (words, problem) => {
		expect(await problemOf(dying(words))).toBe(problem);
	});

	test("nothing listens at the URL", async () => {
		const server = createServer();
		await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
		const address = server.address();
		const port = typeof address === "object" && address !== null ? address.port : 0;
		await new Promise((closed) => server.close(closed));
		expect(await problemOf({ url: `http://127.0.0.1:${port}/mcp` })).toBe("nothing-listens");
	});

	test("a host that there is not", async () => {
		const problem = await problemOf({ url: "https://no-such-host.invalid/mcp" });
		expect(problem).toBe("host-unknown");
	});

	test.each([
		[404, "Not found", "text/plain", "wrong-url"],
		[404, "<!doctype html><html><head><title>Nothing here</title></head></html>", "text/html", "web-page"],
		[200, "<!doctype html><html><head><title>Welcome</title></head></html>", "text/html", "web-page"],
		[401, "", "text/plain", "credentials-refused"],
		[500, "oops", "text/plain", "server-fault"],
	])("a server that answers %d %s", async (status, body, type, problem) => {
		const answer = (request: { respond(status: number, body: string, headers: Record<string, string>): void }) =>
			request.respond(status, body, { "content-type": type });
		await using server = await startScripted({ on: { initialize: answer, GET: answer } });
		expect(await problemOf({ url: server.url, headers: { Authorization: "Bearer old-token-1" } })).toBe(problem);
	});

	test("a server that wants a sign-in, with the command for it", async () => {
		const metadata = JSON.stringify({ resource: "x", authorization_servers: ["http://127.0.0.1:9"] });
		await using server = await startScripted({
			on: {
				initialize: (request) => request.respond(401, "", { "www-authenticate": "Bearer" }),
				GET: (request) => request.respond(200, metadata, { "content-type": "application/json" }),
			},
		});
		const { problem, fix } = await diagnose({ url: server.url });
		// The config is not the usual one.
		expect({ problem, fix }).toEqual({
			problem: "sign-in-needed",
			fix: [expect.stringMatching(/^dynamic-mcp auth it --config \S+\/dynamic-mcp\.json$/)],
		});
	});

	test("a certificate that nobody knows", async () => {
		await using certificates = await makeCertificates();
		const { certText: cert, keyText: key } = certificates.server;
		await using server = await startScripted({ tls: { cert, key } });
		expect(await problemOf({ url: server.url })).toBe("certificate");
	});
});

describe.concurrent("where all is well", () => {
	test("the exit code is 0, every server is started, and those that are switched off are not", async () => {
		await using directory = openTempDir();
		const off = { command: "/no/such", enabled: false };
		const { code, found } = await examine({ mcpServers: { echo: fixture("echo"), off } }, directory);
		expect([code, found.healthy]).toEqual([0, true]);
		expect(found.groups).toEqual([
			{ name: "echo", state: "ok", tools: expect.any(Number), startMs: expect.any(Number), stderr: undefined },
			{ name: "off", state: "disabled" },
		] as Examination["groups"]);
	});

	test("what was read is kept, so that status knows it", async () => {
		await using directory = openTempDir();
		const { found } = await examine({ mcpServers: { echo: fixture("echo") } }, directory);
		const path = resolve(directory.path, "dynamic-mcp.json");
		const { stdout } = await runCli(["status", path, "--json"], { home: directory.path });
		expect(JSON.parse(stdout)).toMatchObject({ groups: [{ state: "known", tools: found.groups[0]?.tools }] });
	});

	test("a config with secrets that others can read is told", async () => {
		await using directory = openTempDir();
		const config = { mcpServers: { echo: { ...fixture("echo"), env: { API_TOKEN: "s3cr3t-value" } } } };
		const path = directory.write("open.json", JSON.stringify(config), 0o644);
		const { code, stdout } = await runCli(["doctor", path, "--json"], { home: directory.path });
		const { checks } = JSON.parse(stdout) as Examination;
		expect(code).toBe(0);
		expect(checks.find(({ check }) => check === "config-mode")).toMatchObject({ ok: false, fix: `chmod 600 ${path}` });
	});
});

describe.concurrent("the clients of this machine", () => {
	async function checkWith(entry: unknown) {
		await using directory = openTempDir();
		directory.write(".cursor/mcp.json", JSON.stringify({ mcpServers: { "dynamic-mcp": entry } }));
		directory.write(".gemini/settings.json", "{ this is broken");
		const { found } = await examine({ mcpServers: { echo: fixture("echo") } }, directory);
		return found.checks.find(({ check }) => check === "clients");
	}

	test("that start this program are named, and a broken file of another one is no trouble", async () => {
		const check = await checkWith({ command: binaryPath() });
		expect(check).toEqual({ check: "clients", ok: true, message: "connected: Cursor" });
	});

	test("that start what is not there are told, with what helps", async () => {
		const check = await checkWith({ command: "/no/such/dynamic-mcp" });
		expect(check).toMatchObject({ ok: false, fix: "dynamic-mcp connect cursor" });
		expect(check?.message).toStartWith("Cursor starts /no/such/dynamic-mcp, which is not there (");
	});

	test("of which none starts this program", async () => {
		expect(await checkWith({ command: "other" })).toMatchObject({
			ok: false,
			message: expect.stringMatching(/^no client/),
		});
	});
});

test("a person reads it within 80 columns, without secrets and without colours", async () => {
	await using directory = openTempDir();
	const config = {
		mcpServers: {
			echo: fixture("echo"),
			leaky: { ...dying("fatal: token s3cr3t-value is bad"), env: { API_TOKEN: "s3cr3t-value" } },
			missing: { command: "uvx-of-nowhere" },
		},
	};
	const path = directory.write("dynamic-mcp.json", JSON.stringify(config), 0o600);
	const { code, stdout, stderr } = await runCli(["doctor", path], { home: directory.path });
	expect([code, stderr]).toEqual([1, ""]);
	expect(stdout).toContain("token [redacted] is bad");
	expect(stdout).not.toContain("s3cr3t-value");
	expect(stdout).not.toContain("\u001B");
	expect(stdout).toContain("2 of 3 servers failed.");
	const wide = stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80 && line.includes(" "));
	expect(wide).toEqual([]);
});
