/** What servers tell of their own accord reaches the client, and says whose it is where nothing else does. */
import { expect, test } from "bun:test";

import { type AbleProxy, startAbleProxy } from "../helpers/able-proxy.ts";
import { goodTextOf, type Message } from "../helpers/messages.ts";
import { fixture } from "../helpers/servers.ts";

const servers = {
	a: fixture("whole-protocol", { args: ["alpha"] }),
	b: fixture("whole-protocol", { args: ["beta"] }),
};

async function say(proxy: AbleProxy, group: string, method: string, params: object): Promise<void> {
	expect(goodTextOf(await proxy.callTool(group, "say", { method, params }))).toBe("said");
}

/** Which levels the group's server was told, in order. */
async function levelsOf(proxy: AbleProxy, group: string): Promise<unknown[]> {
	const received = JSON.parse(goodTextOf(await proxy.callTool(group, "received"))) as Message[];
	return received.filter(({ method }) => method === "logging/setLevel").map(({ params }) => params?.["level"]);
}

test("log messages have their group before their logger, and are as they were otherwise", async () => {
	await using proxy = await startAbleProxy({ servers });
	const messages: [string, object, object][] = [
		["a", { level: "info", data: "plain" }, { logger: "a", level: "info", data: "plain" }],
		[
			"b",
			{ level: "debug", logger: "db", data: { n: [1e21, null] } },
			{ level: "debug", logger: "b/db", data: { n: [1e21, null] } },
		],
		["a", { logger: 7, level: "odd", data: null, _meta: {} }, { logger: "a", level: "odd", data: null, _meta: {} }],
		["b", {}, { logger: "b" }],
	];
	for (const [group, params] of messages) await say(proxy, group, "notifications/message", params);
	expect(proxy.notices("notifications/message").map(({ params }) => params)).toEqual(
		messages.map(([, , params]) => params as Record<string, unknown>),
	);
});

test("the level that the client sets holds for every server, also for one that starts later", async () => {
	await using proxy = await startAbleProxy({ servers });
	await proxy.callTool("a", "pid");
	expect((await proxy.request("logging/setLevel", { level: "warning" })).result).toEqual({});
	expect([await levelsOf(proxy, "a"), await levelsOf(proxy, "b")]).toEqual([["warning"], ["warning"]]);
	// These servers do not care what they were told.
	for (const level of ["info", "notice", "warning", "error"]) {
		await say(proxy, "b", "notifications/message", { level, data: level });
	}
	await proxy.request("logging/setLevel", { level: "debug" });
	await say(proxy, "a", "notifications/message", { level: "debug", data: "debug" });
	const told = proxy.notices("notifications/message").map(({ params }) => params?.["data"]);
	expect(told).toEqual(["warning", "error", "debug"]);
	expect((await proxy.request("logging/setLevel", { level: "loud" })).error).toMatchObject({ code: -32602 });
});

test("that a URL was visited, and how a task is, is told as it came", async () => {
	await using proxy = await startAbleProxy({ servers });
	const notices: [string, Record<string, unknown>][] = [
		["notifications/elicitation/complete", { elicitationId: "e-1", "x-more": [] }],
		["notifications/tasks/status", { taskId: "t-1", status: "working", ttl: null }],
	];
	for (const [method, params] of notices) await say(proxy, "a", method, params);
	const told = notices.flatMap(([method]) => proxy.notices(method));
	expect(told.map(({ params }) => params)).toEqual(notices.map(([, params]) => params));
});

test("what concerns nothing the client knows of is kept from it", async () => {
	await using proxy = await startAbleProxy({ servers });
	await say(proxy, "a", "notifications/progress", { progressToken: 4711, progress: 1 });
	await say(proxy, "a", "notifications/cancelled", { requestId: 4711 });
	await say(proxy, "a", "notifications/resources/updated", { uri: "alpha://own" });
	await say(proxy, "a", "notifications/initialized", {});
	await say(proxy, "a", "notifications/com.example/news", {});
	const known = ["notifications/prompts/list_changed", "notifications/resources/list_changed"];
	const told = proxy.messages().filter(({ method }) => method !== undefined && !known.includes(method));
	expect(told).toEqual([]);
});
