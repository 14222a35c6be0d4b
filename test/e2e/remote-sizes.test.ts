/** Answers of servers at a URL that are long, too long, or made to be. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { constants, deflateRawSync } from "node:zlib";

import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import type { Proxy } from "../helpers/proxy.ts";
import { startProxyOf } from "../helpers/remote-proxy.ts";
import { type Act, type ScriptedRequest, startScripted } from "../helpers/scripted-http.ts";

const mb = 2 ** 20;
const json = { "content-type": "application/json" };
const eventStream = { "content-type": "text/event-stream" };

/** What it held at most since its start. */
function peakMb({ pid }: Proxy): number {
	const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
	return Number(kilobytes) / 1024;
}

/** So many megabytes of this between two texts, without having them all in memory. */
async function writeLong(call: ScriptedRequest, head: string, count: number, tail: string): Promise<void> {
	const piece = Buffer.alloc(mb, "0123456789abcde ");
	await call.write(head);
	for (let index = 0; index < count; index += 1) await call.write(piece);
	await call.write(tail);
}

/** The reply in two parts, between which its text goes on. */
function splitReply(call: ScriptedRequest): [string, string] {
	const [head = "", tail = ""] = call.reply("|").split("|");
	return [head, tail];
}

const asJson =
	(count: number): Act =>
	async (call) => {
		const [head, tail] = splitReply(call);
		call.head(200, json);
		await writeLong(call, head, count, tail);
		call.end();
	};

const asLengthyJson =
	(count: number): Act =>
	async (call) => {
		const [head, tail] = splitReply(call);
		call.head(200, { ...json, "content-length": String(head.length + count * mb + tail.length) });
		await writeLong(call, head, count, tail);
	};

const asEvent =
	(count: number): Act =>
	async (call) => {
		const [head, tail] = splitReply(call);
		call.head(200, eventStream);
		await writeLong(call, `data: ${head}`, count, `${tail}\n\n`);
		call.end();
	};

/** A gigabyte of these letters in a megabyte of gzip, as a stream of blocks that unpack to a megabyte each. */
function createBomb(letters: string): Uint8Array {
	const block = deflateRawSync(Buffer.alloc(mb, letters), { finishFlush: constants.Z_FULL_FLUSH });
	const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
	return Buffer.concat([head, ...Array.from({ length: 1024 }, () => block)]);
}

const bomb =
	(status: number, headers: Record<string, string>, letters = "0"): Act =>
	async (call) => {
		const body = createBomb(letters);
		call.head(status, { ...headers, "content-encoding": "gzip", "content-length": String(body.byteLength) });
		await call.write(body);
	};

const limit = /is longer than 64 MB, which is the limit/;

const tooLong: [string, Act, RegExp][] = [
	["70 MB of JSON", asLengthyJson(70), limit],
	["70 MB of JSON in chunks", asJson(70), limit],
	["70 MB in one event", asEvent(70), limit],
	["a gzip bomb of JSON", bomb(200, json), limit],
	["a gzip bomb of an event", bomb(200, eventStream, "data: 0"), limit],
	["a gzip bomb of an error", bomb(500, json), /HTTP 500/],
];

test.each(tooLong)("%s is told of, takes little memory, and leaves the group as it was", async (_, work, wanted) => {
	await using server = await startScripted({ tools: { work } });
	await using proxy = await startProxyOf(server);
	const reply = await proxy.callTool("remote", "work");
	expect(textOf(reply)).toMatch(wanted);
	expect(errorTextOf(reply).length).toBeLessThan(1_000);
	expect(goodTextOf(await proxy.call("echo", { text: "fine" }))).toBe("fine");
	expect(peakMb(proxy)).toBeLessThan(400);
	expect([server.of("work").length, server.of("initialize").length]).toEqual([1, 1]);
});

/** Results pass whole, however large they are. */
const whole = { resultBudget: 0 };

test.each([
	["JSON", asLengthyJson(10)],
	["JSON in chunks", asJson(10)],
	["an event", asEvent(10)],
])("10 MB as %s arrive complete and unchanged", async (_how, work) => {
	await using server = await startScripted({ tools: { work } });
	await using proxy = await startProxyOf(server, whole);
	const reply = await proxy.call("work");
	const [head, tail] = splitReply(await server.reach("work"));
	const text = proxy.lines.at(-1)?.text ?? "";
	const expected = `${head}${"0123456789abcde ".repeat((10 * mb) / 16)}${tail}`;
	// Compared by hand: a difference could not be shown.
	expect(text === expected.replace(/"id":\d+/, `"id":${reply.id}`)).toBeTrue();
});

test("10 MB that contain what looks like ids, escapes and line ends arrive complete and unchanged", async () => {
	const part = '{"id":7,"jsonrpc":"2.0"} \\u0069d "ü€🚀"\r\n\u2028'.repeat(8);
	const long = part.repeat(Math.ceil((10 * mb) / part.length));
	await using server = await startScripted({
		tools: {
			json: (call) => call.respond(200, JSON.stringify(JSON.parse(call.reply(long)), undefined, 1), json),
			event: async (call) => {
				call.stream();
				await call.event(call.reply(long));
				call.end();
			},
		},
	});
	await using proxy = await startProxyOf(server, whole);
	for (const name of ["json", "event"]) expect(goodTextOf(await proxy.call(name)) === long).toBeTrue();
});
