/** Calls that take too long, are given up, or show that they are getting on. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf, type Id, textOf } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const impatient = { slow: fixture("slow", { timeout: { tools: "300ms" } }) };

/** Writes a call without waiting for its reply. */
async function sendCall(proxy: Proxy, id: Id, group: string, name: string, args: object = {}): Promise<void> {
	const params = { name: "call_dynamic_tool", arguments: { group, name, args } };
	await proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params })}\n`);
}

test("a call that takes too long is answered with group, tool and the time", async () => {
	await using proxy = await startProxy({ servers: impatient });
	const text = errorTextOf(await proxy.callTool("slow", "hang"));
	expect(["slow", "hang"].filter((part) => !text.includes(part))).toEqual([]);
	expect(text).toMatch(/\b(0\.3 ?s|300 ?ms)\b/);
});

test("a call that takes too long is cancelled at the server, once", async () => {
	await using proxy = await startProxy({ servers: impatient });
	await proxy.callTool("slow", "hang");
	const seen = JSON.parse(goodTextOf(await proxy.callTool("slow", "seen"))) as unknown[];
	expect(seen).toEqual([expect.objectContaining({ requestId: expect.anything(), isKnown: true })]);
});

test("a late answer is never given to another call", async () => {
	await using proxy = await startProxy({ servers: impatient });
	const late = await proxy.callTool("slow", "hang", { answersLate: true });
	await proxy.callTool("slow", "seen");
	const next = await Promise.all([1, 2, 3, 4].map((ms) => proxy.callTool("slow", "sleep", { ms })));
	expect(next.map(textOf)).toEqual(["slept 1", "slept 2", "slept 3", "slept 4"]);
	expect(errorTextOf(late)).not.toContain("too late");
	expect(JSON.stringify(proxy.messages())).not.toContain("too late");
});

test.each([7, "a-call", 0])(
	"what the client cancels is cancelled at the server and not answered, id %j",
	async (id) => {
		await using proxy = await startProxy({ servers: { slow: fixture("slow") } });
		await sendCall(proxy, id, "slow", "hang", { answersLate: true });
		expect(goodTextOf(await proxy.callTool("slow", "hanging"))).toBe("1");
		await proxy.notify("notifications/cancelled", { requestId: id, reason: "changed my mind" });
		const seen = JSON.parse(goodTextOf(await proxy.callTool("slow", "seen"))) as unknown[];
		expect(seen).toEqual([expect.objectContaining({ isKnown: true, reason: "changed my mind" })]);
		await proxy.request("ping");
		expect(proxy.messages().filter((message) => message.id === id)).toEqual([]);
	},
);

test("a call to a server that is still starting can be cancelled", async () => {
	await using proxy = await startProxy({ servers: { mute: fixture("never-initializes"), slow: fixture("slow") } });
	await sendCall(proxy, "waiting", "mute", "anything");
	await proxy.notify("notifications/cancelled", { requestId: "waiting" });
	await proxy.callTool("slow", "pid");
	expect(proxy.messages().filter(({ id }) => id === "waiting")).toEqual([]);
});

test("a cancellation of an unknown request is ignored", async () => {
	await using proxy = await startProxy();
	await proxy.notify("notifications/cancelled", { requestId: "never heard of" });
	await proxy.notify("notifications/cancelled");
	await proxy.request("ping", undefined, { id: "after" });
	expect(proxy.messages().map(({ id }) => id)).toEqual([proxy.greeting?.id, "after"]);
});

test.each(["a-token", 7, 0])(
	"progress reaches the client under its own token, %j, before the answer",
	async (token) => {
		await using proxy = await startProxy({ servers: { work: fixture("progress") } });
		const params = { name: "call_dynamic_tool", arguments: { group: "work", name: "steps", args: { count: 3 } } };
		const reply = await proxy.request("tools/call", { ...params, _meta: { progressToken: token } });
		const progress = (step: number) => [token, step];
		const seen = proxy.messages().filter(({ method }) => method === "notifications/progress");
		expect(seen.map(({ params }) => [params?.["progressToken"], params?.["progress"]])).toEqual(
			[1, 2, 3].map(progress),
		);
		expect(goodTextOf(reply)).toBe("done 3");
		expect(proxy.messages().at(-1)).toEqual(reply);
	},
);

test("progress that nobody asked for does not reach the client", async () => {
	await using proxy = await startProxy({ servers: { work: fixture("progress") } });
	await proxy.callTool("work", "steps", { count: 3 });
	expect(proxy.messages().filter(({ method }) => method !== undefined)).toEqual([]);
});

test("each progress notification pushes the timeout back", async () => {
	await using proxy = await startProxy({ servers: { work: fixture("progress", { timeout: { tools: "500ms" } }) } });
	const args = { count: 6, everyMs: 150 };
	const params = { name: "call_dynamic_tool", arguments: { group: "work", name: "steps", args } };
	const reply = await proxy.request("tools/call", { ...params, _meta: { progressToken: "t" } });
	expect(goodTextOf(reply)).toBe("done 6");
});
