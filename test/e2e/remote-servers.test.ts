/** Servers at a URL give through the proxy what they give directly, whatever their transport. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { type KnownCall, knownCalls, progressOf } from "../fixtures/http/calls.ts";
import { connectToServer, type HttpClient } from "../helpers/http-client.ts";
import { type HttpServerName, startHttpServer } from "../helpers/http-servers.ts";
import { goodTextOf, type Message } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";

const ours = ["stateful", "stateless", "json", "resumable", "sse"] as const;
const official = ["everything", "everything-sse"] as const;
const all: readonly HttpServerName[] = [...ours, ...official];

const stack = new AsyncDisposableStack();
const direct = new Map<HttpServerName, HttpClient>();
let proxy: Proxy;

beforeAll(async () => {
	const entries = all.map(async (name) => {
		const server = stack.use(await startHttpServer(name));
		direct.set(name, stack.use(await connectToServer(server)));
		return [name, { url: server.url }];
	});
	proxy = stack.use(
		await startProxy({ servers: Object.fromEntries(await Promise.all(entries)), settings: { resultBudget: 0 } }),
	);
});

afterAll(() => stack.disposeAsync());

function directly(group: HttpServerName): HttpClient {
	const client = direct.get(group);
	if (client === undefined) throw new Error(`${group} did not start`);
	return client;
}

/** What a reply says, whoever asked. */
function withoutId(reply: Message): object {
	return { ...reply, id: undefined };
}

const isProgress = ({ method }: Message) => method === "notifications/progress";

/** The reply and the progress of the same call, made directly and through the proxy. */
async function callBothWays(group: HttpServerName, name: string, args: KnownCall["args"], progressToken: string) {
	const client = directly(group);
	const isOurs = (message: Message) => isProgress(message) && message.params?.["progressToken"] === progressToken;
	const meta = { progressToken };
	const expected = await client.callTool(name, args, meta);
	const params = { name: "call_dynamic_tool", arguments: { group, name, args }, _meta: meta };
	const actual = await proxy.request("tools/call", params);
	return {
		direct: { reply: withoutId(expected), progress: client.messages().filter(isOurs) },
		proxied: { reply: withoutId(actual), progress: proxy.messages().filter(isOurs) },
	};
}

test.each(all)("discovery of %s lists the tools that the official client sees, in their order", async (group) => {
	const { tools } = await directly(group).client.listTools();
	const text = goodTextOf(await proxy.discover(group));
	const names = Array.from(text.matchAll(/^([\w-]+)\(/gm), ([, name]) => name);
	expect(names).toEqual(tools.map(({ name }) => name));
	expect(names.length).toBeGreaterThan(9);
});

describe.each(ours)("%s gives the same as directly", (group) => {
	test.each(knownCalls)("for $tool", async ({ tool, args, reply }) => {
		const expected = await directly(group).callTool(tool, args);
		const actual = await proxy.callTool(group, tool, args);
		expect(withoutId(actual)).toEqual(withoutId(expected));
		// Were the server broken, both would be the same, too.
		expect(withoutId(actual)).toEqual({ jsonrpc: "2.0", ...reply });
	});

	test("for a tool with progress, in its order and with the client's token", async () => {
		const token = `steps of ${group}`;
		const { direct, proxied } = await callBothWays(group, "progress", { steps: 5, delayMs: 1 }, token);
		expect(proxied).toEqual(direct);
		// A server that answers with JSON has nothing to send it on.
		expect(proxied.progress).toEqual(group === "json" ? [] : progressOf(token, 5));
	});

	test("for twenty calls that are at the server at the same time", async () => {
		const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
		const calls = texts.map((text) => proxy.callTool(group, "meet", { text, count: 20 }));
		expect((await Promise.all(calls)).map(goodTextOf)).toEqual(texts);
	});
});

describe.each(official)("%s gives the same as directly", (group) => {
	test.each([
		["echo", { message: "hello 🚀" }],
		["get-sum", { a: 0.1, b: 0.2 }],
		["get-tiny-image", {}],
		["get-annotated-message", { messageType: "error", includeImage: true }],
		["get-resource-links", { count: 4 }],
		["get-structured-content", { location: "Chicago" }],
	] as const)("for %s with %j", async (tool, args) => {
		const expected = await directly(group).callTool(tool, args);
		const actual = await proxy.callTool(group, tool, args);
		expect(goodTextOf(expected)).not.toBe("");
		expect(withoutId(actual)).toEqual(withoutId(expected));
	});

	test("for a tool with progress", async () => {
		const args = { duration: 0.1, steps: 2 };
		const both = await callBothWays(group, "trigger-long-running-operation", args, `steps of ${group}`);
		expect(both.proxied).toEqual(both.direct);
		expect(both.proxied.progress.map(({ params }) => params?.["progress"])).toEqual([1, 2]);
	});

	test("for twenty calls at a time", async () => {
		const messages = Array.from({ length: 20 }, (_, index) => `message ${index}`);
		const calls = messages.map((message) => proxy.callTool(group, "echo", { message }));
		expect((await Promise.all(calls)).map(goodTextOf)).toEqual(messages.map((message) => `Echo: ${message}`));
	});
});
