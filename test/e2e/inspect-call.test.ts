/** A person calls tools from a terminal, by the built program. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";

import { richResult } from "../fixtures/servers/rich-result.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { eventually } from "../helpers/eventually.ts";
import { type Inspected, openInspected } from "../helpers/inspected.ts";
import { processesWithEnvironment, waitUntilGone } from "../helpers/processes.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

let inspected: Inspected;

beforeAll(() => {
	inspected = openInspected();
});

afterAll(() => inspected[Symbol.asyncDispose]());

const run: Inspected["run"] = (...given) => inspected.run(...given);
const stdoutOf: Inspected["stdoutOf"] = (...given) => inspected.stdoutOf(...given);

describe("call", () => {
	test.concurrent("types the arguments as the tool wants them", async () => {
		expect(await stdoutOf(["call", "everything", "get-sum", "a=2", "b=0.5"])).toBe("The sum of 2 and 0.5 is 2.5.\n");
		const paths = ["paths=a.txt", `paths=${inspected.home.path}/files/a.txt`];
		expect(await stdoutOf(["call", "files", "read_multiple_files", ...paths])).toContain("second line ü🚀");
		const entities = 'entities:=[{"name":"Ada","entityType":"person","observations":[]}]';
		expect(await stdoutOf(["call", "memory", "create_entities", entities])).toContain('"name": "Ada"');
	});

	test.concurrent("takes JSON as it is, from the line, a file and stdin, digit for digit", async () => {
		const args = '{ "big": 12345678901234567890, "precise": 1.0 }';
		const file = inspected.home.write("args.json", `\uFEFF${args.replace(", ", ",\n")}`);
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
		const path = `${inspected.home.path}/logo.png`;
		expect(await stdoutOf(["call", "everything", "get-tiny-image"])).toContain("\n[image: image/png, 4.0 kB]\n");
		const { code, stdout, stderr } = await run(["call", "everything", "get-tiny-image", "-o", path]);
		expect([code, stderr]).toEqual([0, `Saved image/png, 4.0 kB as ${path}.\n`]);
		expect(stdout).not.toContain("[image");
		expect([...readFileSync(path).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
	});

	test.concurrent("saves structured content where there is nothing else, and into what a link leads to", async () => {
		const server = inspected.home.write(
			"structured.js",
			`require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
				const { id, method, params } = JSON.parse(line);
				const results = {
					initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } },
					"tools/list": { tools: [{ name: "t", inputSchema: { type: "object" } }] },
					"tools/call": { content: [], structuredContent: { a: 1 } },
				};
				if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? {} }));
			});`,
		);
		const servers = { s: { command: process.execPath, args: [server] } };
		const config = inspected.home.write("structured.json", JSON.stringify({ mcpServers: servers }));
		const file = inspected.home.write("linked-to.json", "old");
		const link = `${inspected.home.path}/link.json`;
		symlinkSync(file, link);
		const { code, stdout } = await run(["call", "s", "t", "-o", link, "--config", config]);
		expect([code, stdout, readFileSync(file, "utf8")]).toEqual([0, "", '{\n  "a": 1\n}\n']);
		expect(lstatSync(link).isSymbolicLink()).toBe(true);
	});

	test.concurrent("saves text where there is nothing else", async () => {
		const path = `${inspected.home.path}/said.txt`;
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
			"a file for what is printed",
			["call", "echo", "echo", "text=x", "--json", "-o", "x"],
			/--output has nothing to write with --json/,
		],
		["no file to save in", ["call", "echo", "echo", "text=x", "-o", ""], /--output needs the name of a file/],
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

	test.concurrent("shows a long signature within 80 columns", async () => {
		const { stderr } = await run(["call", "everything", "gzip-file-as-resource", "x=1"]);
		expect(stderr).toContain("\ngzip-file-as-resource(name?: string");
		expect(stderr.split("\n").filter((line) => Bun.stringWidth(line) > 80 && !line.startsWith("dynamic-mcp:"))).toEqual(
			[],
		);
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
		await waitUntilGone(started);
		expect([await child.stdout.text(), await child.stderr.text()]).toEqual(["", ""]);
	});

	test.concurrent("a server that dies is told of with its last lines", async () => {
		const servers = { dying: fixture("dies-on-call") };
		const config = inspected.home.write("dying.json", JSON.stringify({ mcpServers: servers }));
		const [tool] = (
			JSON.parse(await stdoutOf(["tools", "dying", "--json", "--config", config])) as {
				groups: { tools: { name: string }[] }[];
			}
		).groups[0]!.tools;
		const { code, stderr } = await run(["call", "dying", tool!.name, "--config", config]);
		expect([code, stderr]).toEqual([1, expect.stringMatching(/"dying" ended during \w+: it (?:exited|was killed)/)]);
	});
});
