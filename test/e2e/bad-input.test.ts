/** A client writes what it should not. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { callTool, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const isAnonymous = ({ id }: { id?: unknown }) => id === null;

test.each(["not json", "{", '{"jsonrpc":"2.0","id":1,', "\u0000"])("refuses %j as no JSON", async (line) => {
	await using proxy = await startProxy();
	await proxy.sendRaw(`${line}\n`);
	const reply = await proxy.nextMessage(isAnonymous);
	expect(reply).toMatchObject({ jsonrpc: "2.0", id: null, error: { code: -32700, message: expect.any(String) } });
	expect((await proxy.request("ping")).result).toEqual({});
});

test.each(["5", "null", '"ping"', "true", "{}", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","method":5,"id":"x"}'])(
	"refuses %j as no message",
	async (line) => {
		await using proxy = await startProxy();
		await proxy.sendRaw(`${line}\n`);
		const reply = await proxy.nextMessage(({ error }) => error !== undefined);
		expect(reply).toMatchObject({ jsonrpc: "2.0", error: { code: -32600, message: expect.any(String) } });
		expect((await proxy.request("ping")).result).toEqual({});
	},
);

test.each(["", "\r", "  ", "\t"])("ignores the empty line %j", async (line) => {
	await using proxy = await startProxy({ initialize: false });
	await proxy.sendRaw(`${line}\n${line}\n`);
	await proxy.request("ping", undefined, { id: "after" });
	expect(proxy.messages()).toEqual([{ jsonrpc: "2.0", id: "after", result: {} }]);
});

test("reads lines that end as on Windows, come in pieces, or come together", async () => {
	await using proxy = await startProxy({ initialize: false });
	const [one, two, three] = ["one", "two", "three"].map((id) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }));
	await proxy.sendRaw(`${one}\r\n${two}\n${three?.slice(0, 20)}`);
	await proxy.nextMessage(({ id }) => id === "two");
	await proxy.sendRaw(`${three?.slice(20)}\n`);
	await proxy.nextMessage(({ id }) => id === "three");
	expect(proxy.messages().map(({ id }) => id)).toEqual(["one", "two", "three"]);
});

test.each([0, -1, 9_007_199_254_740_991, "", "abc", "1", "ü🚀"])(
	"answers the id %j with exactly that id",
	async (id) => {
		await using proxy = await startProxy({ servers: { echo: fixture("echo") }, initialize: false });
		const ping = await proxy.request("ping", undefined, { id });
		const call = { name: "call_dynamic_tool", arguments: { group: "echo", name: "echo", args: { text: "hi" } } };
		const echoed = await proxy.request("tools/call", call, { id });
		const refused = await proxy.request("no/such", undefined, { id });
		expect([ping.id, echoed.id, refused.id]).toEqual([id, id, id]);
		expect(goodTextOf(echoed)).toBe("hi");
	},
);

test.each([
	["a call", '"tools/call","params":{"name":"get_dynamic_tools","arguments":{"group":"echo"}}'],
	["tools/list", '"tools/list"'],
	["ping", '"ping"'],
	["an unknown method", '"no/such"'],
])("refuses %s with an id that is still in use, and answers the first request all the same", async (_what, method) => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const args = { group: "echo", name: "meet", args: { count: 2 } };
	const params = { name: "call_dynamic_tool", arguments: args };
	const first = proxy.request("tools/call", params, { id: 5 });
	await proxy.sendRaw(`{"jsonrpc":"2.0","id":5,"method":${method}}\n`);
	const refusal = await proxy.nextMessage(isAnonymous);
	const second = await callTool(proxy, "call_dynamic_tool", args);
	expect(refusal).toMatchObject({ id: null, error: { code: -32600, message: expect.stringContaining("5") } });
	expect([await first, second].map(goodTextOf)).toEqual(["met", "met"]);
});

test("takes an id again once it was answered", async () => {
	await using proxy = await startProxy();
	const replies = [await proxy.request("ping", {}, { id: 5 }), await proxy.request("ping", {}, { id: 5 })];
	expect(replies.map(({ result }) => result)).toEqual([{}, {}]);
});

const batch = [
	{ jsonrpc: "2.0", id: "p", method: "ping" },
	{ jsonrpc: "2.0", method: "notifications/whatever" },
	{ jsonrpc: "2.0", id: "x", method: "no/such" },
	{
		jsonrpc: "2.0",
		id: 0,
		method: "tools/call",
		params: { name: "call_dynamic_tool", arguments: { group: "echo", name: "echo", args: { text: "hi" } } },
	},
];

test.each(["2024-11-05", "2025-03-26"])("answers a batch with one array in a session of %s", async (version) => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") }, initialize: version });
	await proxy.sendRaw(`${JSON.stringify(batch)}\n`);
	const replies = await proxy.nextBatch();
	const outcomes = replies.map(({ id, result, error }) => ({ id, outcome: error?.code ?? result }));
	expect(outcomes.sort((a, b) => String(b.id).localeCompare(String(a.id)))).toEqual([
		{ id: "x", outcome: -32601 },
		{ id: "p", outcome: {} },
		{ id: 0, outcome: { content: [{ type: "text", text: "hi" }] } },
	]);
});

test("answers a batch of notifications with nothing, and an empty one with an error", async () => {
	await using proxy = await startProxy({ initialize: "2025-03-26" });
	await proxy.sendRaw('[{"jsonrpc":"2.0","method":"notifications/whatever"}]\n[]\n');
	const reply = await proxy.nextMessage(isAnonymous);
	await proxy.request("ping", undefined, { id: "after" });
	expect(reply.error?.code).toBe(-32600);
	expect(proxy.messages().map(({ id }) => id)).toEqual([proxy.greeting?.id, null, "after"]);
});

test.each(["2025-06-18", "2025-11-25"])("refuses a batch in a session of %s, saying so", async (version) => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") }, initialize: version });
	await proxy.sendRaw(`${JSON.stringify(batch)}\n`);
	const reply = await proxy.nextMessage(isAnonymous);
	expect(reply.error).toMatchObject({ code: -32600, message: expect.stringMatching(/batch/i) });
	expect((await proxy.request("ping")).result).toEqual({});
	expect(proxy.lines).toHaveLength(3);
});

test.each([
	'{"jsonrpc":"2.0","id":99,"result":{}}',
	'{"jsonrpc":"2.0","id":"99","error":{"code":1,"message":"no"}}',
	'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}',
])("ignores the response %s that nobody asked for", async (line) => {
	await using proxy = await startProxy();
	await proxy.sendRaw(`${line}\n`);
	await proxy.request("ping", undefined, { id: "after" });
	expect(proxy.messages().map(({ id }) => id)).toEqual([proxy.greeting?.id, "after"]);
});

test("survives bytes that are no UTF-8, alone and inside a message", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	await proxy.sendRaw(Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 10));
	await proxy.sendRaw(
		Buffer.concat([
			Buffer.from('{"jsonrpc":"2.0","id":"'),
			Uint8Array.of(0xe2, 0x28),
			Buffer.from('","method":"ping"}\n'),
		]),
	);
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text: "ü" }))).toBe("ü");
});

test.each([
	["no params", undefined],
	["params that are no object", []],
	["no name", { arguments: {} }],
	["a name that is no string", { name: 5 }],
])("answers tools/call with %s", async (_what, params) => {
	await using proxy = await startProxy();
	const reply = await proxy.request("tools/call", params);
	expect(reply.error?.message ?? errorTextOf(reply)).toBeString();
});
