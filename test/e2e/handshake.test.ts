/** A client arrives: `initialize`, `ping`, and what comes before and between. */
import { expect, test } from "bun:test";

import { initializeParams, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

test.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
	"speaks %s with a client of that version",
	async (version) => {
		await using proxy = await startProxy({ initialize: version });
		expect(proxy.greeting?.result).toMatchObject({ protocolVersion: version });
	},
);

test.each(["9999-01-01", "2024-10-07", "", "1.0"])(
	"offers 2025-11-25 to a client that asks for %j",
	async (version) => {
		await using proxy = await startProxy({ initialize: version });
		expect(proxy.greeting?.result).toMatchObject({ protocolVersion: "2025-11-25" });
	},
);

test("offers 2025-11-25 to a client that names no version", async () => {
	await using proxy = await startProxy({ initialize: false });
	const reply = await proxy.request("initialize", {});
	expect(reply.result).toMatchObject({ protocolVersion: "2025-11-25" });
});

test("introduces itself with name, version and tools", async () => {
	await using proxy = await startProxy();
	expect(proxy.greeting).toMatchObject({
		jsonrpc: "2.0",
		id: 1,
		result: {
			capabilities: { tools: expect.any(Object) },
			serverInfo: { name: "dynamic-mcp", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
		},
	});
});

test("gives instructions of at most 2,000 bytes, however many groups there are", async () => {
	const names = Array.from({ length: 200 }, (_, index) => `group-number-${index}`);
	const servers = Object.fromEntries(names.map((name) => [name, fixture("echo", { description: "ü🚀".repeat(99) })]));
	await using proxy = await startProxy({ servers });
	const instructions = proxy.greeting?.result?.["instructions"];
	expect(instructions).toBeString();
	expect(Buffer.byteLength(String(instructions))).toBeLessThanOrEqual(2_000);
});

test("answers ping before and after initialize", async () => {
	await using proxy = await startProxy({ initialize: false });
	const before = await proxy.request("ping");
	await proxy.request("initialize", initializeParams());
	const after = await proxy.request("ping");
	expect([before.result, after.result]).toEqual([{}, {}]);
});

test("refuses an unknown method before and after initialize, by its name", async () => {
	await using proxy = await startProxy({ initialize: false });
	const before = await proxy.request("no/such", {});
	await proxy.request("initialize", initializeParams());
	const after = await proxy.request("no/such");
	const refusal = { code: -32601, message: expect.stringContaining("Method not found: no/such") };
	expect([before.error, after.error]).toEqual([expect.objectContaining(refusal), expect.objectContaining(refusal)]);
});

test("ignores a notification it does not know", async () => {
	await using proxy = await startProxy({ initialize: false });
	await proxy.notify("notifications/no/such", { a: 1 });
	await proxy.request("ping", undefined, { id: "after" });
	expect(proxy.messages()).toEqual([{ jsonrpc: "2.0", id: "after", result: {} }]);
});

test("answers initialize and tools/list that are written in one go, before any server has answered", async () => {
	await using proxy = await startProxy({ initialize: false, servers: { mute: fixture("never-initializes") } });
	const initialize = { jsonrpc: "2.0", id: "a", method: "initialize", params: initializeParams() };
	const list = { jsonrpc: "2.0", id: "b", method: "tools/list" };
	await proxy.sendRaw(`${JSON.stringify(initialize)}\n${JSON.stringify(list)}\n`);
	const reply = await proxy.nextMessage(({ id }) => id === "b");
	expect(reply.result).toMatchObject({ tools: [{ name: "get_dynamic_tools" }, { name: "call_dynamic_tool" }] });
});
