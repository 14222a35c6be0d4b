import { describe, expect, test } from "bun:test";

import { diagnose, rules } from "./diagnose.ts";
import type { Facts } from "./facts.ts";

const program: Facts = {
	group: "git",
	platform: "linux",
	configPath: "/c.json",
	configOption: "",
	command: "npx",
	args: ["-y", "some-server"],
	url: undefined,
	transport: "stdio",
	hasHeaders: false,
	phase: "exit",
	detail: "it ended before it had answered initialize: it exited with code 1",
	stderr: [],
	noise: [],
	nearCommands: [],
	nearVariables: [],
	isPathShort: false,
	nodeVersion: "v18.1.0",
	connectTimeoutMs: 30_000,
};

const saying = (...stderr: string[]): Facts => ({ ...program, stderr });

test("no two rules are for the same trouble by accident, and each is one word", () => {
	for (const { problem } of rules) expect(problem).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
	const twice = rules.map(({ problem }) => problem).filter((problem, at, all) => all.indexOf(problem) !== at);
	// What a program and an address can both be, and what a shell says of what it is to start.
	expect(twice.sort()).toEqual(["command-not-found", "credentials-refused", "not-a-server"]);
});

describe("what a server says last is understood:", () => {
	test.each([
		[
			"docker-not-running",
			"ERROR: error during connect: this error may indicate that the docker daemon is not running",
		],
		["docker-not-running", "failed to connect to the docker API at unix:///x.sock; check if the path is correct"],
		["docker-image-missing", "Error response from daemon: manifest for mcp/git:1 not found: manifest unknown"],
		["command-not-found", "sh: 1: some-server: not found"],
		["command-not-found", "/bin/bash: line 1: some-server: command not found"],
		["command-not-found", "zsh:1: command not found: some-server"],
		["command-not-found", "/usr/bin/env: ‘node’: No such file or directory"],
		["command-not-found", "'npx' is not recognized as an internal or external command,"],
		["package-not-found", "npm ERR! code E404"],
		["package-not-found", "  × mcp-server-gti was not found in the package registry and thus cannot be installed"],
		["package-not-found", "ERROR: No matching distribution found for mcp-gti"],
		["package-not-found", "error: GET https://host/no-such - 404"],
		["package-version-not-found", "npm error notarget No matching version found for some-server@99."],
		["package-has-no-program", "An executable named `mcp-git` is not provided by package `mcp-git`."],
		["node-too-old", "npm warn EBADENGINE Unsupported engine {"],
		["node-too-old", "SyntaxError: The requested module 'node:util' does not provide an export named 'styleText'"],
		["node-too-old", "TypeError: Promise.withResolvers is not a function"],
		["node-too-old", "Node.js version 20 or higher is required"],
		["python-too-old", "ERROR: Package 'x' requires a different Python: 3.8.1 not in '>=3.10'"],
		["port-in-use", "OSError: [Errno 98] Address already in use"],
		["variable-missing", "KeyError: 'GITHUB_TOKEN'"],
		["variable-missing", "Missing required environment variable: SLACK_BOT_TOKEN"],
		["variable-missing", "Please set NOTION_API_KEY"],
		["module-missing", "/usr/bin/python3: No module named mcp_server_git"],
		["module-missing", "python: can't open file '/srv/x.py': [Errno 2] No such file or directory"],
		["certificate-not-trusted", "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]"],
		["wrong-arguments", "error: unknown option '--prot'"],
		["wrong-arguments", "Usage: mcp-server-filesystem <allowed-directory> [additional-directories...]"],
		["credentials-refused", "Error: Incorrect API key provided: …"],
		["permission-denied", "sh: 1: /srv/x: Permission denied"],
		["disk-full", "npm error nospc ENOSPC: no space left on device, write"],
		["service-unreachable", "npm error network request failed, reason: getaddrinfo ENOTFOUND host"],
		["exits-at-once", "fatal: no license found"],
	])("%s: %s", (problem, line) => {
		expect(diagnose(saying("starting", line, "bye")).problem).toBe(problem);
	});

	test("the package, the module, the port and the version are named", () => {
		const causes = [
			saying("npm error 404  '@me/no-such@*' is not in this registry."),
			saying("Error: Cannot find module '/srv/index.js'"),
			saying("sh: line 1: uvx: command not found"),
			saying(
				"    at Server.setupListenHandle (node:net:1904:16)",
				"Error: listen EADDRINUSE: address already in use :::3000",
			),
			saying("This server requires Node.js >= 22"),
		].map((facts) => diagnose(facts).cause);
		expect(causes).toEqual([
			'The package "@me/no-such@*" does not exist, says npx.',
			'A file or package that it needs is not there: "/srv/index.js".',
			'It wants to start "uvx", which was not found.',
			"It wants to listen at a port that another program has: 3000.",
			"Node.js is too old for this server: it is v18.1.0, and 22 or newer is wanted.",
		]);
	});

	test("but not where the server was never started", () => {
		const facts = {
			...saying("usage: x"),
			phase: "spawn",
			detail: 'command "/x" was not found',
			command: "/x",
		} as const;
		expect(diagnose(facts).problem).toBe("command-not-found");
	});
});

describe("what helps against a module that is missing depends on what is missing:", () => {
	test.each([
		["a file", "Error: Cannot find module '/srv/dist/index.js'", /^Check the paths/],
		["a file that is not named as one", "Error: Cannot find module '/srv/server'", /^Check the paths/],
		[
			"a package of Node.js",
			"Error: Cannot find package '@scope/sdk' imported from /srv/index.js",
			/^If it is a server from/,
		],
		["a file of Python", "python: can't open file '/srv/x.py': [Errno 2]", /^Check the paths/],
		["a package of Python", "ModuleNotFoundError: No module named 'fastmcp.server'", /^Install the package.*Python/],
	])("%s", (_, line, first) => {
		expect(diagnose(saying(line)).fix[0]).toMatch(first);
	});
});

describe("why a program cannot be started is understood:", () => {
	const unstarted = (detail: string, command = "/srv/x") =>
		diagnose({ ...program, phase: "spawn", detail, command, args: [] });

	test.each([
		[
			'"/srv/x" is an executable of another system',
			'command "/srv/x" cannot be started: ENOEXEC: unknown error',
			"not-executable",
			/another system/,
			/this machine/,
		],
		["a folder", '"/srv/x" is a folder, not a program', "not-executable", /is a folder/, /the program in it/],
		[
			"a script with the line ends of Windows",
			'command "/srv/x" cannot be started: its interpreter "/bin/sh\r" was not found',
			"interpreter-missing",
			/line ends of Windows/,
			/perl .*\/srv\/x$/,
		],
		[
			"a script for what is not there",
			'command "/srv/x" cannot be started: its interpreter "/opt/ruby" was not found',
			"interpreter-missing",
			/"\/opt\/ruby"/,
			/ruby-lang/,
		],
	])("%s", (_, detail, problem, cause, fix) => {
		expect(unstarted(detail)).toMatchObject({
			problem,
			cause: expect.stringMatching(cause),
			fix: [expect.stringMatching(fix), ...unstarted(detail).fix.slice(1)],
		});
	});

	test("a path that is not a whole one", () => {
		expect(unstarted('command "/here/x.sh" was not found', "./x.sh")).toEqual({
			problem: "command-not-found",
			cause: "There is no program at /here/x.sh.",
			fix: [
				'Correct "command" in /c.json: write its whole path, because the folder that it is looked for in is the client\'s.',
			],
		});
	});
});

test("a program that serves at a URL instead says where, and what to do with that", () => {
	const silent = { ...program, phase: "handshake", detail: "no answer to initialize within 30 s" } as const;
	const expected =
		'It says that it serves at http://127.0.0.1:3000/mcp: see which argument makes it a server on stdio; or start it by yourself, and write "url": "http://127.0.0.1:3000/mcp" in place of "command".';
	expect(diagnose({ ...silent, stderr: ["Listening on http://0.0.0.0:3000/mcp."] })).toMatchObject({
		problem: "no-answer",
		fix: [expected, expect.any(String), expect.any(String), expect.any(String)],
	});
	expect(diagnose({ ...silent, noise: ["ready: http://127.0.0.1:3000/mcp"] })).toMatchObject({
		problem: "not-a-server",
		fix: [expected, expect.any(String), expect.any(String)],
	});
});

test("a program that sends back what it gets is no server", () => {
	const detail = "it refused initialize: dynamic-mcp has no initialize here (-32601)";
	expect(diagnose({ ...program, phase: "handshake", detail })).toMatchObject({ problem: "not-a-server" });
});

test("a desktop's short PATH is told of", () => {
	const facts: Facts = {
		...program,
		phase: "spawn",
		detail: 'command "npx" was not found on the PATH, /usr/bin /bin',
		isPathShort: true,
	};
	expect(diagnose(facts).fix).toEqual([
		"Install Node.js, which brings npx: https://nodejs.org",
		'Neither this PATH nor that of your login shell has it. If it works in a terminal: write the path that `command -v npx` prints there as "command" into /c.json.',
	]);
});

test("what no rule knows is told as it is", () => {
	expect(diagnose({ ...program, phase: "waiting", detail: "something new" })).toMatchObject({
		problem: "unknown",
		cause: "It failed during waiting: something new.",
	});
});
