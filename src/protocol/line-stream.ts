/** MCP's stdio framing on any byte stream: one message a line, both ways, with back-pressure. */
import type { Incoming, Outgoing, Receive } from "./channel.ts";
import { createLineCutter } from "./framing.ts";
import { oversized, parseMessage } from "./jsonrpc.ts";
import { readLongReply } from "./long-reply.ts";

/** Longest message that is read, in bytes. Far above what any client takes, far below what would hurt. */
export const maxMessageBytes = 64 * 2 ** 20;

export interface ReadOptions {
	readonly receive: Receive;
	/** Called for every chunk, before its messages. */
	readonly onChunk?: () => void;
	readonly maxBytes?: number;
}

/** Hands every message of the stream to `receive`. Resolves at the stream's end, however it ends; never rejects. */
export async function readMessages(
	stream: ReadableStream<Uint8Array>,
	{ receive, onChunk, maxBytes = maxMessageBytes }: ReadOptions,
): Promise<void> {
	const pressure = new Set<Promise<void>>();
	const hand = (incoming: Incoming) => {
		const busy = receive(incoming);
		if (busy !== undefined) pressure.add(busy);
	};
	const cutter = createLineCutter({
		maxBytes,
		onLine: (line) => hand(parseMessage(line)),
		onOversize: (head) => hand(oversized(head, maxBytes)),
		onLongLine(pieces) {
			const reply = readLongReply(pieces);
			if (reply !== undefined) hand(reply);
			return reply !== undefined;
		},
	});
	const reader = stream.getReader();
	for (let chunk = await read(reader); chunk !== undefined; chunk = await read(reader)) {
		onChunk?.();
		cutter.push(chunk);
		if (pressure.size > 0) await Promise.all(pressure);
		pressure.clear();
	}
	cutter.end();
}

interface ChunkReader {
	read(): Promise<{ readonly value?: Uint8Array | undefined }>;
}

async function read(reader: ChunkReader): Promise<Uint8Array | undefined> {
	try {
		return (await reader.read()).value;
	} catch {
		// A pipe that breaks has ended; why it ended is told by the process behind it.
		return undefined;
	}
}

/** The part of Bun's `FileSink` that is needed here. */
export interface ByteSink {
	write(data: string | Uint8Array): number | Promise<number>;
	flush(): number | Promise<number>;
}

export interface MessageWriter {
	/** Queues one message. Returns a promise while the sink is full, which resolves when it has drained. */
	write(text: Outgoing["text"]): void | Promise<void>;
	/** Resolves when all that was written is with the sink's reader, or when the sink has failed. */
	flushed(): Promise<void>;
	/** How much waits for a full sink, in characters or bytes. */
	readonly waiting: number;
}

/** Writes lines, all of one turn of the event loop in one go. `onError` is told once, when the sink fails. */
export function createMessageWriter(sink: ByteSink, onError: (error: unknown) => void): MessageWriter {
	let queue: Outgoing["text"][] = [];
	let waiting = 0;
	let scheduled = false;
	let failed = false;
	let draining: Promise<void> | undefined;

	function write(text: Outgoing["text"]): void | Promise<void> {
		if (failed) return undefined;
		queue.push(text);
		waiting += lengthOf(text);
		if (!scheduled && draining === undefined) {
			scheduled = true;
			queueMicrotask(flush);
		}
		return draining;
	}

	function flush(): void {
		scheduled = false;
		if (queue.length === 0 || failed || draining !== undefined) return;
		const batch = queue;
		queue = [];
		waiting = 0;
		if (batch.every((text) => typeof text === "string")) {
			const step = writeChunk(`${batch.join("\n")}\n`);
			if (step !== undefined) draining = drain(step);
		} else draining = drain(writeAll(batch));
	}

	/** Piece by piece, so that what waits stays here, where it is known, and not in a buffer of the sink's. */
	async function writeAll(batch: readonly Outgoing["text"][]): Promise<void> {
		for (const text of batch) {
			if (typeof text !== "string") for (const piece of text) await writeChunk(piece);
			await writeChunk(typeof text === "string" ? `${text}\n` : "\n");
		}
	}

	/** Returns a promise only when the sink cannot take the chunk at once. */
	function writeChunk(chunk: string | Uint8Array): Promise<unknown> | undefined {
		try {
			const steps = [sink.write(chunk), sink.flush()].filter((step) => step instanceof Promise);
			return steps.length === 0 ? undefined : Promise.all(steps);
		} catch (error) {
			fail(error);
			return undefined;
		}
	}

	async function drain(step: Promise<unknown>): Promise<void> {
		try {
			await step;
		} catch (error) {
			fail(error);
		}
		draining = undefined;
		flush();
	}

	function fail(error: unknown): void {
		if (failed) return;
		failed = true;
		queue = [];
		waiting = 0;
		onError(error);
	}

	async function flushed(): Promise<void> {
		flush();
		for (let step = draining; step !== undefined; step = draining) await step;
	}

	return {
		write,
		flushed,
		get waiting() {
			return waiting;
		},
	};
}

/** In characters or bytes, whichever the text is kept in. */
export function lengthOf(text: Outgoing["text"]): number {
	return typeof text === "string" ? text.length : text.reduce((sum, piece) => sum + piece.byteLength, 0);
}
