/** Our own stdin and stdout as a channel. The only writer of stdout while the proxy runs. */
import type { Channel, CloseReason, Outgoing, Receive } from "../protocol/channel.ts";
import { createMessageWriter, readMessages } from "../protocol/line-stream.ts";

export interface StdioChannel extends Channel {
	/** Resolves when the client has been sent everything, or is gone. */
	flushed(): Promise<void>;
}

/**
 * Opens the channel to the client. It is closed when stdin ends (the client's way to say goodbye) or when
 * stdout breaks; after stdin has ended, messages can still be sent.
 */
export function openStdio(receive: Receive): StdioChannel {
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	const writer = createMessageWriter(Bun.stdout.writer(), (error) => {
		resolve({ kind: "failed", detail: `stdout is gone: ${String(error)}`, lastWords: [] });
	});
	void readMessages(Bun.stdin.stream(), { receive }).then(() =>
		resolve({ kind: "ended", detail: "stdin was closed", lastWords: [] }),
	);

	/** A message that came in pieces may have been 60 MB: the collector, which does not see their size, is told. */
	function send({ text }: Outgoing): void | Promise<void> {
		const busy = writer.write(text);
		if (typeof text !== "string") void writer.flushed().then(() => Bun.gc(true));
		return busy;
	}

	return {
		send,
		flushed: writer.flushed,
		closed,
		close() {
			resolve({ kind: "closed", detail: "closed by the proxy", lastWords: [] });
			return closed;
		},
	};
}
