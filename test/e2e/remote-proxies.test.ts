/** The way to servers at a URL leads through a proxy where the environment says so. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";

import { type Certificates, makeCertificates } from "../helpers/certificates.ts";
import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { type Answer, type RawHttpServer, startRawHttp } from "../helpers/raw-http.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { startScripted } from "../helpers/scripted-http.ts";

interface ForwardProxy extends RawHttpServer {
	readonly url: string;
	/** What it was asked for so far, each once: `POST http://host/path`. */
	readonly asked: ReadonlySet<string>;
}

/** It takes every host for this machine. */
async function startForwardProxy(port: number): Promise<ForwardProxy> {
	const asked = new Set<string>();
	const forward: Answer = async (exchange) => {
		const { method, target, headers, body } = exchange;
		asked.add(`${method} ${target}`);
		const url = new URL(target);
		url.hostname = "127.0.0.1";
		url.port = String(port);
		const response = await fetch(url, { method, headers, redirect: "manual", ...(body === "" ? {} : { body }) });
		exchange.respond(response.status, await response.bytes(), Object.fromEntries(response.headers));
	};
	const server = await startRawHttp(forward);
	return { ...server, port: server.port, url: `http://127.0.0.1:${server.port}`, asked };
}

test.each(["HTTP_PROXY", "http_proxy"])(
	"%s is used for an http url, of a host that only the proxy knows",
	async (name) => {
		await using server = await startScripted();
		await using forward = await startForwardProxy(Number(new URL(server.url).port));
		await using proxy = await startProxyOf({ url: "http://mcp.invalid/mcp" }, {}, { env: { [name]: forward.url } });
		expect(goodTextOf(await proxy.call("echo", { text: "hello" }))).toBe("hello");
		await proxy.end();
		expect([...forward.asked].sort()).toEqual(
			["DELETE", "GET", "POST"].map((method) => `${method} http://mcp.invalid/mcp`),
		);
		expect(server.of("echo")).toHaveLength(1);
	},
);

test.each(["NO_PROXY", "no_proxy"])("%s leads past the proxy", async (name) => {
	await using server = await startScripted();
	await using forward = await startForwardProxy(Number(new URL(server.url).port));
	const env = { HTTP_PROXY: forward.url, [name]: "example.com,127.0.0.1" };
	await using proxy = await startProxyOf(server, {}, { env });
	expect(goodTextOf(await proxy.call("echo", { text: "hello" }))).toBe("hello");
	expect([...forward.asked]).toEqual([]);
});

test("a proxy that wants a sign-in is told of", async () => {
	await using forward = await startRawHttp((exchange) => exchange.respond(407));
	const env = { HTTP_PROXY: `http://127.0.0.1:${forward.port}` };
	await using proxy = await startProxyOf({ url: "http://mcp.invalid/mcp" }, {}, { env });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(/HTTP 407.*sign-in/);
});

let certificates: Certificates;

beforeAll(async () => {
	certificates = await makeCertificates();
});

afterAll(() => certificates[Symbol.asyncDispose]());

test("HTTPS_PROXY is used for an https url, and sees nothing of what is said", async () => {
	const { server: own, authority } = certificates;
	await using server = await startScripted({ tls: { cert: own.certText, key: own.keyText } });
	const asked: string[] = [];
	const tunnel: Answer = ({ method, target, takeOver }) => {
		asked.push(`${method} ${target}`);
		const there = connect(Number(target.split(":")[1]), "127.0.0.1");
		const socket = takeOver();
		socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
		socket.pipe(there).pipe(socket);
	};
	await using forward = await startRawHttp(tunnel);
	const env = { HTTPS_PROXY: `http://127.0.0.1:${forward.port}` };
	await using proxy = await startProxyOf(server, { tls: { ca: authority.cert } }, { env });
	expect(goodTextOf(await proxy.call("echo", { text: "hello" }))).toBe("hello");
	expect(new Set(asked)).toEqual(new Set([`CONNECT ${new URL(server.url).host}`]));
});

test("a proxy that lets nobody through is told of, and what to check", async () => {
	await using forward = await startRawHttp((exchange) => exchange.respond(403, "not from here"));
	const env = { HTTPS_PROXY: `http://127.0.0.1:${forward.port}` };
	await using proxy = await startProxyOf({ url: "https://mcp.invalid/mcp" }, {}, { env });
	const text = errorTextOf(await proxy.call("echo", { text: "x" }));
	expect(text).toMatch(/the proxy on the way does not let us through to https:\/\/mcp\.invalid\/mcp.*403.*HTTPS_PROXY/);
});
