import { describe, expect, test } from "bun:test";

import { specOf } from "../../../test/helpers/driven-channel.ts";
import { deadUrl, openLocalServer, refusal, silence } from "../../../test/helpers/local-server.ts";
import { createEndpoint, type EndpointRequest, placeOf } from "./endpoint.ts";
import { RequestFailure } from "./failure.ts";

const { signal } = new AbortController();
const get: EndpointRequest = { method: "GET", headers: {}, signal };
const post: EndpointRequest = { method: "POST", headers: {}, body: '{"method":"m"}', signal };

/** The named headers of the only request, as the server saw them. */
async function headersOf(configured: Record<string, string>, headers: Record<string, string>, names: string[]) {
	await using server = openLocalServer();
	await createEndpoint(specOf(server.url, { headers: configured })).request({ ...post, headers });
	return Object.fromEntries(names.map((name) => [name, server.seen[0]?.headers.get(name) ?? null]));
}

describe("a request carries", () => {
	test("method, path, body and headers, those of the config and its own", async () => {
		await using server = openLocalServer();
		const endpoint = createEndpoint(specOf(`${server.url}?key=1`, { headers: { "X-Team": "red" } }));
		const { status } = await endpoint.request({ ...post, headers: { "X-Own": "yes" } });
		const [seen] = server.seen;
		expect({ status, ...seen, headers: [seen?.headers.get("x-team"), seen?.headers.get("x-own")] }).toMatchObject({
			status: 202,
			what: "m",
			path: "/mcp?key=1",
			text: '{"method":"m"}',
			headers: ["red", "yes"],
		});
	});

	test("bytes as they are", async () => {
		await using server = openLocalServer();
		await createEndpoint(specOf(server.url)).request({ ...post, body: new TextEncoder().encode('{"method":"é"}') });
		expect(server.seen[0]?.text).toBe('{"method":"é"}');
	});

	test("who we are", async () => {
		expect(await headersOf({}, {}, ["user-agent"])).toEqual({ "user-agent": "dynamic-mcp/2.0.0" });
	});

	test.each(["User-Agent", "user-agent"])("who the config says we are, as %s", async (name) => {
		expect(await headersOf({ [name]: "curl/8" }, {}, ["user-agent"])).toEqual({ "user-agent": "curl/8" });
	});

	test.each([
		["Accept", "accept"],
		["content-type", "Content-Type"],
		["MCP-Session-Id", "Mcp-Session-Id"],
		["mcp-protocol-version", "MCP-Protocol-Version"],
		["LAST-EVENT-ID", "Last-Event-ID"],
	])("the protocol's headers, whatever the config says: %s", async (configured, name) => {
		expect(await headersOf({ [configured]: "theirs" }, { [name]: "ours" }, [name])).toEqual({ [name]: "ours" });
	});

	test.each([
		["Content-Type", null],
		["MCP-Session-Id", null],
		["mcp-protocol-version", null],
		["LAST-EVENT-ID", null],
		// `fetch` has one of its own.
		["Accept", "*/*"],
	])("none of the protocol's headers by the config alone: %s", async (name, value) => {
		await using server = openLocalServer();
		const endpoint = createEndpoint(specOf(server.url, { headers: { [name]: "theirs" } }));
		await endpoint.request(get);
		expect(server.seen[0]?.headers.get(name) ?? null).toBe(value);
	});

	test("its own address, where it has one, and the config's headers there", async () => {
		await using server = openLocalServer();
		const endpoint = createEndpoint(specOf(server.url, { headers: { "X-Team": "red" } }));
		await endpoint.request({ ...post, url: `${server.origin}/messages?id=1` });
		const [seen] = server.seen;
		expect([seen?.path, seen?.headers.get("x-team"), endpoint.url]).toEqual(["/messages?id=1", "red", server.url]);
	});
});

test("an answer that says no is an answer", async () => {
	await using server = openLocalServer({ m: refusal(500, "oh") });
	const response = await createEndpoint(specOf(server.url)).request(post);
	expect([response.status, await response.text()]).toEqual([500, "oh"]);
});

test("a failure is told with the place, and not with what may be secret in the address", async () => {
	const url = await deadUrl();
	const endpoint = createEndpoint(specOf(`${url.replace("//", "//me:pass@")}?key=1`));
	const failure: unknown = await endpoint.request(get).catch((error: unknown) => error);
	expect(failure).toBeInstanceOf(RequestFailure);
	expect(String(failure)).toStartWith(`RequestFailure: nothing listens at ${url} (ECONNREFUSED);`);
	expect(endpoint.place).toBe(url);
});

test("the signal ends a request, with its reason, and the server sees it", async () => {
	await using server = openLocalServer({ m: silence });
	const abort = new AbortController();
	const requesting = createEndpoint(specOf(server.url)).request({ ...post, signal: abort.signal });
	const seen = await server.saw("m");
	const gone = new Promise((resolve) => {
		seen.signal.addEventListener("abort", resolve);
	});
	abort.abort(new Error("not needed any more"));
	expect(await requesting.catch(String)).toBe("Error: not needed any more");
	await gone;
});

test("a closed endpoint can still be used", async () => {
	await using server = openLocalServer();
	const endpoint = createEndpoint(specOf(server.url));
	await endpoint.request(post);
	endpoint.close();
	expect((await endpoint.request(post)).status).toBe(202);
});

test("the place of an address is what is not secret in it", () => {
	expect(placeOf("https://me:pass@mcp.example:8443/a/b?key=1#x")).toBe("https://mcp.example:8443/a/b");
});
