/** What a server answers reaches the client unchanged, digit for digit. */
import { expect, test } from "bun:test";

import { richResult } from "../fixtures/servers/rich-result.ts";
import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

/** Results pass whole, however large they are. */
const whole = { resultBudget: 0 };

test("a result with every content type, unknown fields, huge numbers and odd key order is passed on as it came", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const reply = await proxy.callTool("echo", "rich");
	expect(errorTextOf(reply)).toContain("plain é 🚀");
	const line = proxy.lines.find(({ value }) => value === reply);
	expect(line?.text).toContain(`"result":${richResult}`);
	expect(JSON.parse(line?.text ?? "")).toEqual({ jsonrpc: "2.0", id: reply.id, result: JSON.parse(richResult) });
});

test("arguments with huge numbers and odd key order reach the server as they came", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const args = '{"z":12345678901234567890,"10":1.0,"9":-0,"a":{"\\u00e9":1E400,"\\/":[ 1, 2 ]}}';
	const params = `{"name":"call_dynamic_tool","arguments":{"group":"echo","name":"received_line","args":${args}}}`;
	await proxy.sendRaw(`{"jsonrpc":"2.0","id":"call","method":"tools/call","params":${params}}\n`);
	const reply = await proxy.nextMessage(({ id }) => id === "call");
	expect(goodTextOf(reply)).toContain(`"arguments":${args}`);
});

test("text with every kind of character comes back as it went", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const text = `"quotes" \\ \n\r\t\u0000\u001f \u2028\u2029 é 漢字 🚀👩‍👩‍👧 \u{10ffff} {"jsonrpc":"2.0","id":1}`;
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text }))).toBe(text);
});

test("a result of 20 MB arrives whole", async () => {
	await using proxy = await startProxy({ servers: { huge: fixture("huge-line") }, settings: whole });
	const text = goodTextOf(await proxy.callTool("huge", "big", { megabytes: 20 }));
	expect(text.length).toBe(20_000_000);
});

test("a request line of 30 MB is answered", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") }, settings: whole });
	const text = "0123456789".repeat(3_000_000);
	expect(goodTextOf(await proxy.callTool("echo", "echo", { text })) === text).toBeTrue();
});

test("a server's progress from zero to done reaches the client with all its fields", async () => {
	await using proxy = await startProxy({ servers: { work: fixture("progress") } });
	const params = { name: "call_dynamic_tool", arguments: { group: "work", name: "steps", args: { count: 1 } } };
	await proxy.request("tools/call", { ...params, _meta: { progressToken: "p" } });
	const progress = await proxy.nextMessage(({ method }) => method === "notifications/progress");
	expect(progress.params).toEqual({
		progressToken: "p",
		progress: 1,
		total: 1,
		message: "step 1",
		extra: { kept: true },
	});
});
