/** A person looks inside servers from a terminal, by the built program. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";

import { startAuthorizationServer } from "../helpers/authorization-server.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { eventually } from "../helpers/eventually.ts";
import { type Inspected, openInspected } from "../helpers/inspected.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

let inspected: Inspected;

beforeAll(() => {
	inspected = openInspected();
});

afterAll(() => inspected[Symbol.asyncDispose]());

const run: Inspected["run"] = (...given) => inspected.run(...given);
const stdoutOf: Inspected["stdoutOf"] = (...given) => inspected.stdoutOf(...given);

describe("tools", () => {
	test.concurrent(
		"of all groups are shown with signature and first sentence, and those that fail with the reason",
		async () => {
			const { code, stdout } = await run(["tools"]);
			expect(code).toBe(0);
			expect(stdout).toContain(
				"everything  The official everything server\n  echo(message: string) [read-only]\n    Echoes back",
			);
			expect(stdout).toContain("  read_text_file(path: string, tail?: number, head?: number) [read-only]\n");
			expect(stdout).toContain('missing  Not there\n  could not be started: command "no-such-program" was not found');
			expect(stdout).toContain(
				"unset\n  cannot be used: args[0] uses ${NO_SUCH_VARIABLE}, which is not set\n  Mend it in",
			);
			expect(stdout).toMatch(
				/\ncrashing.*\n {2}could not be started: [^]*exited\s+with code 3\n {2}Its last lines on stderr:\n {4}loading/,
			);
			expect(stdout).not.toMatch(/^(?:off|quiet)/m);
			expect(stdout).not.toContain("\u001B");
			expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
		},
	);

	test.concurrent("of one group are shown in full, without those that the config does not want", async () => {
		const stdout = await stdoutOf(["tools", "echo"]);
		expect(stdout).toContain(
			'  paint(color: "red" | "green", coats?: integer(>=1) = 2)\n    Has strict arguments\n    - color: Of the wall',
		);
		expect(stdout).not.toContain("pid");
	});

	test.concurrent("are found by a query, the best first, and what cannot be searched is named", async () => {
		const { code, stdout, stderr } = await run(["tools", "--query", "get-sum"]);
		expect([code, stderr]).toEqual([
			0,
			expect.stringContaining("Not searched, because it failed: crashing, missing, unset."),
		]);
		expect(stdout).toStartWith("everything  The official everything server\n  get-sum(a: number, b: number)");
		expect((await run(["tools", "memory", "--query", "zzzzz"])).stderr).toBe('No tool fits "zzzzz".\n');
	});

	test.concurrent("are one JSON document with --json, failures included", async () => {
		const stdout = (await run(["tools", "--json"])).stdout;
		const { groups } = JSON.parse(stdout) as {
			groups: { group: string; tools?: { name: string }[]; problem?: string }[];
		};
		expect(groups.map(({ group }) => group)).toEqual([
			"everything",
			"files",
			"memory",
			"echo",
			"slow",
			"crashing",
			"missing",
			"unset",
		]);
		expect(groups[0]?.tools?.[0]).toMatchObject({ name: "echo", inputSchema: { type: "object" } });
		expect(groups[7]?.problem).toContain("NO_SUCH_VARIABLE");
	});

	test.concurrent.each([
		["missing", 'could not be started: command "no-such-program"'],
		["unset", "cannot be used"],
	])("of %s alone are a failure", async (group, problem) => {
		const { code, stdout } = await run(["tools", group]);
		expect([code, stdout]).toEqual([1, expect.stringContaining(problem)]);
	});
});

describe("resources", () => {
	test.concurrent("are listed with the groups that have some", async () => {
		const { code, stdout } = await run(["resources"]);
		expect(code).toBe(0);
		expect(stdout).toContain("\n  demo://resource/dynamic/text/{resourceId}  text/plain\n");
		expect(stdout).not.toMatch(/^files/m);
	});

	test.concurrent("are read from a group, and from the only one that has it", async () => {
		const uri = "demo://resource/dynamic/text/1";
		expect(await stdoutOf(["read", "everything", uri])).toStartWith("Resource 1: This is a plaintext resource");
		expect(await stdoutOf(["read", uri])).toStartWith("Resource 1: This is a plaintext resource");
		const { contents } = JSON.parse(await stdoutOf(["read", "everything", uri, "--json"])) as { contents: object[] };
		expect(contents).toMatchObject([{ uri, mimeType: "text/plain" }]);
	});

	test.concurrent("that are no text go into a pipe and into a file as they are", async () => {
		const uri = "demo://resource/dynamic/blob/1";
		const path = `${inspected.home.path}/blob`;
		expect(await stdoutOf(["read", "everything", uri])).toStartWith("Resource 1: This is a base64 blob");
		expect((await run(["read", "everything", uri, "-o", path])).code).toBe(0);
		expect(readFileSync(path, "utf8")).toStartWith("Resource 1: This is a base64 blob");
	});

	test.concurrent("that nobody lists, and a URI that is missing, are refused", async () => {
		expect((await run(["read", "no-such://x"])).stderr).toContain("no group lists the resource no-such://x");
		expect((await run(["read", "everything"])).stderr).toContain('the URI of a resource of "everything" is missing');
		const { code, stderr } = await run(["read", "everything", "no-such://x"]);
		expect([code, stderr]).toEqual([1, expect.stringContaining('"everything" answered no-such://x with an error')]);
	});
});

describe("prompts", () => {
	test.concurrent("are listed with their arguments", async () => {
		expect(await stdoutOf(["prompts", "everything"])).toContain(
			"  args-prompt(city, state?)\n    A prompt with two arguments",
		);
	});

	test.concurrent("are got with arguments, one message after the other", async () => {
		expect(await stdoutOf(["prompt", "everything", "args-prompt", "city=Paris"])).toBe("What's weather in Paris?\n");
		const stdout = await stdoutOf(["prompt", "everything", "resource-prompt", "resourceType=Text", "resourceId=2"]);
		expect(stdout).toMatch(/^user:\nThis prompt includes[^]*\n\nuser:\nResource 2: /);
	});

	test.concurrent.each([
		["a missing argument", ["args-prompt"], "args-prompt needs city=…\nargs-prompt(city, state?)"],
		["an unknown argument", ["args-prompt", "cty=x"], 'args-prompt has no argument "cty": did you mean city?'],
		["an unknown prompt", ["arg-prompt"], '"everything" has no prompt "arg-prompt"\nDid you mean "args-prompt"'],
	])("refuse %s", async (_what, args, message) => {
		const { code, stdout, stderr } = await run(["prompt", "everything", ...args]);
		expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(message)]);
	});
});

describe("a server", () => {
	test.concurrent("that wants a sign-in is shown so, with the command that signs in", async () => {
		await using server = await startAuthorizationServer();
		await using folder = openTempDir();
		const settings = { tokenStore: "file" };
		const config = folder.write("config.json", JSON.stringify({ mcpServers: { docs: { url: server.url } }, settings }));
		const shown = await run(["tools", "--config", config], { home: folder.path });
		expect([shown.code, shown.stdout]).toEqual([
			1,
			expect.stringMatching(
				/^docs\n {2}needs a sign-in: HTTP 401 Unauthorized; it wants you to sign in\n {2}Sign in with: dynamic-mcp auth docs --config \S+\n$/,
			),
		]);
		const called = await run(["call", "docs", "x", "--config", config], { home: folder.path });
		expect([called.code, called.stdout]).toEqual([1, ""]);
		expect(called.stderr).toMatch(
			/^dynamic-mcp: "docs" needs a sign-in: .*\nSign in with: dynamic-mcp auth docs --config \S+\n$/,
		);
	});

	test.concurrent("that prints its secrets before it fails is quoted without them", async () => {
		await using folder = openTempDir();
		const server = {
			command: "sh",
			args: ["-c", "echo key is $API_KEY >&2; exit 3"],
			env: { API_KEY: "s3cret-of-mine" },
		};
		const config = folder.write("config.json", JSON.stringify({ mcpServers: { leaking: server } }));
		for (const args of [["tools"], ["tools", "--json"], ["call", "leaking", "x"]]) {
			const { code, stdout, stderr } = await run([...args, "--config", config]);
			expect(code).toBe(1);
			expect(stdout + stderr).toContain("key is [redacted]");
		}
	});

	test.concurrent("that writes terminal commands into its texts gives none to the terminal", async () => {
		await using folder = openTempDir();
		const server = { command: "sh", args: ["-c", String.raw`printf 'a\033]0;title\007\033[31mb\n' >&2; exit 3`] };
		const config = folder.write("config.json", JSON.stringify({ mcpServers: { nasty: server } }));
		const { stdout } = await run(["tools", "--config", config]);
		expect(stdout).toEndWith("Its last lines on stderr:\n    ab\n");
	});
});

test.concurrent.each([
	"tools",
	"tools --json",
	"tools deaf",
	"read x://y",
	"prompts",
	"doctor",
	"status --start",
	"call deaf x",
])("Ctrl-C ends %s with 130, and nothing is told of what it has stopped", async (line) => {
	await using folder = openTempDir();
	const events = `${folder.path}/events`;
	const mcpServers = {
		deaf: fixture("never-initializes", { env: { EVENTS_FILE: events } }),
		dead: fixture("crashes-at-start"),
	};
	const config = folder.write("config.json", JSON.stringify({ mcpServers }));
	const child = Bun.spawn([binaryPath(), ...line.split(" "), "--config", config], {
		env: cleanEnvironment(folder.path),
		stdin: "ignore",
		stdout: "pipe",
		stderr: "pipe",
	});
	await eventually(
		() => existsSync(events) && readFileSync(events, "utf8"),
		(text) => text !== false && text.includes("started"),
	);
	child.kill("SIGINT");
	expect([await child.exited, await child.stdout.text(), await child.stderr.text()]).toEqual([130, "", ""]);
});
