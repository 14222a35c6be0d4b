/** Reads the event streams of Streamable HTTP, and remembers where one can be taken up again. */
import type { Incoming } from "../../protocol/channel.ts";
import { readEvents } from "../../protocol/event-stream.ts";
import { maxMessageBytes } from "../../protocol/line-stream.ts";
import { readText } from "./body.ts";

/** How far a stream has been read. It outlives the connections that carry the stream. */
export interface Position {
	/** For `Last-Event-ID`; undefined when the server gives its events no ids, and the stream cannot be resumed. */
	lastEventId: string | undefined;
	/** How long the server wants us to wait before we come back. */
	retryMs: number | undefined;
	/** How many events there were. */
	events: number;
}

export function createPosition(): Position {
	return { lastEventId: undefined, retryMs: undefined, events: 0 };
}

export interface StreamReader {
	readonly hand: (incoming: Incoming) => void | Promise<void>;
	/** An event was too long, and has been dropped. What is thrown here ends the stream. */
	readonly onOversize: () => void;
}

/** Resolves at the stream's end, rejects with what breaks it. What is no message is handed on as such, and ends nothing. */
export async function readStream(
	{ body }: Response,
	position: Position,
	{ hand, onOversize }: StreamReader,
): Promise<void> {
	if (body === null) return;
	await readEvents(body, {
		maxLength: maxMessageBytes,
		onOversize,
		onRetry(delayMs) {
			position.retryMs = delayMs;
		},
		onEvent({ id, event = "message", data }) {
			position.events++;
			// An empty id takes back those before it: HTML standard, server-sent events.
			if (id !== undefined) position.lastEventId = id === "" ? undefined : id;
			// An event without data only tells its id, so that the stream can be resumed from there.
			return event === "message" && data.trim() !== "" ? hand(readText(data)) : undefined;
		},
	});
}

export function isEventStream({ headers }: Response): boolean {
	return /^\s*text\/event-stream\s*(;|$)/i.test(headers.get("content-type") ?? "");
}
