import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createMemoryStore } from "../../test/helpers/offer-store.ts";
import { answered, call, createRelayed, echo, type Options } from "../../test/helpers/relayed.ts";

describe("what is known from an earlier run", () => {
	const offer = {
		tools: [echo],
		prompts: [],
		resources: [],
		resourceTemplates: [],
		instructions: undefined,
		serverInfo: {},
		protocolVersion: "2025-11-25",
		capabilities: {},
	};
	const discovery = { method: "tools/call", params: { name: "get_dynamic_tools", arguments: { group: "fs" } } };

	function createKnowing(options: Options = {}) {
		return createRelayed({ store: createMemoryStore(new Map([["fs", offer]])), ...options });
	}

	test("answers a discovery without the server", async () => {
		const { client, server } = createKnowing({ open: () => Promise.reject(new Error("it was opened")) });
		client.send({ id: 1, ...discovery });
		await quiet();
		expect([client.received(), server.received()]).toEqual([
			[answered(1, { content: [{ type: "text", text: expect.stringContaining("echo(text?: string)") }] })],
			[],
		]);
	});

	test("lets a call that fits it go out before the server has listed its tools", async () => {
		const { client, server } = createKnowing();
		client.send(call(1));
		await quiet();
		expect(server.received().map(({ method }) => method)).toEqual(["tools/call"]);
	});

	test("is not believed when it says that a call does not fit", async () => {
		const list = () => ({ result: { tools: [{ name: "new_name", inputSchema: {} }] } });
		const { client, sentOf } = createKnowing({ list });
		client.send({
			id: 1,
			method: "tools/call",
			params: { name: "call_dynamic_tool", arguments: { group: "fs", name: "new_name" } },
		});
		await quiet();
		expect(sentOf("tools/call").map(({ params }) => params?.["name"])).toEqual(["new_name"]);
	});
});

test("clients are told of other groups when their tool list changes by it, once, and not otherwise", async () => {
	const { client, relay, fs } = createRelayed();
	client.send({ id: 0, method: "initialize", params: { protocolVersion: "2025-11-25" } });
	await quiet();
	relay.update([{ ...fs, timeoutMs: { ...fs.timeoutMs, tools: 5 } }]);
	relay.update([fs, { ...fs, name: "git", features: { tools: true, resources: false, prompts: false } }]);
	client.send({ id: 1, method: "tools/list" });
	await quiet();
	expect(client.received().slice(1)).toEqual([
		{ jsonrpc: "2.0", method: "notifications/tools/list_changed" },
		answered(1, {
			tools: [expect.objectContaining({ description: expect.stringContaining("git: Files") }), expect.anything()],
		}),
	]);
});
