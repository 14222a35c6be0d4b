import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import type { Incoming } from "./channel.ts";
import { createMessageWriter, readMessages } from "./line-stream.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A sink whose fullness is in the test's hands. */
function createSink() {
	const written: string[] = [];
	let space: PromiseWithResolvers<number> | undefined;
	let broken: Error | undefined;
	return {
		written,
		write(data: string | Uint8Array) {
			if (broken !== undefined) throw broken;
			written.push(typeof data === "string" ? data : `bytes ${new TextDecoder().decode(data)}`);
			return data.length;
		},
		flush: () => space?.promise ?? 0,
		fill() {
			space = Promise.withResolvers();
		},
		drain() {
			space?.resolve(0);
			space = undefined;
		},
		fail(error: Error) {
			space?.reject(error);
			space = undefined;
			broken = error;
		},
	};
}

function createWriter() {
	const sink = createSink();
	const errors: unknown[] = [];
	return { sink, errors, writer: createMessageWriter(sink, (error) => errors.push(error)) };
}

describe("the writer", () => {
	test("writes the messages of one turn in one go, one a line", async () => {
		const { sink, writer } = createWriter();
		const promises = [writer.write("1"), writer.write("2"), writer.write("3")];
		await writer.flushed();
		expect({ promises, written: sink.written }).toEqual({
			promises: [undefined, undefined, undefined],
			written: ["1\n2\n3\n"],
		});
	});

	test("writes without being asked for it", async () => {
		const { sink, writer } = createWriter();
		void writer.write("1");
		await Promise.resolve();
		expect(sink.written).toEqual(["1\n"]);
	});

	test("writes bytes as they are, in their place between the texts", async () => {
		const { sink, writer } = createWriter();
		for (const text of ["1", [utf8("2"), utf8("3")], [utf8("4")], "5"]) void writer.write(text);
		await writer.flushed();
		expect(sink.written).toEqual(["1\n", "bytes 2", "bytes 3", "\n", "bytes 4", "\n", "5\n"]);
	});

	test("returns a promise while the sink is full, and none before and after", async () => {
		const { sink, writer } = createWriter();
		sink.fill();
		const first = writer.write("1");
		await Promise.resolve();
		const second = writer.write("2");
		sink.drain();
		await second;
		expect([first, second, writer.write("3")]).toEqual([undefined, expect.any(Promise), undefined]);
	});

	test("keeps the order of what it is given while the sink is full, and counts it", async () => {
		const { sink, writer } = createWriter();
		sink.fill();
		void writer.write("1");
		await Promise.resolve();
		for (const text of ["22", [utf8("33"), utf8("3")]]) void writer.write(text);
		const { waiting } = writer;
		sink.drain();
		await writer.flushed();
		expect({ waiting, left: writer.waiting, written: sink.written }).toEqual({
			waiting: 5,
			left: 0,
			written: ["1\n", "22\n", "bytes 33", "bytes 3", "\n"],
		});
	});

	test("is flushed only when the sink is, however often that fills up", async () => {
		const { sink, writer } = createWriter();
		const order: string[] = [];
		sink.fill();
		void writer.write("1");
		const flushed = writer.flushed().then(() => order.push("flushed"));
		void writer.write("2");
		sink.drain();
		sink.fill();
		await Promise.resolve();
		await Promise.resolve();
		order.push("drained");
		sink.drain();
		await flushed;
		expect({ order, written: sink.written }).toEqual({ order: ["drained", "flushed"], written: ["1\n", "2\n"] });
	});

	test("is flushed at once when there is nothing to write", async () => {
		const { sink, writer } = createWriter();
		await writer.flushed();
		expect(sink.written).toEqual([]);
	});

	test("reports a sink that throws once, and drops what comes after it", async () => {
		const { sink, errors, writer } = createWriter();
		const error = new Error("EPIPE");
		sink.fail(error);
		void writer.write("1");
		await writer.flushed();
		const later = writer.write("2");
		await writer.flushed();
		expect({ errors, later, waiting: writer.waiting }).toEqual({ errors: [error], later: undefined, waiting: 0 });
	});

	test("reports a sink that breaks while it is full once, and lets go of who waits", async () => {
		const { sink, errors, writer } = createWriter();
		const error = new Error("EPIPE");
		sink.fill();
		void writer.write("1");
		await Promise.resolve();
		const waiting = writer.write("2");
		sink.fail(error);
		await Promise.all([waiting, writer.flushed()]);
		expect({ errors, waiting: writer.waiting }).toEqual({ errors: [error], waiting: 0 });
	});
});

/** Reads a stream of these chunks; `order` tells when each was asked for and each message received. */
function createReading(chunks: readonly string[], hold?: (incoming: Incoming) => Promise<void> | undefined) {
	const order: string[] = [];
	const left = [...chunks];
	const stream = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				const chunk = left.shift();
				order.push(chunk === undefined ? "end" : "pull");
				if (chunk === undefined) controller.close();
				else controller.enqueue(utf8(chunk));
			},
		},
		{ highWaterMark: 0 },
	);
	const receive = (incoming: Incoming) => {
		order.push(incoming.kind === "malformed" ? `malformed ${String(incoming.id)}` : incoming.kind);
		return hold?.(incoming);
	};
	return { order, stream, receive };
}

const request = '{"jsonrpc":"2.0","id":1,"method":"m"}';
const notification = '{"jsonrpc":"2.0","method":"m"}';

describe("the reader", () => {
	test("hands every message on, wherever chunks end, the last one without a line ending", async () => {
		const { order, stream, receive } = createReading([
			`${request}\n${notification.slice(0, 9)}`,
			notification.slice(9),
		]);
		await readMessages(stream, { receive });
		expect(order).toEqual(["pull", "request", "pull", "end", "notification"]);
	});

	test("reads on only when the receiver's promise has resolved", async () => {
		const released = Promise.withResolvers<void>();
		const { order, stream, receive } = createReading([`${request}\n`, `${notification}\n`], () => released.promise);
		const reading = readMessages(stream, { receive });
		await quiet();
		order.push("released");
		released.resolve();
		await reading;
		expect(order).toEqual(["pull", "request", "released", "pull", "notification", "end"]);
	});

	test("waits for a promise of any message in a chunk, not only for that of the last", async () => {
		const released = Promise.withResolvers<void>();
		const hold = ({ kind }: Incoming) => (kind === "request" ? released.promise : undefined);
		const { order, stream, receive } = createReading([`${request}\n${notification}\n`, `${notification}\n`], hold);
		const reading = readMessages(stream, { receive });
		await quiet();
		order.push("released");
		released.resolve();
		await reading;
		expect(order).toEqual(["pull", "request", "notification", "released", "pull", "notification", "end"]);
	});

	test("tells of a message that is too long, with its id, and reads on", async () => {
		const long = `{"jsonrpc":"2.0","id":7,"result":"${"x".repeat(400)}"}`;
		const { order, stream, receive } = createReading([`${long}\n${request}\n`]);
		await readMessages(stream, { receive, maxBytes: 300 });
		expect(order).toEqual(["pull", "malformed 7", "request", "end"]);
	});

	test("reads on after a message that is too long and whose id is no JSON", async () => {
		const long = `{"jsonrpc":"2.0","id":007,"result":"${"x".repeat(400)}"}`;
		const { order, stream, receive } = createReading([`${long}\n${request}\n`]);
		await readMessages(stream, { receive, maxBytes: 300 });
		expect(order).toEqual(["pull", "malformed null", "request", "end"]);
	});

	test("says that a chunk has come before its messages are handed on", async () => {
		const { order, stream, receive } = createReading([`${request}\n`]);
		await readMessages(stream, { receive, onChunk: () => order.push("chunk") });
		expect(order).toEqual(["pull", "chunk", "request", "end"]);
	});

	test("ends without an error when the stream breaks", async () => {
		const received: string[] = [];
		const stream = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(utf8(`${request}\n${notification}`));
			},
			pull(controller) {
				controller.error(new Error("EIO"));
			},
		});
		await readMessages(stream, { receive: ({ kind }) => void received.push(kind) });
		expect(received).toEqual(["request", "notification"]);
	});
});
