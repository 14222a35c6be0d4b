/** Servers at a URL that answer with a status that says no, or with what is no answer. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";
import { stateOf } from "../helpers/states.ts";

const json = { "content-type": "application/json" };
const html = { "content-type": "text/html; charset=utf-8" };
const page = `<!DOCTYPE html>\n<html>\n<head>\n<style>body{color:red}</style><title>502 upstream &gone</title></head>
<body><h1>Sorry</h1><p>ray id 123</p></body></html>`;

const rpcError = (id: unknown) =>
	`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":{"code":-32603,"message":"disk full","data":{"free":12345678901234567890}}}`;

/** The first time this, then as a tool that works. */
const once = (act: Act): Act => {
	let calls = 0;
	return (call) => (++calls === 1 ? act(call) : call.answer("at last"));
};

const bodies = { "says why": '{"error":{"message":"the index is being rebuilt"}}', "says nothing": "" };

/** What becomes of a call: what the tool does, and what the model reads of it. */
const refusals: Record<string, [Act, ...RegExp[]]> = {
	"401": [(call) => call.respond(401, "no token"), /HTTP 401 Unauthorized: no token/, /"headers".*"Authorization"/],
	"403": [(call) => call.respond(403), /HTTP 403 Forbidden/, /not allowed/],
	"405": [(call) => call.respond(405), /HTTP 405/, /no MCP server at http:\/\/127.0.0.1:\d+\/mcp; check the url/],
	"400 with a reason": [
		(call) => call.respond(400, '{"detail":"tenant is missing"}', json),
		/HTTP 400 Bad Request: tenant is missing/,
	],
	"418 which nobody knows": [
		(call) => call.respond(418, "I am a teapot\nshort and stout"),
		/HTTP 418.*: I am a teapot\.$/,
	],
	"500 with a reason": [(call) => call.respond(500, bodies["says why"]), /HTTP 500.*the index is being rebuilt/],
	"500 without one": [(call) => call.respond(500), /HTTP 500 Internal Server Error; something is wrong at the server/],
	"500 with an error for another request": [(call) => call.respond(500, rpcError(9999), json), /HTTP 500.*disk full/],
	"502 as a page": [
		(call) => call.respond(502, page, html),
		/HTTP 502.*an HTML page, "502 upstream/,
		/^(?!.*(body|Sorry|ray id))/s,
	],
	"503 without a time": [(call) => call.respond(503, "down"), /HTTP 503 Service Unavailable: down; try again later/],
	"503 with a time that is too far": [
		(call) => call.respond(503, "", { "retry-after": "3600" }),
		/HTTP 503/,
		/left alone for 3600 s/,
	],
	"429 with a time that is too far": [
		(call) => call.respond(429, "slow down", { "retry-after": "3600" }),
		/HTTP 429 Too Many Requests: slow down/,
		/left alone for 3600 s/,
	],
	"429 without a time": [(call) => call.respond(429), /HTTP 429.*try again later/],
	"a page where an answer belongs": [
		(call) => call.respond(200, page, html),
		/HTTP 200 \(text\/html/,
		/an HTML page, "502 upstream/,
		/^(?!.*(body|Sorry))/s,
	],
	"text where an answer belongs": [
		(call) => call.respond(200, "it works!", { "content-type": "text/plain" }),
		/it works!/,
	],
	"JSON that is no message": [(call) => call.respond(200, '{"ok":true}', json), /HTTP 200 \(application\/json\)/],
	"JSON that is cut short": [
		(call) => call.respond(200, call.reply("x").slice(0, -3), json),
		/HTTP 200 \(application\/json\)/,
	],
	"nothing at all": [(call) => call.respond(200), /HTTP 200 \(no content type\) and nothing else/],
	"202 without a body": [(call) => call.respond(202), /HTTP 202.*nothing else/],
	"204": [(call) => call.head(204, { "content-length": "0" }), /HTTP 204.*nothing else/],
	"what is no HTTP": [(call) => call.write("SSH-2.0-OpenSSH_9.6\r\nsee you\r\n\r\n"), /^(?!.*verbose)/],
	"gzip that is none": [
		(call) => call.respond(200, call.reply("x"), { ...json, "content-encoding": "gzip" }),
		/^(?!.*verbose)/,
	],
	"the answer to another request": [
		(call) => call.respond(200, call.reply("x").replace(/"id":\d+/, '"id":9999'), json),
		/no reply to the request/,
	],
};

let server: ScriptedServer;
let proxy: RemoteProxy;

beforeAll(async () => {
	const tools = Object.entries(refusals).map(([name, [act]]) => [name, act]);
	server = await startScripted({ tools: Object.fromEntries(tools) });
	proxy = await startProxyOf(server);
	await proxy.call("echo", { text: "warm" });
});

afterAll(async () => {
	await proxy[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
});

test.each(Object.entries(refusals))("%s is told of at once, and the call not repeated", async (name, [, ...wanted]) => {
	const sessions = server.of("initialize").length;
	const text = errorTextOf(await proxy.call(name));
	const isSignIn = name.startsWith("401");
	expect(text).toStartWith(isSignIn ? 'Group "remote" needs a sign-in: ' : `${name} of group "remote" got no answer: `);
	expect(wanted.filter((pattern) => !pattern.test(text)).map((pattern) => `${pattern} is not in ${text}`)).toEqual([]);
	expect(server.of(name)).toHaveLength(1);
	// The group goes on as it was.
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(server.of("initialize")).toHaveLength(sessions);
});

test.each([200, 400, 404, 429, 500, 503])(
	"a JSON-RPC error for the request, with HTTP %d, reaches the client as it is",
	async (status) => {
		await using server = await startScripted({
			tools: { work: (call) => call.respond(status, rpcError(call.message?.id), json) },
		});
		await using proxy = await startProxyOf(server);
		const reply = await proxy.call("work");
		expect(proxy.lines.at(-1)?.text).toBe(rpcError(reply.id));
	},
);

test.concurrent.each([
	["429 with Retry-After in seconds", 429, (): string => "1"],
	["503 with Retry-After in seconds", 503, (): string => "1"],
	["429 with Retry-After as a date", 429, (): string => new Date(Date.now() + 1_500).toUTCString()],
] as const)("%s makes the call wait, and be made again", async (_what, status, after) => {
	await using server = await startScripted({
		tools: { work: once((call) => call.respond(status, "later", { "retry-after": after() })) },
	});
	await using proxy = await startProxyOf(server);
	const startedAt = performance.now();
	expect(goodTextOf(await proxy.call("work"))).toBe("at last");
	// A date has whole seconds only.
	expect(performance.now() - startedAt).toBeGreaterThan(after() === "1" ? 950 : 100);
	expect(server.of("work")).toHaveLength(2);
});

test.concurrent("a server that puts a call off without end is asked a few times only", async () => {
	await using server = await startScripted({
		tools: { work: (call) => call.respond(429, "later", { "retry-after": "0" }) },
	});
	await using proxy = await startProxyOf(server);
	expect(errorTextOf(await proxy.call("work"))).toContain("HTTP 429");
	expect(server.of("work")).toHaveLength(6);
});

test.concurrent("a tool that is put off for too long does not keep the others of its group from working", async () => {
	await using server = await startScripted({
		tools: { work: (call) => call.respond(429, "", { "retry-after": "3600" }) },
	});
	await using proxy = await startProxyOf(server);
	for (const _time of [1, 2, 3, 4]) expect(errorTextOf(await proxy.call("work"))).toContain("HTTP 429");
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(await stateOf(proxy, "remote")).toBe("");
	expect(server.of("initialize")).toHaveLength(1);
});

test.concurrent("a call that is put off for longer than it has time fails at once", async () => {
	await using server = await startScripted({
		tools: { work: (call) => call.respond(429, "", { "retry-after": "30" }) },
	});
	await using proxy = await startProxyOf(server, { timeout: { tools: "20s" } });
	// An answer is awaited for 4 s here, which is less than either.
	expect(errorTextOf(await proxy.call("work"))).toMatch(/HTTP 429.*left alone for 30 s/);
	expect(server.of("work")).toHaveLength(1);
});

test.concurrent.each([
	[403, "", /HTTP 403.*not allowed/],
	[404, "", /HTTP 404.*no MCP server at .*\/mcp; check the url in the config/],
	[502, page, /HTTP 502.*an HTML page, "502 upstream/],
	[200, page, /HTTP 200 \(text\/html.*an HTML page, "502 upstream/],
] as const)("initialize that is refused with HTTP %d is told of with what to do", async (status, body, wanted) => {
	await using server = await startScripted({ on: { initialize: (request) => request.respond(status, body, html) } });
	await using proxy = await startProxyOf(server, { type: "http" });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/^Group "remote" could not be (connected to|reached): /);
	expect(text).toMatch(wanted);
	expect(text).not.toMatch(/Sorry|ray id/);
});

test.concurrent("initialize that is refused by a server without sign-in is told of with what to do", async () => {
	await using server = await startScripted({ on: { initialize: (request) => request.respond(401, "who?") } });
	await using proxy = await startProxyOf(server, { type: "http" });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(
		/^Group "remote" needs a sign-in: HTTP 401 Unauthorized: who\?; .* But no sign-in is possible at .* HTTP 404.* Or give it a token by "headers": {"Authorization": /,
	);
});
