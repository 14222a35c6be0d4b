/** Servers at a URL that send whoever asks to another address. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { type Certificates, makeCertificates } from "../helpers/certificates.ts";
import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";

const headers = { Authorization: "Bearer s3cret-t0ken", "X-Tenant": "tenant-of-mine" };

/** Every message, GET and DELETE of an MCP client. */
const labels = ["initialize", "notifications/initialized", "tools/list", "echo", "GET", "DELETE"];

function redirecting(status: number, to: () => string): Record<string, Act> {
	const redirect: Act = (request) => request.respond(status, "", { location: to() });
	return Object.fromEntries(labels.map((label) => [label, redirect]));
}

/** What a server has seen of the headers in the config. */
function seenHeaders(server: ScriptedServer) {
	return {
		authorization: new Set(server.requests.map(({ headers }) => headers.get("authorization"))),
		tenant: new Set(server.requests.map(({ headers }) => headers.get("x-tenant"))),
	};
}

const withHeaders = { authorization: new Set([headers.Authorization]), tenant: new Set([headers["X-Tenant"]]) };
const withoutHeaders = { authorization: new Set([null]), tenant: new Set([null]) };

test.each([307, 308])("HTTP %d to another origin is followed, without the headers of the config", async (status) => {
	await using target = await startScripted();
	await using server = await startScripted({ on: redirecting(status, () => target.url) });
	await using proxy = await startProxyOf(server, { headers });
	expect(goodTextOf(await proxy.call("echo", { text: "one" }))).toBe("one");
	expect(goodTextOf(await proxy.call("echo", { text: "two" }))).toBe("two");
	await proxy.end();
	expect(target.requests.map(({ label }) => label).sort()).toEqual(
		["DELETE", "GET", "echo", "echo", "initialize", "notifications/initialized", "tools/list"].sort(),
	);
	expect(seenHeaders(target)).toEqual(withoutHeaders);
	// What has been found out is not asked again, and only its own server was told who we are.
	expect(server.requests.map(({ label }) => label)).toEqual(["initialize"]);
	expect(seenHeaders(server)).toEqual(withHeaders);
});

test.each([301, 302, 307, 308])(
	"HTTP %d within the same origin is followed with the headers and the message",
	async (status) => {
		await using server = await startScripted();
		// As servers do that want a slash at the end of their address.
		server.on["initialize"] = (request) => {
			delete server.on["initialize"];
			request.respond(status, "", { location: "/mcp/" });
		};
		await using proxy = await startProxyOf(server, { headers });
		expect(goodTextOf(await proxy.call("echo", { text: "one" }))).toBe("one");
		expect(server.requests.map(({ target }) => target).slice(0, 3)).toEqual(["/mcp", "/mcp/", "/mcp/"]);
		expect(server.of("initialize").map(({ method }) => method)).toEqual(["POST", "POST"]);
		expect(seenHeaders(server)).toEqual(withHeaders);
	},
);

test.each([
	["301 to another origin", 301, "/mcp"],
	["302 to another origin", 302, "/login?token=s3cret-t0ken"],
	["303 to another origin", 303, "/mcp"],
] as const)("HTTP %s is not followed, and the error names the place", async (_what, status, path) => {
	await using target = await startScripted();
	await using server = await startScripted({ on: redirecting(status, () => `${target.origin}${path}`) });
	await using proxy = await startProxyOf(server, { headers });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toContain(`HTTP ${status}: it redirects to ${target.origin}${path.replace(/\?.*/, "")}; if that is`);
	expect(text).not.toContain("s3cret-t0ken");
	expect(target.requests).toEqual([]);
});

test("303 within the same origin is not followed either: the message would be lost", async () => {
	await using server = await startScripted();
	Object.assign(
		server.on,
		redirecting(303, () => "/page"),
	);
	await using proxy = await startProxyOf(server);
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toContain(`it redirects to ${server.origin}/page`);
	expect(server.of("GET")).toEqual([]);
});

test("a server that redirects to itself without end is given up", async () => {
	await using server = await startScripted();
	Object.assign(
		server.on,
		redirecting(307, () => server.url),
	);
	await using proxy = await startProxyOf(server);
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toContain("redirects without end");
	expect(server.of("initialize").length).toBeLessThan(30);
});

test.each(["file:///etc/passwd", "http://", "ftp://127.0.0.1/"])(
	"a redirect to %s is an error that shows it",
	async (to) => {
		await using server = await startScripted({ on: redirecting(307, () => to) });
		await using proxy = await startProxyOf(server);
		expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toContain(
			`redirects to "${to}", which is no http address`,
		);
	},
);

test("a place of another origin that wants to know who we are is told of with what to do", async () => {
	await using target = await startScripted({ on: { initialize: (request) => request.respond(401) } });
	await using server = await startScripted({ on: redirecting(307, () => target.url) });
	await using proxy = await startProxyOf(server, { headers });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/HTTP 401/);
	expect(text).toContain(`a redirect led to ${target.origin}, where the headers of the config are not sent`);
});

test("a redirect of a call to another origin is followed for that call", async () => {
	await using target = await startScripted({
		on: { echo: (call) => call.answer(`there, as ${call.sessionId} and ${call.headers.get("authorization")}`) },
	});
	await using server = await startScripted();
	server.on["echo"] = (call) => call.respond(307, "", { location: target.url });
	await using proxy = await startProxyOf(server, { headers });
	expect(goodTextOf(await proxy.call("echo", { text: "x" }))).toBe("there, as session-1 and null");
});

describe("from an https address to an http one", () => {
	let certificates: Certificates;
	beforeAll(async () => {
		certificates = await makeCertificates();
	});
	afterAll(() => certificates[Symbol.asyncDispose]());

	function startTls(on: Record<string, Act> = {}): Promise<ScriptedServer> {
		const { certText: cert, keyText: key } = certificates.server;
		return startScripted({ tls: { cert, key }, on });
	}

	test.each([307, 308, 302])("HTTP %d of another server is not followed, and the error says so", async (status) => {
		await using target = await startScripted();
		await using server = await startTls(redirecting(status, () => target.url));
		await using proxy = await startProxyOf(server, { headers, tls: { ca: certificates.authority.cert } });
		const text = errorTextOf(await proxy.call("echo", { text: "x" }));
		expect(text).toContain(`it redirects to ${target.url}, which is not encrypted`);
		expect(target.requests).toEqual([]);
	});

	test("a server that takes itself for an http one is asked by https, with the headers", async () => {
		await using server = await startTls();
		server.on["initialize"] = (request) => {
			delete server.on["initialize"];
			request.respond(307, "", { location: `${server.url.replace("https:", "http:")}/` });
		};
		await using proxy = await startProxyOf(server, { headers, tls: { ca: certificates.authority.cert } });
		expect(goodTextOf(await proxy.call("echo", { text: "one" }))).toBe("one");
		expect(server.requests.map(({ target }) => target).slice(0, 2)).toEqual(["/mcp", "/mcp/"]);
		expect(seenHeaders(server)).toEqual(withHeaders);
	});
});
