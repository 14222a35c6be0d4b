/** Servers at a URL that say nothing for a long time, at each point where they can. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { promptMs } from "../helpers/patience.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedRequest, startScripted } from "../helpers/scripted-http.ts";

const never: Act = () => {};
const impatient = { timeout: { tools: "300ms" } };

/** Event streams and JSON bodies that begin and never go on. */
const silences: Record<string, Act> = {
	"whose head never comes": never,
	"whose head never ends": async (call) => call.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"),
	"whose JSON body never comes": (call) =>
		call.head(200, { "content-type": "application/json", "content-length": "99" }),
	"whose JSON body never ends": async (call) => {
		call.head(200, { "content-type": "application/json" });
		await call.write(call.reply("never complete").slice(0, -1));
	},
	"whose event stream is empty": (call) => call.stream(),
	"whose event never ends": async (call) => {
		call.stream();
		await call.write(`data: ${call.reply("never complete")}\n`);
	},
	"whose event stream holds nothing but comments": async (call) => {
		call.stream();
		const pulse = setInterval(() => void call.write(": still here\n\n"), 20);
		await call.gone;
		clearInterval(pulse);
	},
	"whose error's body never ends": (call) => call.head(500, { "content-length": "99" }),
};

const idOf = ({ message }: ScriptedRequest) => message?.id;

test.concurrent.each(Object.entries(silences))(
	"an answer %s times out, and the server is told in both ways",
	async (_, work) => {
		await using server = await startScripted({ tools: { work } });
		await using proxy = await startProxyOf(server, impatient);
		const startedAt = performance.now();
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toMatch(/^work of group "remote" gave no answer within 0\.3 s \(timeout\.tools in the config/);
		expect(performance.now() - startedAt).toBeGreaterThan(290);
		const call = await server.reach("work");
		await call.gone;
		const cancelled = await server.reach("notifications/cancelled");
		expect(cancelled.message?.params).toMatchObject({ requestId: idOf(call) });
		expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
		expect([server.of("work").length, server.of("notifications/cancelled").length]).toEqual([1, 1]);
		expect(server.of("initialize")).toHaveLength(1);
	},
);

test.concurrent(
	"a call that the client cancels is cancelled at the server in both ways, and not answered",
	async () => {
		await using server = await startScripted({ tools: { work: (call) => call.stream() } });
		await using proxy = await startProxyOf(server);
		const params = { name: "call_dynamic_tool", arguments: { group: "remote", name: "work", args: {} } };
		await proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id: "mine", method: "tools/call", params })}\n`);
		const call = await server.reach("work");
		await proxy.notify("notifications/cancelled", { requestId: "mine", reason: "changed my mind" });
		await call.gone;
		const { message } = await server.reach("notifications/cancelled");
		expect(message?.params).toEqual({ requestId: idOf(call), reason: "changed my mind" });
		expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
		expect(proxy.messages().filter(({ id }) => id === "mine")).toEqual([]);
	},
);

test.concurrent.each(["http", "auto"])(
	"a server that accepts the connection and never answers initialize is given up, type %s",
	async (type) => {
		await using server = await startScripted({ on: { initialize: never } });
		await using other = await startScripted();
		const servers = { other: { url: other.url } };
		const entry = { type, timeout: { connect: "1s" } };
		await using proxy = await startProxyOf(server, type === "auto" ? { ...entry, type: undefined } : entry, {
			servers,
		});
		const waiting = proxy.call("echo", { text: "x" });
		const initialize = await server.reach("initialize");
		expect(goodTextOf(await proxy.callTool("other", "echo", { text: "fine" }))).toBe("fine");
		const text = errorTextOf(await waiting);
		expect(text).toMatch(/^Group "remote" could not be started: no answer to initialize within 1 s \(timeout\.connect/);
		await initialize.gone;
		delete server.on["initialize"];
		expect(goodTextOf(await proxy.call("echo", { text: "back" }))).toBe("back");
		// The specification forbids to cancel it.
		expect(server.of("notifications/cancelled")).toEqual([]);
	},
);

test.concurrent("an older server whose stream never tells the address is given up after timeout.connect", async () => {
	await using server = await startScripted({ on: { GET: (get) => get.stream() } });
	await using proxy = await startProxyOf(server, { type: "sse", timeout: { connect: "300ms" } });
	expect(errorTextOf(await proxy.call("echo", { text: "x" }))).toMatch(/no answer to initialize within 0\.3 s/);
	await (
		await server.reach("GET")
	).gone;
});

test.concurrent("a server that never answers notifications/initialized is used all the same", async () => {
	await using server = await startScripted({ on: { "notifications/initialized": never } });
	await using proxy = await startProxyOf(server);
	const calls = [proxy.request("ping"), proxy.request("tools/list")];
	const call = proxy.request(
		"tools/call",
		{ name: "call_dynamic_tool", arguments: { group: "remote", name: "echo", args: { text: "fine" } } },
		{ withinMs: 8_000 },
	);
	await Promise.all(calls);
	expect(goodTextOf(await call)).toBe("fine");
	expect(goodTextOf(await proxy.call("echo", { text: "at once" }))).toBe("at once");
});

test("a call that reports progress may take longer than its timeout, and is cut off once it falls silent", async () => {
	const steps = 8;
	const report = async (call: ScriptedRequest) => {
		call.stream();
		for (let step = 1; step <= steps; step += 1) {
			await Bun.sleep(100);
			await call.event(call.progress(step));
		}
	};
	await using server = await startScripted({
		tools: {
			work: async (call) => {
				await report(call);
				await call.event(call.reply("done"));
				call.end();
			},
			stalls: report,
		},
	});
	await using proxy = await startProxyOf(server, { timeout: { tools: "600ms" } });
	const [done, stalled] = await Promise.all([
		proxy.callWithProgress("work", "done"),
		proxy.callWithProgress("stalls", "stalled"),
	]);
	expect(goodTextOf(done)).toBe("done");
	expect(errorTextOf(stalled)).toContain("gave no answer within 0.6 s");
	expect([proxy.progressOf("done"), proxy.progressOf("stalled")]).toEqual([
		[1, 2, 3, 4, 5, 6, 7, 8],
		[1, 2, 3, 4, 5, 6, 7, 8],
	]);
	const { message } = await server.reach("notifications/cancelled");
	expect(message?.params?.["requestId"]).toBe(idOf(await server.reach("stalls")));
	expect(server.of("notifications/cancelled")).toHaveLength(1);
});

test("a stream for its own messages that never answers hurts nothing", async () => {
	await using server = await startScripted({ on: { GET: never } });
	await using proxy = await startProxyOf(server, { timeout: { tools: "2s" } });
	const texts = Array.from({ length: 70 }, (_, index) => `text ${index}`);
	await proxy.call("echo", { text: "warm" });
	await server.reach("GET");
	const answers = await Promise.all(texts.map((text) => proxy.call("echo", { text })));
	expect(answers.map(goodTextOf)).toEqual(texts);
	expect(await proxy.end()).toBeLessThan(promptMs);
	await (
		await server.reach("GET")
	).gone;
	expect(server.of("GET")).toHaveLength(1);
});

test("a server that never answers DELETE does not hold up the end", async () => {
	await using server = await startScripted({ on: { DELETE: never } });
	await using proxy = await startProxyOf(server);
	await proxy.call("echo", { text: "x" });
	expect(await proxy.end()).toBeLessThan(promptMs);
	expect(server.of("DELETE").map(({ sessionId }) => sessionId)).toEqual(["session-1"]);
});

test("a server that accepts connections and never answers anything again does not hold up the end", async () => {
	await using server = await startScripted({ tools: { work: never }, on: { DELETE: never, GET: never } });
	await using proxy = await startProxyOf(server);
	await proxy.call("echo", { text: "x" });
	server.on["notifications/cancelled"] = never;
	const calls = Promise.allSettled(Array.from({ length: 10 }, () => proxy.call("work")));
	await server.reach("work", 10);
	expect(await proxy.end()).toBeLessThan(promptMs);
	await calls;
});
