/** Connections to servers at a URL that break in the middle of an answer, and answers that are taken up again. */
import { expect, test } from "bun:test";

import { errorTextOf, goodTextOf, type Message } from "../helpers/messages.ts";
import type { Exchange } from "../helpers/raw-http.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";

const eventStream = { "content-type": "text/event-stream" };
const json = { "content-type": "application/json" };

const cuts: Record<string, Act> = {
	"before the answer has begun": (call) => call.cut(),
	"in the middle of the head": async (call) => {
		await call.write("HTTP/1.1 200 OK\r\ncontent-ty");
		call.cut();
	},
	"after the head": (call) => {
		call.head(200, { ...json, "content-length": "1000" });
		call.cut();
	},
	"in the middle of a JSON body": async (call) => {
		const reply = call.reply("never complete");
		call.head(200, { ...json, "content-length": String(reply.length) });
		await call.write(reply.slice(0, -10));
		call.cut();
	},
	"in the middle of a JSON body in chunks": async (call) => {
		call.head(200, json);
		await call.write(call.reply("never complete").slice(0, -10));
		call.cut();
	},
	"in the middle of an event": async (call) => {
		call.head(200, eventStream);
		await call.write(`data: ${call.reply("never complete")}`);
		call.cut();
	},
	"after an event without an id": async (call) => {
		call.stream();
		await call.event('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"so far"}}');
		call.cut();
	},
	"by the proper end of a stream without the answer": (call) => {
		call.stream();
		call.end();
	},
};

test.each(Object.entries(cuts))("a connection that is cut %s is told of, and the call not repeated", async (_, cut) => {
	await using server = await startScripted({ tools: { work: cut } });
	await using proxy = await startProxyOf(server);
	// So that the call goes out on a connection that has been used before, where clients like to try once more.
	await proxy.call("echo", { text: "warm" });
	expect(errorTextOf(await proxy.call("work"))).toMatch(
		/^work of group "remote" got no answer: (the connection was cut|its event stream ended).* may have done part of its work\.$/,
	);
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(server.of("work")).toHaveLength(1);
	expect(server.of("initialize")).toHaveLength(1);
});

const isProgress = ({ method }: Message) => method === "notifications/progress";
const isResumption = ({ headers }: Exchange) => headers.has("last-event-id");

/** A server whose tool `work` begins its stream with the first step, and lets the test go on; `resume` is the rest. */
function startBreakable(resume: Act): Promise<ScriptedServer> {
	return startScripted({
		tools: {
			async work(call) {
				call.stream();
				await call.event("", { id: "0/a b", retry: 50 });
				await call.event(call.progress(1), { id: "1/~+=" });
			},
		},
		on: { GET: (get) => (isResumption(get) ? resume(get) : get.respond(405)) },
	});
}

/** Calls `work`, and breaks its stream off as soon as the client has had the first step. */
async function callAndBreak(proxy: RemoteProxy, server: ScriptedServer, breakOff: Act): Promise<Message> {
	const answer = proxy.callWithProgress("work", "mine");
	await proxy.nextMessage(isProgress);
	await breakOff(await server.reach("work"));
	return answer;
}

const cut: Act = (call) => call.cut();

test.each<[string, Act]>([
	["closes", (call) => call.end()],
	["cuts", cut],
	[
		"cuts in the middle of an event",
		async (call) => {
			await call.write(`id: 2\ndata: ${call.progress(2)}\n`);
			call.cut();
		},
	],
])("a stream that the server %s is taken up again where it was", async (_how, breakOff) => {
	await using server = await startBreakable(async (get) => {
		const call = await server.reach("work");
		get.stream();
		await get.event(call.progress(2), { id: "2" });
		await get.event(call.reply("done"), { id: "3" });
		get.end();
	});
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await callAndBreak(proxy, server, breakOff))).toBe("done");
	expect(proxy.progressOf("mine")).toEqual([1, 2]);
	const resumptions = server.of("GET").filter(isResumption);
	expect(resumptions.map(({ headers, sessionId }) => [headers.get("last-event-id"), sessionId])).toEqual([
		["1/~+=", "session-1"],
	]);
	expect(server.of("work")).toHaveLength(1);
});

test("a stream that breaks off again and again, with something new each time, is followed to its end", async () => {
	const { promise: done, resolve: onDone } = Promise.withResolvers<void>();
	await using server = await startBreakable(async (get) => {
		const call = await server.reach("work");
		const step = Number.parseInt(get.headers.get("last-event-id") ?? "", 10) + 1;
		get.stream();
		await get.event(step === 9 ? call.reply("done") : call.progress(step), { id: String(step), retry: 5 });
		await (step === 9 ? done : proxy.nextMessage(isProgress));
		get.cut();
	});
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await callAndBreak(proxy, server, cut))).toBe("done");
	onDone();
	expect(proxy.progressOf("mine")).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	expect(server.of("work")).toHaveLength(1);
});

test("a stream on which nothing new comes any more is given up", async () => {
	await using server = await startBreakable((get) => {
		get.stream();
		get.end();
	});
	await using proxy = await startProxyOf(server);
	const text = errorTextOf(await callAndBreak(proxy, server, cut));
	expect(text).toMatch(/ended without the answer.*part of its work/);
	expect(server.of("GET").filter(isResumption)).toHaveLength(5);
	expect(server.of("work")).toHaveLength(1);
});

test.each([400, 404, 405])(
	"a stream that is refused with HTTP %d when it is taken up again is an error",
	async (status) => {
		await using server = await startBreakable((get) => get.respond(status));
		await using proxy = await startProxyOf(server);
		expect(errorTextOf(await callAndBreak(proxy, server, cut))).toMatch(/taken up again.*part of its work/);
		expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
		expect(server.of("work")).toHaveLength(1);
	},
);

test("a server that is away when a stream is to be taken up again gets the time to come back", async () => {
	await using server = await startBreakable(async (get) => {
		const call = await server.reach("work");
		get.stream();
		await get.event(call.reply("done"));
		get.end();
	});
	await using proxy = await startProxyOf(server);
	const answer = await callAndBreak(proxy, server, async () => {
		await server.stop();
		// More than the 50 ms after which it is asked for the first time.
		await Bun.sleep(150);
		await server.start();
	});
	expect(goodTextOf(answer)).toBe("done");
});

test("an answer that comes before its stream is cut counts, though the stream never ends properly", async () => {
	await using server = await startScripted({
		tools: {
			async work(call) {
				call.stream();
				await call.event(call.reply("done"));
			},
		},
	});
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	// What nobody waits for any more does not keep a connection for ever.
	await (
		await server.reach("work")
	).gone;
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(server.of("work")).toHaveLength(1);
});
