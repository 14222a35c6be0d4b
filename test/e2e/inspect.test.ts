/** A person looks inside servers from a terminal, by the built program. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";

import { richResult } from "../fixtures/servers/rich-result.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { eventually } from "../helpers/eventually.ts";
import { processesWithEnvironment, waitUntilGone } from "../helpers/processes.ts";
import { type Outcome, runCli, type RunOptions } from "../helpers/run-cli.ts";
import { fixture, officialServer } from "../helpers/servers.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

let home: TempDir;

beforeAll(() => {
	home = openTempDir();
	home.write("files/a.txt", "first line\nsecond line ü🚀\n");
	home.write("files/b.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
	const mcpServers = {
		everything: officialServer("everything"),
		files: officialServer("filesystem", `${home.path}/files`),
		memory: { ...officialServer("memory"), env: { MEMORY_FILE_PATH: `${home.path}/memory.jsonl` } },
		echo: fixture("echo", { tools: { deny: ["pid"] } }),
		slow: fixture("slow"),
		crashing: fixture("crashes-at-start"),
		missing: { description: "Not there", command: "no-such-program" },
		unset: { command: "x", args: ["${NO_SUCH_VARIABLE}"] },
		off: { command: "x", enabled: false },
		quiet: fixture("echo", { features: { tools: false } }),
	};
	home.write(".dynamic-mcp/dynamic-mcp.json", JSON.stringify({ mcpServers }));
});

afterAll(() => home[Symbol.asyncDispose]());

const run = (args: string[], options: RunOptions = {}): Promise<Outcome> =>
	runCli(args, { home: home.path, ...options });

/** Where nothing is to be said on stderr. */
async function stdoutOf(args: string[], options: RunOptions = {}): Promise<string> {
	const { code, stdout, stderr } = await run(args, options);
	expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	return stdout;
}

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

describe("call", () => {
	test.concurrent("types the arguments as the tool wants them", async () => {
		expect(await stdoutOf(["call", "everything", "get-sum", "a=2", "b=0.5"])).toBe("The sum of 2 and 0.5 is 2.5.\n");
		const paths = ["paths=a.txt", `paths=${home.path}/files/a.txt`];
		expect(await stdoutOf(["call", "files", "read_multiple_files", ...paths])).toContain("second line ü🚀");
		const entities = 'entities:=[{"name":"Ada","entityType":"person","observations":[]}]';
		expect(await stdoutOf(["call", "memory", "create_entities", entities])).toContain('"name": "Ada"');
	});

	test.concurrent("takes JSON as it is, from the line, a file and stdin, digit for digit", async () => {
		const args = '{ "big": 12345678901234567890, "precise": 1.0 }';
		const file = home.write("args.json", `\uFEFF${args.replace(", ", ",\n")}`);
		const sent = '"arguments":{"big":12345678901234567890,"precise":1.0}';
		expect(await stdoutOf(["call", "echo", "received_line", "--args", args])).toContain(sent);
		expect(await stdoutOf(["call", "echo", "received_line", "--args", `@${file}`])).toContain(sent);
		expect(await stdoutOf(["call", "echo", "received_line", "--args", "-"], { stdin: args })).toContain(sent);
		expect(await stdoutOf(["call", "echo", "received_line", "n=12345678901234567890"])).toContain(
			'"arguments":{"n":12345678901234567890}',
		);
	});

	test.concurrent(
		"with --json prints the result byte for byte, and says by the exit code that it is an error",
		async () => {
			expect(await run(["call", "echo", "rich", "--json"])).toEqual({ code: 1, stdout: `${richResult}\n`, stderr: "" });
		},
	);

	test.concurrent("prints what a tool says of its failure on stderr", async () => {
		const { code, stdout, stderr } = await run(["call", "files", "read_text_file", "path=/etc/passwd"]);
		expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining("Access denied")]);
	});

	test.concurrent("names what is no text, and saves it", async () => {
		const path = `${home.path}/logo.png`;
		expect(await stdoutOf(["call", "everything", "get-tiny-image"])).toContain("\n[image: image/png, 4.0 kB]\n");
		const { code, stdout, stderr } = await run(["call", "everything", "get-tiny-image", "-o", path]);
		expect([code, stderr]).toEqual([0, `Saved image/png, 4.0 kB as ${path}.\n`]);
		expect(stdout).not.toContain("[image");
		expect([...readFileSync(path).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
	});

	test.concurrent("saves text where there is nothing else", async () => {
		const path = `${home.path}/said.txt`;
		expect((await run(["call", "everything", "echo", "message=hi", "--output", path])).stdout).toBe("");
		expect(readFileSync(path, "utf8")).toBe("Echo: hi");
	});

	test.concurrent.each([
		[
			"an unknown group",
			["call", "evrything", "echo"],
			/there is no group "evrything" in .*\nDid you mean "everything"\?/,
		],
		["an unknown tool", ["call", "everything", "ech"], /"everything" has no tool "ech"\nDid you mean "echo"\?/],
		["a tool that the config denies", ["call", "echo", "pid"], /"pid" of "echo" is switched off by tools/],
		[
			"an unknown argument",
			["call", "echo", "echo", "txt=1"],
			/no argument "txt": did you mean text\?[^]*echo\(text: string\)/,
		],
		["a missing argument", ["call", "echo", "echo"], /"text" is required[^]*echo\(text: string\)/],
		["a value of another type", ["call", "everything", "get-sum", "a=x", "b=1"], /"a" must be a number, found "x"/],
		[
			"what is no argument",
			["call", "echo", "echo", "hello"],
			/unexpected argument "hello"\nArguments are written as key=value/,
		],
		["JSON that is none", ["call", "echo", "echo", "--args", "{"], /--args is not JSON/],
		["JSON that is no object", ["call", "echo", "echo", "--args", "[1]"], /--args is no JSON object/],
		["a file that is not there", ["call", "echo", "echo", "--args", "@no.json"], /no\.json cannot be read/],
		["a group that is off", ["call", "off", "x"], /"off" is switched off/],
		["a group without tools", ["call", "quiet", "echo"], /features\.tools is false/],
		["a missing tool name", ["call", "echo"], /call: <tool> is missing/],
		["a folder to save in", ["call", "echo", "echo", "text=x", "-o", "/"], /--output: \/ is a folder/],
		[
			"a timeout that is none",
			["call", "echo", "echo", "text=x", "--timeout", "soon"],
			/--timeout: "soon" is not a duration/,
		],
	])("refuses %s", async (_what, args, message) => {
		const { code, stdout, stderr } = await run(args);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toMatch(message);
		expect(stderr).not.toMatch(/internal error|^\s+at /m);
	});

	test.concurrent("gives up after the timeout, and says how to wait longer", async () => {
		const { code, stderr } = await run(["call", "slow", "hang", "--timeout", "100ms"]);
		expect([code, stderr]).toEqual([1, expect.stringContaining('hang of "slow" gave no answer within 0.1 s')]);
	});

	test.concurrent.each([
		["SIGINT", 130],
		["SIGTERM", 143],
	] as const)("%s takes the call back, stops all that was started, and ends with %d", async (signal, exitCode) => {
		await using folder = openTempDir();
		const events = `${folder.path}/events`;
		const marker = crypto.randomUUID();
		const slow = fixture("slow");
		// With a process beside it, and another one that has left its process group.
		const args = ["-c", 'sleep 600 & setsid sleep 600 & exec "$@"', "sh", slow.command, ...slow.args];
		const mcpServers = { slow: { command: "sh", args, env: { EVENTS_FILE: events, CALL_MARKER: marker } } };
		const config = folder.write("config.json", JSON.stringify({ mcpServers }));
		const child = Bun.spawn([binaryPath(), "call", "slow", "hang", "--config", config], {
			env: cleanEnvironment(folder.path),
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
		});
		const noted = () => (existsSync(events) ? readFileSync(events, "utf8") : "");
		await eventually(noted, (text) => text.includes("hangs"));
		const started = processesWithEnvironment("CALL_MARKER", marker);
		expect(started.length).toBeGreaterThan(2);
		child.kill(signal);
		expect(await child.exited).toBe(exitCode);
		expect(noted()).toContain("cancelled");
		await waitUntilGone(started, 500);
		expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["", ""]);
	});

	test.concurrent("a server that dies is told of with its last lines", async () => {
		const servers = { dying: fixture("dies-on-call") };
		const config = home.write("dying.json", JSON.stringify({ mcpServers: servers }));
		const [tool] = (
			JSON.parse(await stdoutOf(["tools", "dying", "--json", "--config", config])) as {
				groups: { tools: { name: string }[] }[];
			}
		).groups[0]!.tools;
		const { code, stderr } = await run(["call", "dying", tool!.name, "--config", config]);
		expect([code, stderr]).toEqual([1, expect.stringMatching(/"dying" ended during \w+: it (?:exited|was killed)/)]);
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
		const path = `${home.path}/blob`;
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
