/** Reads server-sent events off a byte stream: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { createParser, type EventSourceMessage } from "eventsource-parser";

export interface EventStreamOptions {
	/** Called for each event, in order. A returned promise is back-pressure: the stream is read on when it has settled. */
	readonly onEvent: (event: EventSourceMessage) => void | Promise<void>;
	/** The server says after how many milliseconds to come back when the stream has ended. */
	readonly onRetry: (delayMs: number) => void;
	/** An event was longer than `maxLength`. It is dropped whole; the next one is fine. */
	readonly onOversize: () => void;
	/** Longest event that is handed on, in UTF-16 code units. */
	readonly maxLength: number;
}

const carriageReturn = 0x0d;

/** What ends an event. Looked for by hand only where an event is being dropped. */
const blankLine = /\r\n\r\n|\n\n|\r\r/;

/** Resolves at the end of the stream; an event that it cuts short is dropped. Rejects with whatever breaks the stream. */
export async function readEvents(stream: ReadableStream<Uint8Array>, options: EventStreamOptions): Promise<void> {
	const { onEvent, onRetry, onOversize, maxLength } = options;
	const decoder = new TextDecoder();
	let pressure: Promise<void>[] = [];
	let endsInReturn = false;
	/** While an event is being dropped: the last of it that was seen. */
	let dropped: string | undefined;
	const isDropping = () => dropped !== undefined;
	const parser = createParser({
		maxBufferSize: maxLength,
		onRetry,
		onEvent(event) {
			const busy = onEvent(event);
			if (busy !== undefined) pressure.push(busy);
		},
		onError({ type }) {
			// What else the parser calls an error is to be ignored, says the standard: unknown fields.
			if (type !== "max-buffer-size-exceeded") return;
			dropped = "";
			onOversize();
		},
	});

	function feed(text: string): void {
		if (isDropping()) return drop(text);
		parser.feed(text);
		// The parser looks at the length when it has read all there is: the event that is too long has not ended yet.
		if (isDropping()) dropped = text.slice(-3);
	}

	function drop(text: string): void {
		const seen = dropped + text;
		const end = blankLine.exec(seen);
		dropped = end === null ? seen.slice(-3) : undefined;
		if (end === null) return;
		parser.reset();
		feed(seen.slice(end.index + end[0].length));
	}

	for await (const chunk of stream) {
		if (chunk.byteLength > 0) endsInReturn = chunk.at(-1) === carriageReturn;
		feed(decoder.decode(chunk, { stream: true }));
		if (pressure.length === 0) continue;
		await Promise.all(pressure);
		pressure = [];
	}
	// The parser waits for what may follow a CR; at the end nothing does, and the line is complete.
	if (endsInReturn) feed("\n");
	await Promise.all(pressure);
}
