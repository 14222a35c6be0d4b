/** No request waits for another. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const fifty = Array.from({ length: 50 }, (_, index) => index);

test("fifty calls are at the server at the same time", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const replies = await Promise.all(fifty.map(() => proxy.callTool("echo", "meet", { count: 50 })));
	expect(new Set(replies.map(goodTextOf))).toEqual(new Set(["met"]));
});

test("each of fifty answers goes to its own call", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const texts = fifty.map((index) => `text ${index}`);
	const calls = texts.map((text) => proxy.callTool("echo", "echo", { text }));
	expect((await Promise.all(calls)).map(goodTextOf)).toEqual(texts);
});

test("servers that hang or never start leave ping, tools/list and other groups alone", async () => {
	const servers = {
		hanging: fixture("slow"),
		mute: fixture("never-initializes"),
		deaf: fixture("deaf"),
		good: fixture("echo"),
	};
	await using proxy = await startProxy({ servers });
	const stuck = [
		proxy.callTool("hanging", "hang"),
		proxy.callTool("mute", "anything"),
		proxy.callTool("deaf", "tell", { text: "x".repeat(1_000_000) }),
	];
	const outcomes = Promise.allSettled(stuck);
	const ping = await proxy.request("ping");
	const list = await proxy.request("tools/list");
	const echoed = await proxy.callTool("good", "echo", { text: "fine" });
	expect(ping.result).toEqual({});
	expect(list.result).toMatchObject({ tools: { length: 2 } });
	expect(goodTextOf(echoed)).toBe("fine");
	await proxy.kill();
	expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});

test("calls that arrive while a server starts share one process", async () => {
	await using proxy = await startProxy({ servers: { echo: fixture("echo") } });
	const replies = await Promise.all(fifty.map(() => proxy.callTool("echo", "pid")));
	expect(new Set(replies.map(goodTextOf)).size).toBe(1);
	expect(proxy.children()).toHaveLength(1);
});

test("calls that arrive while a server fails to start all learn why", async () => {
	await using proxy = await startProxy({ servers: { broken: fixture("crashes-at-start") } });
	const replies = await Promise.all([1, 2, 3].map(() => proxy.callTool("broken", "anything")));
	expect(replies.filter((reply) => !errorTextOf(reply).includes("no license found"))).toEqual([]);
});
