import { describe, expect, test } from "bun:test";

import type { Remedy } from "../../protocol/channel.ts";
import type { Reply } from "../../protocol/jsonrpc.ts";
import { firstWords, networkFailure, type Refusal, refusalFailure, RequestFailure, retryAfter } from "./failure.ts";

const place = "https://mcp.example/mcp";

function refused(status: number, more: Partial<Refusal> = {}, reply?: Reply): RequestFailure {
	const nothing = { statusText: "", body: "", retryAfterMs: undefined, strangeOrigin: undefined, signIn: undefined };
	return refusalFailure({ ...nothing, hasSession: false, status, place, ...more }, reply);
}

describe("an answer that says no tells what it said, what to do, and what helps:", () => {
	const noServer = `there seems to be no MCP server at ${place}; check the url in the config`;
	test.each<[number, string, Remedy]>([
		[400, "HTTP 400", "change"],
		[
			401,
			'HTTP 401; it wants to know who you are; give it a token by "headers": {"Authorization": "Bearer ${TOKEN}"} in the config',
			"change",
		],
		[403, "HTTP 403; these credentials are not allowed to do that", "change"],
		[404, `HTTP 404; ${noServer}`, "change"],
		[405, `HTTP 405; ${noServer}`, "change"],
		[407, "HTTP 407; the proxy on the way wants a sign-in; put it into the proxy's address (HTTPS_PROXY)", "change"],
		[408, "HTTP 408", "wait"],
		[409, "HTTP 409", "wait"],
		[415, "HTTP 415", "change"],
		[429, "HTTP 429; try again later", "wait"],
		[500, "HTTP 500; something is wrong at the server", "wait"],
		[502, "HTTP 502; something is wrong at the server", "wait"],
		[503, "HTTP 503; try again later", "wait"],
		[504, "HTTP 504; something is wrong at the server", "wait"],
	])("%i", (status, message, remedy) => {
		const failure = refused(status);
		expect({ message: failure.message, facts: failure.facts }).toEqual({
			message,
			facts: { remedy, status, isUnseen: false, retryAfterMs: undefined, reply: undefined },
		});
	});

	test("with its status text and its first words", () => {
		const body = '{"error":"invalid_request","error_description":"no such field: x"}';
		expect(refused(400, { statusText: "Bad Request", body }).message).toBe("HTTP 400 Bad Request: no such field: x");
	});

	test.each([401, 403])("%i, where a redirect has led to somewhere else", (status) => {
		expect(refused(status, { strangeOrigin: "https://other.example" }).message).toBe(
			`HTTP ${status}; a redirect led to https://other.example, where the headers of the config are not sent; if that is the right place, make it the url`,
		);
	});
});

describe("who has to sign in is told how:", () => {
	const body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"Unauthorized"}}';
	const reply: Reply = { kind: "reply", id: 1, result: undefined, error: undefined, text: body };

	test.each([
		[401, "jira", "it wants you to sign in: run dynamic-mcp auth jira"],
		[401, "my jira", 'it wants you to sign in: run dynamic-mcp auth "my jira"'],
		[403, "jira", "it wants you to allow more than you have: run dynamic-mcp auth jira"],
	])("%i of group %s", (status, group, advice) => {
		expect(refused(status, { signIn: { kind: "needed", group } }).message).toBe(`HTTP ${status}; ${advice}`);
	});

	test("and the reply that came with the refusal is none", () => {
		const signIn = { kind: "needed", group: "jira" } as const;
		expect(refused(401, { signIn, body }, reply).facts).toEqual({ remedy: "sign in", status: 401 });
	});

	test("unless nobody is needed, but a token cannot be had at the moment", () => {
		const { message, facts } = refused(401, { signIn: { kind: "failed", group: "jira", problem: "HTTP 500" } });
		expect([message, facts.remedy]).toEqual(["HTTP 401; the sign-in is of no use at the moment: HTTP 500", "wait"]);
	});
});

describe("a request may be sent again", () => {
	test.each([
		[429, 2_500, true],
		[503, 0, true],
		[429, undefined, false],
		[503, undefined, false],
		// Whoever answers 500 has begun to do something.
		[500, 1_000, false],
	])("after HTTP %i with %p ms to wait: %p", (status, retryAfterMs, isUnseen) => {
		expect(refused(status, { retryAfterMs }).facts).toMatchObject({ isUnseen, retryAfterMs, remedy: "wait" });
	});

	test("and for how long the server wants to be left alone is told", () => {
		expect(refused(503, { retryAfterMs: 2_500 }).message).toBe("HTTP 503; it asks to be left alone for 2.5 s");
	});
});

describe("the session is lost", () => {
	test.each<[number, string, boolean, Remedy]>([
		[404, "", true, "repeat"],
		[404, "", false, "change"],
		[400, "Bad Request: No valid session ID provided", true, "repeat"],
		[400, '{"error":{"message":"Server not initialized"}}', true, "repeat"],
		[400, "Bad Request: No valid session ID provided", false, "change"],
		[400, "no such field", true, "change"],
		[403, "session", true, "change"],
		[500, "session", true, "wait"],
	])("%i %p, with a session id %p: %s", (status, body, hasSession, remedy) => {
		expect(refused(status, { body, hasSession }).facts.remedy).toBe(remedy);
	});

	test("without anything having been done", () => {
		const failure = refused(404, { hasSession: true });
		expect({ message: failure.message, facts: failure.facts }).toMatchObject({
			message: "it no longer knows the session",
			facts: { remedy: "repeat", isUnseen: true, status: 404 },
		});
	});

	const refusedWith = (code: number, message: string) => {
		const error = { code, message };
		const reply: Reply = { kind: "reply", id: 1, result: undefined, error, text: JSON.stringify({ id: 1, error }) };
		const { facts } = refused(404, { hasSession: true, body: reply.text }, reply);
		return { remedy: facts.remedy, isReplied: facts.reply !== undefined };
	};

	test("also when the refusal is written as the reply to the request", () => {
		expect(refusedWith(-32_001, "Session not found")).toEqual({ remedy: "repeat", isReplied: false });
	});

	test("but not when that reply is about something else", () => {
		expect(refusedWith(-32_601, "Method not found")).toEqual({ remedy: "change", isReplied: true });
	});
});

describe("the first words of", () => {
	const long = "x".repeat(300);
	test.each([
		["a JSON-RPC error", '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no license"}}', "no license"],
		[
			"an OAuth error",
			'{"error":"invalid_token","error_description":"The token has expired"}',
			"The token has expired",
		],
		["an OAuth error without description", '{"error":"invalid_token"}', "invalid_token"],
		["problem details", '{"type":"about:blank","title":"Forbidden","detail":"not your project"}', "not your project"],
		["problem details without details", '{"title":"Forbidden","status":403}', "Forbidden"],
		["a bare message", '{"message":"nope","code":7}', "nope"],
		["JSON that says nothing we know", '{"code":7}', '{"code":7}'],
		["JSON that is no object", '["no"]', '["no"]'],
		["a message of several lines", '{"message":"\\n  one\\ntwo"}', "one"],
		[
			"an HTML page",
			"<!DOCTYPE html>\n<html><head>\n<title>\n 502 Bad Gateway </title>",
			'an HTML page, "502 Bad Gateway"',
		],
		["an HTML page without a title", "  <html><body>no</body></html>", "an HTML page"],
		["an HTML page with an empty title", "<html><title> </title></html>", "an HTML page"],
		["plain text", "\r\n  not today \r\nnor tomorrow", "not today"],
		["long text", long, `${"x".repeat(200)}…`],
		["a long message", JSON.stringify({ message: long }), `${"x".repeat(200)}…`],
		["nothing", " \n", ""],
	])("%s", (_, body, words) => {
		expect(firstWords(body)).toBe(words);
	});
});

const withCode = (code: string, more: object = {}) => Object.assign(new Error("what fetch says"), { code, ...more });

describe("a failure before anything was sent is known by its code:", () => {
	test.each([
		["ECONNREFUSED", `nothing listens at ${place} (ECONNREFUSED); start the server, or check the url in the config`],
		["ENOTFOUND", `there is no such host: ${place} (ENOTFOUND); check the url in the config, and the network`],
		["EAI_AGAIN", `the host's name cannot be looked up: ${place} (EAI_AGAIN); check the network`],
		["EHOSTUNREACH", `there is no way to ${place} (EHOSTUNREACH); check the network`],
		["ENETUNREACH", `there is no way to ${place} (ENETUNREACH); check the network`],
		["ETIMEDOUT", `no connection came about with ${place} (ETIMEDOUT); check the network`],
		["FailedToOpenSocket", `no connection can be opened to ${place} (FailedToOpenSocket); check the url in the config`],
	])("%s", (code, message) => {
		const failure = networkFailure(withCode(code), place);
		expect([failure.message, failure.facts]).toEqual([
			message,
			{ remedy: "wait", isUnseen: true, isUnreachable: true },
		]);
	});

	test("that of a proxy, with what the proxy answered", () => {
		const failure = networkFailure(withCode("ERR_PROXY_TUNNEL", { status: 403 }), place);
		expect([failure.message, failure.facts]).toEqual([
			`the proxy on the way does not let us through to ${place} (ERR_PROXY_TUNNEL, HTTP 403); check HTTPS_PROXY and NO_PROXY`,
			{ remedy: "wait", isUnseen: true, isUnreachable: true },
		]);
	});
});

describe("what must be changed first:", () => {
	test.each([
		[
			"EPROTO",
			`the TLS handshake with ${place} failed: see whether it is an http:// address, or wants a client certificate (tls.cert and tls.key in the config)`,
		],
		["CERT_HAS_EXPIRED", `the certificate of ${place} has expired; the server needs a new one`],
		["ERR_TLS_CERT_ALTNAME_INVALID", `the certificate of ${place} is for another host; check the url in the config`],
	])("%s", (code, message) => {
		const failure = networkFailure(withCode(code), place);
		expect([failure.message, failure.facts]).toEqual([message, { remedy: "change" }]);
	});

	test.each([
		"DEPTH_ZERO_SELF_SIGNED_CERT",
		"SELF_SIGNED_CERT_IN_CHAIN",
		"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
		"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	])("a certificate that cannot be trusted: %s", (code) => {
		const failure = networkFailure(withCode(code), place);
		expect([failure.message, failure.facts]).toEqual([
			`the certificate of ${place} cannot be trusted: what fetch says (${code}); trust it by "tls": {"ca": "<its authority's .pem file>"} in the config, or by NODE_EXTRA_CA_CERTS`,
			{ remedy: "change" },
		]);
	});
});

test("what Bun adds to a message is left out: advice for programmers, and the address with all that is secret", () => {
	const error = new Error('no luck fetching "https://me:pass@x/?key=1". For more information, pass `verbose: true`');
	expect(networkFailure(error, place).message).toBe(`no luck (${place}); it may have done part of its work`);
});

describe("a failure in the middle may have left something done:", () => {
	const cut = "the connection was cut before the answer was complete (ECONNRESET); it may have done part of its work";
	test.each<[string, unknown, string]>([
		["a connection that is cut", withCode("ECONNRESET"), cut],
		["an unknown code", withCode("EWHAT"), "what fetch says (EWHAT); it may have done part of its work"],
		["no code", new Error("oh"), `oh (${place}); it may have done part of its work`],
		["no error at all", "oh", `oh (${place}); it may have done part of its work`],
	])("%s", (_, error, message) => {
		const failure = networkFailure(error, place);
		expect([failure.message, failure.facts]).toEqual([message, { remedy: "wait" }]);
	});
});

test("a failure in our words stays as it is", () => {
	const failure = new RequestFailure("told already", { remedy: "repeat" });
	expect(networkFailure(failure, place)).toBe(failure);
});

describe("Retry-After", () => {
	const now = Date.parse("Wed, 31 Dec 2025 23:59:50 GMT");
	test.each([
		[null, undefined],
		["7", 7_000],
		[" 0 ", 0],
		["Wed, 31 Dec 2025 23:59:59 GMT", 9_000],
		["Wed, 31 Dec 2025 23:59:40 GMT", 0],
		["soon", undefined],
		["", undefined],
		// Read as dates of long ago, these would have us come back at once.
		["-7", undefined],
		["1.5", undefined],
	])("%p is %p ms", (header, delayMs) => {
		expect(retryAfter(header, now)).toBe(delayMs);
	});
});
