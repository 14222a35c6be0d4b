/** A model calls a tool, in all the ways models do. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { callTool, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const servers = { echo: fixture("echo"), slow: fixture("slow") };

test.each([
	["as an object", { group: "echo", name: "echo", args: { text: "hi" } }],
	["as a JSON string", { group: "echo", name: "echo", args: '{"text":"hi"}' }],
	["as `arguments`", { group: "echo", name: "echo", arguments: { text: "hi" } }],
	["as a JSON string in `arguments`", { group: "echo", name: "echo", arguments: '{"text":"hi"}' }],
	["at top level", { group: "echo", name: "echo", text: "hi" }],
	["with `group/name` as the name", { name: "echo/echo", args: { text: "hi" } }],
	["with the group and `group/name`", { group: "echo", name: "echo/echo", args: { text: "hi" } }],
])("takes the arguments %s", async (_how, args) => {
	await using proxy = await startProxy({ servers });
	expect(goodTextOf(await callTool(proxy, "call_dynamic_tool", args))).toBe("hi");
});

test.each([
	["none", {}],
	["null", { args: null }],
	["an empty object", { args: {} }],
	["an empty string", { args: "" }],
])("sends an empty object for %s as arguments", async (_what, args) => {
	await using proxy = await startProxy({ servers });
	const reply = await callTool(proxy, "call_dynamic_tool", { group: "echo", name: "received", ...args });
	expect(JSON.parse(goodTextOf(reply))).toMatchObject({ name: "received", arguments: {} });
});

test("passes arguments and `_meta` on as they are", async () => {
	await using proxy = await startProxy({ servers });
	const args = { text: "ü🚀", nested: { list: [1, null, { "": true }] }, group: "mine", name: "mine too" };
	const reply = await proxy.request("tools/call", {
		name: "call_dynamic_tool",
		arguments: { group: "echo", name: "received", args },
		_meta: { "com.example/trace": "t-1" },
	});
	expect(JSON.parse(goodTextOf(reply))).toMatchObject({
		name: "received",
		arguments: args,
		_meta: { "com.example/trace": "t-1" },
	});
});

test("greets a server properly before it calls anything", async () => {
	await using proxy = await startProxy({ servers });
	const methods = JSON.parse(goodTextOf(await proxy.callTool("echo", "methods"))) as string[];
	expect(methods.slice(0, 2)).toEqual(["initialize", "notifications/initialized"]);
	expect(methods.at(-1)).toBe("tools/call");
});

test("keeps one process per group", async () => {
	await using proxy = await startProxy({ servers });
	const first = goodTextOf(await proxy.callTool("echo", "pid"));
	await proxy.discover("echo");
	const second = goodTextOf(await proxy.callTool("echo", "pid"));
	expect(proxy.children().map(String)).toEqual([first]);
	expect(second).toBe(first);
});

test("answers an unknown tool with the nearest name", async () => {
	await using proxy = await startProxy({ servers });
	const text = errorTextOf(await proxy.callTool("echo", "piant", { color: "red" }));
	expect(text).toContain("piant");
	expect(text).toMatch(/did you mean\b.*paint/i);
});

test("answers an unknown group with the nearest name and all groups", async () => {
	await using proxy = await startProxy({ servers });
	const text = errorTextOf(await proxy.callTool("slwo", "pid"));
	expect(text).toMatch(/did you mean\b.*slow/i);
	expect(text).toContain("echo");
});

test.each([
	["group", { name: "pid" }],
	["name", { group: "echo" }],
	["group", {}],
	["group", { group: 5, name: "pid" }],
])("asks for a %s that is missing in %j", async (missing, args) => {
	await using proxy = await startProxy({ servers });
	expect(errorTextOf(await callTool(proxy, "call_dynamic_tool", args))).toContain(missing);
});

test("answers wrong arguments with each problem and the signature, without calling the server", async () => {
	await using proxy = await startProxy({ servers });
	const text = errorTextOf(await proxy.callTool("echo", "paint", { color: "blue", coats: 0, ladder: true }));
	expect(["color", "red", "green", "coats", "ladder", "paint("].filter((part) => !text.includes(part))).toEqual([]);
	expect(goodTextOf(await proxy.callTool("echo", "paint_calls"))).toBe("0");
});

test("answers a missing argument with its name and the signature", async () => {
	await using proxy = await startProxy({ servers });
	const text = errorTextOf(await proxy.callTool("echo", "echo"));
	expect(text).toContain("text");
	expect(text).toContain("echo(text: string)");
});

test.each(["{ text: hi", "[1]", "5"])("answers arguments that are no object, like %j, with an error", async (args) => {
	await using proxy = await startProxy({ servers });
	expect(errorTextOf(await proxy.callTool("echo", "received", args))).toContain("args");
});

test("passes a JSON-RPC error of the server on, with code, message and data", async () => {
	await using proxy = await startProxy({ servers: { bank: fixture("error-reply") } });
	const { error } = await proxy.callTool("bank", "fail");
	expect(error).toEqual({
		code: -32042,
		message: "sign in first",
		data: { url: "https://example.com/?a=1", list: [1, null, { b: "ü" }] },
	});
});

test("adds no data to an error that has none", async () => {
	await using proxy = await startProxy({ servers: { bank: fixture("error-reply") } });
	const { error } = await proxy.callTool("bank", "fail_plainly");
	expect(error).toEqual({ code: 17, message: "no reason given" });
});

test("names a tool that is neither of the two", async () => {
	await using proxy = await startProxy({ servers });
	const reply = await callTool(proxy, "brew_coffee");
	expect(JSON.stringify(reply.error ?? errorTextOf(reply))).toContain("brew_coffee");
});
