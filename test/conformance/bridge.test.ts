/** The bridge carries messages as they are, each on the stream that it belongs to. */
import { expect, test } from "bun:test";

import { EventSourceParserStream } from "eventsource-parser/stream";

import { richResult } from "../fixtures/servers/rich-result.ts";
import { type Id, type Message, textOf } from "../helpers/messages.ts";
import { waitUntilGone } from "../helpers/processes.ts";
import { initializeParams } from "../helpers/proxy.ts";
import { fixture, type FixtureName } from "../helpers/servers.ts";
import { type Served, startBridge, startBridgedFixture } from "./served.ts";

interface Stream {
	/** Undefined at the end. */
	next(): Promise<Message | undefined>;
	/** Those that are left, until the end. */
	rest(): Promise<Message[]>;
}

/** One HTTP session, stream by stream. */
interface Client {
	post(message: Omit<Message, "jsonrpc">): Promise<Stream>;
	call(id: Id, name: string, meta?: object): Promise<Stream>;
	/** The stream of GET, which opens with its first message. */
	listen(): Promise<Stream>;
	end(): Promise<Response>;
}

async function openClient({ url }: Served): Promise<Client> {
	const headers: Record<string, string> = {
		accept: "application/json, text/event-stream",
		"content-type": "application/json",
	};
	const post = async (message: Omit<Message, "jsonrpc">) => {
		const response = await fetch(url, {
			method: "POST",
			headers,
			body: JSON.stringify({ jsonrpc: "2.0", ...message }),
		});
		headers["mcp-session-id"] ??= response.headers.get("mcp-session-id") ?? "";
		return readStream(response);
	};
	const params = { ...initializeParams(), capabilities: { sampling: {} } };
	await (await post({ id: 0, method: "initialize", params })).rest();
	await post({ method: "notifications/initialized" });
	return {
		post,
		call: (id, name, meta) =>
			post({ id, method: "tools/call", params: { name, arguments: { prompt: "?" }, _meta: meta } }),
		listen: async () => readStream(await fetch(url, { headers })),
		end: () => fetch(url, { method: "DELETE", headers }),
	};
}

function readStream({ body }: Response): Stream {
	const events = (body ?? new Blob().stream())
		.pipeThrough(new TextDecoderStream())
		.pipeThrough(new EventSourceParserStream());
	const reader = events.getReader();
	const next = async (): Promise<Message | undefined> => {
		const { value, done } = await reader.read();
		if (done) return undefined;
		// An event without data is there for its id.
		return value.data === "" ? next() : (JSON.parse(value.data) as Message);
	};
	const rest = async () => {
		const messages: Message[] = [];
		for (let message = await next(); message !== undefined; message = await next()) messages.push(message);
		return messages;
	};
	return { next, rest };
}

function startBridged(name: FixtureName): Promise<Served> {
	const { command, args } = fixture(name);
	return startBridge({ command: [command, ...args] });
}

const kindOf = ({ id, method }: Message) => method ?? `reply to ${id}`;

test("what belongs to a call comes on the call's stream, what cannot be told on that of GET", async () => {
	await using bridge = await startBridgedFixture();
	const client = await openClient(bridge);
	const listening = client.listen();

	const asking = await client.call("asks", "test_sampling");
	const asked = await asking.next();
	const whileAsking = await Promise.all([
		client.call(1, "test_tool_with_progress", { progressToken: "one" }).then(({ rest }) => rest()),
		client.call(2, "test_tool_with_progress", { progressToken: 2 }).then(({ rest }) => rest()),
		client.call(3, "test_tool_with_logging").then(({ rest }) => rest()),
	]);
	const content = { type: "text", text: "!" };
	await client.post({ id: asked?.id ?? "", result: { role: "assistant", model: "none", content } });
	const asksRest = await asking.rest();
	const alone = await (await client.call(4, "test_tool_with_logging")).rest();
	await client.end();
	const heard = await (await listening).rest();

	const progress = (token: Id) => [token, token, token, undefined];
	const log = "notifications/message";
	expect(whileAsking.slice(0, 2).map((messages) => messages.map(({ params }) => params?.["progressToken"]))).toEqual([
		progress("one"),
		progress(2),
	]);
	expect(
		[asked ?? [], whileAsking[2] ?? [], asksRest, alone, heard].map((messages) => [messages].flat().map(kindOf)),
	).toEqual([
		["sampling/createMessage"],
		["reply to 3"],
		["reply to asks"],
		[log, log, log, "reply to 4"],
		[log, log, log],
	]);
});

test("messages are carried as they are, and the process ends with the session", async () => {
	await using bridge = await startBridged("echo");
	const client = await openClient(bridge);
	const params = {
		zulu: [1, null, "\u2028 🚀"],
		name: "received",
		arguments: { "": {}, a: { b: 0.1 } },
		_meta: { k: [0] },
	};
	const [received] = await (await client.post({ id: 0, method: "tools/call", params })).rest();
	const [rich] = await (await client.call("rich", "rich")).rest();
	const [pid] = await (await client.call("pid", "pid")).rest();
	expect(JSON.parse(textOf(received!))).toEqual(params);
	expect(rich).toEqual({ jsonrpc: "2.0", id: "rich", result: JSON.parse(JSON.stringify(JSON.parse(richResult))) });

	expect((await client.end()).status).toBe(200);
	await waitUntilGone([Number(textOf(pid!))]);
});

test("a process that ends leaves no request without a reply", async () => {
	await using bridge = await startBridged("dies-on-call");
	const client = await openClient(bridge);
	const messages = await (await client.call(1, "die")).rest();
	expect(messages).toEqual([
		{ jsonrpc: "2.0", id: 1, error: { code: -32_000, message: "the process has ended with 7" } },
	]);
	expect((await client.end()).status).toBe(404);
});
