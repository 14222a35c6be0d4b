import { describe, expect, test } from "bun:test";

import { diagnose, rules } from "./diagnose.ts";
import type { Facts } from "./facts.ts";

const program: Facts = {
	group: "git",
	platform: "linux",
	configPath: "/c.json",
	command: "npx",
	args: ["-y", "some-server"],
	url: undefined,
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

const remote: Facts = {
	...program,
	command: undefined,
	args: [],
	url: "https://mcp.example.com/mcp",
	phase: "refused",
	nodeVersion: undefined,
};

const saying = (...stderr: string[]): Facts => ({ ...program, stderr });
const answering = (detail: string, more: Partial<Facts> = {}): Facts => ({ ...remote, detail, ...more });

test("no two rules are for the same trouble by accident, and each is one word", () => {
	for (const { problem } of rules) expect(problem).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
	const twice = rules.map(({ problem }) => problem).filter((problem, at, all) => all.indexOf(problem) !== at);
	// What a program and an address can both be.
	expect(twice.sort()).toEqual(["credentials-refused", "not-a-server"]);
});

describe("what a server says last is understood:", () => {
	test.each([
		[
			"docker-not-running",
			"ERROR: error during connect: this error may indicate that the docker daemon is not running",
		],
		["docker-not-running", "failed to connect to the docker API at unix:///x.sock; check if the path is correct"],
		["docker-image-missing", "Error response from daemon: manifest for mcp/git:1 not found: manifest unknown"],
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
			saying("Error: listen EADDRINUSE: address already in use :::3000"),
			saying("This server requires Node.js >= 22"),
		].map((facts) => diagnose(facts).cause);
		expect(causes).toEqual([
			'The package "@me/no-such@*" does not exist, says npx.',
			'A file or package that it needs is not there: "/srv/index.js".',
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

describe("what is told of a server at a URL is understood:", () => {
	test.each([
		[
			"nothing-listens",
			"nothing listens at https://x (ECONNREFUSED); start the server, or check the url in the config",
		],
		["host-unknown", "there is no such host: https://x (ENOTFOUND); check the url in the config, and the network"],
		["certificate", "the certificate of https://x has expired; the server needs a new one"],
		["proxy", "the proxy on the way does not let us through to https://x (ERR_PROXY_TUNNEL); check HTTPS_PROXY"],
		["redirected", "HTTP 401; a redirect led to https://y, where the headers of the config are not sent"],
		["web-page", 'HTTP 404 Not Found: an HTML page, "Oops"; there seems to be no MCP server at https://x'],
		["wrong-url", "HTTP 405 Method Not Allowed; there seems to be no MCP server at https://x"],
		["credentials-refused", "HTTP 403 Forbidden; these credentials are not allowed to do that"],
		["too-many-requests", "HTTP 429 Too Many Requests; it asks to be left alone for 5 s"],
		["server-fault", "HTTP 502 Bad Gateway; something is wrong at the server"],
		["network", "no connection came about with https://x (ETIMEDOUT); check the network"],
	])("%s: %s", (problem, detail) => {
		expect(diagnose(answering(detail)).problem).toBe(problem);
	});

	test("a sign-in, with a name that a shell takes", () => {
		const facts = answering("HTTP 401; it wants you to sign in", { phase: "sign-in", group: "my server" });
		expect(diagnose(facts)).toMatchObject({ problem: "sign-in-needed", fix: ['dynamic-mcp auth "my server"'] });
	});

	test("advice for the config is not repeated in the cause", () => {
		expect(diagnose(answering("HTTP 502 Bad Gateway; something is wrong at the server")).cause).toBe(
			"Something is wrong at the server: HTTP 502 Bad Gateway.",
		);
		expect(diagnose(answering("HTTP 403; these credentials are not allowed to do that")).cause).toBe(
			"The server does not take the credentials of the config: HTTP 403.",
		);
	});
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
