/** Servers are told what the client can do, no more and no less, and the client is spared what it cannot do. */
import { expect, test } from "bun:test";

import { allCapabilities, startAbleProxy } from "../helpers/able-proxy.ts";
import { goodTextOf, type Message } from "../helpers/messages.ts";
import type { Proxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const servers = { one: fixture("whole-protocol", { args: ["one"] }) };
const extensions = { "com.example/echo": { version: 3 }, "com.example/unheard-of": {} };
/** Has one of the client's extensions, and one that the client does not have. */
const extended = fixture("whole-protocol", {
	args: ["two", JSON.stringify({ extensions: { "com.example/echo": { limit: 7 }, "com.example/other": {} } })],
});

async function receivedBy(proxy: Proxy, group: string): Promise<Message[]> {
	return JSON.parse(goodTextOf(await proxy.callTool(group, "received"))) as Message[];
}

test.each([
	["all that there are", JSON.stringify(allCapabilities)],
	["none", "{}"],
	[
		"unknown ones, odd numbers and an odd order",
		'{"zebra":{"2":1.0,"1":[null]},"roots":{},"experimental":{"é":12345678901234567890}}',
	],
])("a server gets the client's capabilities as they came: %s", async (_what, capabilities) => {
	await using proxy = await startAbleProxy({ servers: { echo: fixture("echo"), ...servers } }, capabilities);
	expect(goodTextOf(await proxy.callTool("one", "greeting"))).toContain(`"capabilities":${capabilities},`);
});

test("a server that is started with us waits to hear what the client can do", async () => {
	const eager = { one: { ...servers.one, startup: "eager" } };
	await using proxy = await startAbleProxy({ servers: eager }, { roots: { listChanged: true } });
	expect(goodTextOf(await proxy.callTool("one", "greeting"))).toContain(
		'"capabilities":{"roots":{"listChanged":true}}',
	);
});

test.each([
	["sampling/createMessage", "sampling"],
	["elicitation/create", "elicitation"],
	["roots/list", "roots"],
	["tasks/get", "tasks"],
])("%s is refused for a client without it, which hears nothing of it", async (method, capability) => {
	const { [capability as keyof typeof allCapabilities]: _lacking, ...capabilities } = allCapabilities;
	await using proxy = await startAbleProxy({ servers }, capabilities);
	const reply = await proxy.callTool("one", "ask", { method, params: { taskId: "t" } });
	expect(JSON.parse(goodTextOf(reply))).toEqual({
		by: "one",
		error: { code: -32601, message: expect.stringContaining(capability) as string },
	});
	expect(proxy.messages().filter((message) => message.method !== undefined && message.id !== undefined)).toEqual([]);
});

test("the client's roots are asked for, and servers hear that they have changed", async () => {
	await using proxy = await startAbleProxy({ servers });
	const call = await proxy.beginCall("one", "ask", { method: "roots/list" });
	const request = await proxy.nextRequest("roots/list");
	expect(Object.keys(request)).not.toContain("params");
	await proxy.answer(request, { roots: [{ uri: "file:///a", "x-more": 1 }] });
	const got = JSON.parse(goodTextOf(await proxy.replyTo(call))) as unknown;
	expect(got).toEqual({ by: "one", result: { roots: [{ uri: "file:///a", "x-more": 1 }] } });
	await proxy.notify("notifications/roots/list_changed");
	const seen = (await receivedBy(proxy, "one")).map(({ method }) => method);
	expect(seen.filter((method) => method === "notifications/roots/list_changed")).toHaveLength(1);
});

test("a server does not hear of roots from a client that has said to have none", async () => {
	await using proxy = await startAbleProxy({ servers }, {});
	await proxy.callTool("one", "pid");
	await proxy.notify("notifications/roots/list_changed");
	expect((await receivedBy(proxy, "one")).map(({ method }) => method)).not.toContain(
		"notifications/roots/list_changed",
	);
});

test("an extension of both sides works both ways, and is announced as soon as the server is known to have it", async () => {
	await using directory = openTempDir();
	const options = { servers: { ...servers, two: extended }, cacheDir: `${directory.path}/cache` };
	const capabilities = { ...allCapabilities, extensions };
	await using first = await startAbleProxy(options, capabilities);
	const call = await first.beginCall("two", "ask", { method: "echo/ask", params: { a: 1 } });
	const request = await first.nextRequest("echo/ask");
	expect(request.params).toEqual({ a: 1 });
	await first.answer(request, { heard: true });
	expect(JSON.parse(goodTextOf(await first.replyTo(call)))).toEqual({ by: "two", result: { heard: true } });
	await first.callTool("two", "say", { method: "notifications/echo/loud", params: { b: 2 } });
	expect(await first.nextNotice("notifications/echo/loud")).toMatchObject({ params: { b: 2 } });
	await first.notify("notifications/echo/quiet", { c: 3 });
	const sides = await Promise.all(["one", "two"].map((group) => receivedBy(first, group)));
	const heard = sides.map((side) => side.filter(({ method }) => method === "notifications/echo/quiet").length);
	expect(heard).toEqual([0, 1]);
	await first.closeStdin();
	await first.exited;

	await using second = await startAbleProxy(options, capabilities);
	const announced = second.greeting?.result?.["capabilities"] as Record<string, unknown>;
	expect(announced["extensions"]).toEqual({ "com.example/echo": { limit: 7 } });
	const params = { group: "is the extension's own", big: 1 };
	expect((await second.request("echo/do", params)).result).toEqual({ by: "two", params });
});

test("what is no method of anybody's is refused, in both directions", async () => {
	await using proxy = await startAbleProxy({ servers: { ...servers, two: extended } });
	const reply = await proxy.callTool("two", "ask", { method: "no/such", params: {} });
	const refused = { code: -32601, message: expect.stringContaining("no/such") as string };
	expect(JSON.parse(goodTextOf(reply))).toEqual({ by: "two", error: refused });
	expect((await proxy.request("no/such")).error).toEqual(refused);
	expect((await proxy.request("echo/do", {})).error).toEqual({
		...refused,
		message: expect.stringContaining("echo/do"),
	});
});
