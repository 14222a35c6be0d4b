import { describe, expect, test } from "bun:test";

import { diagnose } from "./diagnose.ts";
import type { Facts } from "./facts.ts";

const remote: Facts = {
	group: "git",
	platform: "linux",
	configPath: "/c.json",
	configOption: "",
	command: undefined,
	args: [],
	url: "https://mcp.example.com/mcp",
	transport: "auto",
	hasHeaders: false,
	phase: "refused",
	detail: "",
	stderr: [],
	noise: [],
	nearCommands: [],
	nearVariables: [],
	isPathShort: false,
	nodeVersion: undefined,
	connectTimeoutMs: 30_000,
};

const answering = (detail: string, more: Partial<Facts> = {}): Facts => ({ ...remote, detail, ...more });

describe("what helps with a server at a URL fits what is configured:", () => {
	const first = (facts: Facts) => diagnose(facts).fix;

	test("credentials, whether the config has some or none", () => {
		const refused = "HTTP 403 Forbidden; these credentials are not allowed to do that";
		expect([true, false].map((hasHeaders) => diagnose(answering(refused, { hasHeaders })).cause)).toEqual([
			"The server does not take the credentials of the config: HTTP 403 Forbidden.",
			"The server does not let us in: HTTP 403 Forbidden.",
		]);
	});

	test("a transport that is written down and may be the wrong one", () => {
		const detail = "HTTP 405 Method Not Allowed; there seems to be no MCP server at https://x";
		expect(first(answering(detail))).toHaveLength(1);
		expect(first(answering(detail, { transport: "http" }))[1]).toBe(
			'Or take "type": "http" out there: what the server speaks is then found out.',
		);
	});

	test("a connection that is cut, where encryption may be wanted", () => {
		const detail =
			"the connection was cut before the answer was complete (ECONNRESET); it may have done part of its work";
		expect(first(answering(detail, { url: "http://x/mcp" }))[1]).toContain("https://");
		expect(first(answering(detail))).toHaveLength(1);
	});

	test("a redirect without end has no address to take", () => {
		expect(first(answering("it redirects without end"))).toEqual([
			'This is a fault of the server, or the "url" in /c.json is not the right one.',
		]);
		expect(
			diagnose(answering("HTTP 301: it redirects to https://y; if that is the right place, make it the url")).cause,
		).toBe("The server sends us elsewhere: HTTP 301: it redirects to https://y.");
	});

	test("a file of its certificates that is not there", () => {
		const detail = "its tls.ca cannot be read: ENOENT: no such file or directory, open '/no/ca.pem'";
		expect(diagnose(answering(detail))).toMatchObject({
			problem: "misconfigured",
			fix: ["Put the file there, or correct its path in /c.json."],
		});
	});

	test("commands name the config, where it is not the usual one", () => {
		const more = { phase: "sign-in", configOption: " --config /c.json" } as const;
		expect(first(answering("HTTP 401", more))).toEqual(["dynamic-mcp auth git --config /c.json"]);
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
		["server-fault", "HTTP 500 Internal Server Error: an HTML page; something is wrong at the server"],
		["not-a-server", "Malformed_HTTP_Response (Malformed_HTTP_Response); it may have done part of its work"],
		["network", "no connection came about with https://x (ETIMEDOUT); check the network"],
	])("%s: %s", (problem, detail) => {
		expect(diagnose(answering(detail)).problem).toBe(problem);
	});

	test("a sign-in, with a name that a shell takes", () => {
		const facts = answering("HTTP 401; it wants you to sign in", { phase: "sign-in", group: "my server" });
		expect(diagnose(facts)).toMatchObject({ problem: "sign-in-needed", fix: ["dynamic-mcp auth 'my server'"] });
	});

	test("advice for the config is not repeated in the cause", () => {
		expect(diagnose(answering("HTTP 502 Bad Gateway; something is wrong at the server")).cause).toBe(
			"Something is wrong at the server: HTTP 502 Bad Gateway.",
		);
	});
});

test("a refusal is not blamed on the server when it says what it wants", () => {
	const told = [
		diagnose(answering("it refused initialize: license expired (-32000)", { phase: "handshake" })),
		diagnose(answering("HTTP 400 Bad Request: API key missing")),
	];
	expect(told.map(({ problem, fix }) => [problem, fix[0]])).toEqual([
		["refuses-to-start", "Where it does not say what helps: update the server, or report it to its makers."],
		["refuses-to-start", 'See what it says: often a header is missing ("headers" in /c.json), or a part of the "url".'],
	]);
});
