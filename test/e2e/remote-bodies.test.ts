/** The ways in which servers at a URL write their answers down: all of them arrive, as one line each. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { errorTextOf, goodTextOf } from "../helpers/messages.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedRequest, type ScriptedServer, startScripted } from "../helpers/scripted-http.ts";

const text = `ü€🚀\u2028\u0000 "quoted" \\ \r\n data: id: \n\nevent: endpoint`;
const json = { "content-type": "application/json" };
const eventStream = { "content-type": "text/event-stream" };

/** Each byte in a chunk and a packet of its own. */
async function writeBytes(call: ScriptedRequest, body: string): Promise<void> {
	for (const byte of Buffer.from(body)) await call.write(Uint8Array.of(byte));
	call.end();
}

async function writeAll(call: ScriptedRequest, body: string): Promise<void> {
	call.head(200, eventStream);
	await call.write(body);
	call.end();
}

/** On many lines, with numbers that a double cannot hold and keys in an order of their own. */
function printPretty(call: ScriptedRequest): string {
	const content = [{ text, type: "text", size: "huge" }];
	const reply = { result: { zzz: 1, content, aaa: null }, id: call.message?.id, jsonrpc: "2.0" };
	return JSON.stringify(reply, undefined, "  ").replace('"huge"', "12345678901234567890");
}

const asEvent = (data: string, lineEnd = "\n") =>
	`data: ${data.split("\n").join(`${lineEnd}data: `)}${lineEnd}${lineEnd}`;

/** What is one line in the end. */
const pretty: Record<string, Act> = {
	"JSON on many lines": (call) => call.respond(200, printPretty(call), json),
	"JSON on many lines with CRLF": (call) => call.respond(200, printPretty(call).replaceAll("\n", "\r\n"), json),
	"an event on many lines": (call) => writeAll(call, asEvent(printPretty(call))),
	"an event on many lines with CRLF": (call) => writeAll(call, asEvent(printPretty(call), "\r\n")),
	"an event on many lines with CR": (call) => writeAll(call, asEvent(printPretty(call), "\r")),
};

const plain: Record<string, Act> = {
	"JSON in single bytes": async (call) => {
		call.head(200, json);
		await writeBytes(call, call.reply(text));
	},
	"an event in single bytes": async (call) => {
		call.head(200, eventStream);
		await writeBytes(call, `: hi\r\nevent: message\r\nid: 1\r\ndata: ${call.reply(text)}\r\n\r\n`);
	},
	"an event without a blank after the colon": (call) => writeAll(call, `data:${call.reply(text)}\n\n`),
	"an event after a byte order mark": (call) => writeAll(call, `\uFEFFdata: ${call.reply(text)}\n\n`),
	"a content type in capitals, with a charset": (call) => {
		call.respond(200, `data: ${call.reply(text)}\n\n`, { "Content-Type": "Text/Event-Stream; charset=UTF-8" });
	},
	"JSON without a content type": (call) => call.respond(200, call.reply(text)),
	"JSON in a batch": (call) => call.respond(200, `[${call.reply(text)}]`, json),
	"JSON with status 201": (call) => call.respond(201, call.reply(text), json),
	"an event between comments, unknown events and unknown fields": (call) => {
		const skipped = [
			": ping\n\n",
			"event: ping\ndata: {}\n\n",
			"event: endpoint\ndata: /elsewhere\n\n",
			"colour: red\n\n",
			"data:\n\n",
			"\n\n",
		];
		const wrong = `event: ping\ndata: ${call.reply("of an event that is no message")}\n\n`;
		return writeAll(call, `${skipped.join("")}${wrong}data: ${call.reply(text)}\n\n`);
	},
	"an event after others that are no messages": (call) => {
		const bad = [
			"not JSON",
			'{"jsonrpc":"2.0"',
			"[]",
			"null",
			'{"hello":1}',
			`{"jsonrpc":"2.0","id":4711,"result":{}}`,
		];
		return writeAll(call, `${bad.map((data) => `data: ${data}\n\n`).join("")}data: ${call.reply(text)}\n\n`);
	},
	"an event before one that is cut short": (call) => writeAll(call, `data: ${call.reply(text)}\n\ndata: {"jsonrpc"`),
	"JSON in gzip": (call) => {
		call.respond(200, Bun.gzipSync(call.reply(text)), { ...json, "content-encoding": "gzip" });
	},
	"an event in gzip": (call) => {
		const body = Bun.gzipSync(`data: ${call.reply(text)}\n\n`);
		call.respond(200, body, { ...eventStream, "content-encoding": "gzip" });
	},
};

let server: ScriptedServer;
let proxy: RemoteProxy;

beforeAll(async () => {
	server = await startScripted({ tools: { ...pretty, ...plain } });
	proxy = await startProxyOf(server);
});

afterAll(async () => {
	await proxy[Symbol.asyncDispose]();
	await server[Symbol.asyncDispose]();
});

test.each(Object.keys(plain))("%s arrives", async (name) => {
	const reply = await proxy.call(name);
	expect(reply.result).toEqual({ content: [{ type: "text", text }] });
	expect(server.of(name)).toHaveLength(1);
	expect(server.of("initialize")).toHaveLength(1);
});

test.each(Object.keys(pretty))("%s arrives as one line, and is otherwise as the server wrote it", async (name) => {
	const reply = await proxy.call(name);
	expect(goodTextOf(reply)).toBe(text);
	const expected = printPretty(await server.reach(name)).replace(/"id": \d+/, `"id": ${reply.id}`);
	// Blanks between the values are nobody's business; those in the text have been looked at.
	expect(proxy.lines.at(-1)?.text.replaceAll(/\s/g, "")).toBe(expected.replaceAll(/\s/g, ""));
	expect(expected).toContain("12345678901234567890");
});

test("what a server says of its own accord while it answers does not disturb the answer", async () => {
	const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":4711,"progress":1}}';
	const log = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"hi"}}';
	const ping = '{"jsonrpc":"2.0","id":"server-1","method":"ping"}';
	await using server = await startScripted({
		tools: {
			work: async (call) => {
				call.stream();
				for (const data of [progress, log, ping]) await call.event(data);
				await server.reach("POST");
				await call.event(call.reply("done"));
				call.end();
			},
		},
		on: { POST: (request) => request.respond(202) },
	});
	await using proxy = await startProxyOf(server);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	// The reply to its ping is a message of its own.
	const [reply] = server.of("POST");
	expect([JSON.parse(reply?.body ?? ""), reply?.sessionId]).toEqual([
		{ jsonrpc: "2.0", id: "server-1", result: {} },
		"session-1",
	]);
});

test("an answer with the right id that is neither a result nor an error ends the call with that", async () => {
	await using server = await startScripted({
		tools: { work: (call) => call.respond(200, `{"jsonrpc":"2.0","id":${call.message?.id}}`, json) },
	});
	await using proxy = await startProxyOf(server, { timeout: { tools: "3s" } });
	const reply = await proxy.call("work");
	expect(JSON.stringify(reply.error ?? errorTextOf(reply))).toMatch(/cannot be used|no JSON-RPC message|no reply to/);
});
