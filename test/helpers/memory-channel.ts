/** Two channels joined in memory: what is sent into one arrives at the other. */
import type { Channel, CloseReason, Incoming, Receive, Unanswered } from "../../src/protocol/channel.ts";
import { parseMessage } from "../../src/protocol/jsonrpc.ts";

export interface MemorySide {
	/** To be called once; what was sent to this side before waits for it. */
	readonly open: (receive: Receive) => Channel;
	/** Every text that this side has sent, in order. */
	readonly sent: readonly string[];
	/** Tells this side's receiver in its turn, as a transport may find it out, that a request gets no answer. */
	leaveUnanswered(unanswered: Omit<Unanswered, "kind">): void;
	/** Closes this side for the given reason; the other side sees its peer end. */
	end(reason: CloseReason): void;
}

export interface MemoryPair {
	readonly left: MemorySide;
	readonly right: MemorySide;
}

interface Side extends MemorySide {
	other: Side | undefined;
	/** Takes what comes from the other side. Returns a promise while the receiver holds the channel up. */
	take(incoming: Incoming): void | Promise<void>;
}

export function joinChannels(): MemoryPair {
	const left = createSide();
	const right = createSide();
	left.other = right;
	right.other = left;
	return { left, right };
}

function createSide(): Side {
	const sent: string[] = [];
	const inbox: Incoming[] = [];
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	let receiver: Receive | undefined;
	let hasEnded = false;
	let held: Promise<void> | undefined;
	let delivery: Promise<void> | undefined;

	async function deliver(receive: Receive): Promise<void> {
		// Nothing arrives before `send`, or the function that opens the channel, has returned.
		await Promise.resolve();
		for (let incoming = inbox.shift(); incoming !== undefined; incoming = inbox.shift()) {
			held = receive(incoming) ?? undefined;
			await held;
			held = undefined;
		}
		delivery = undefined;
	}

	function startDelivery(): void {
		if (receiver !== undefined) delivery ??= deliver(receiver);
	}

	const side: Side = {
		other: undefined,
		sent,
		take(incoming) {
			if (hasEnded) return undefined;
			inbox.push(incoming);
			startDelivery();
			return held;
		},
		leaveUnanswered: (unanswered) => void side.take({ kind: "unanswered", ...unanswered }),
		end(reason) {
			if (hasEnded) return;
			hasEnded = true;
			void Promise.resolve(delivery).then(() => resolve(reason));
			side.other?.end({ kind: "ended", detail: "the peer closed the channel", lastWords: [] });
		},
		open(receive) {
			receiver = receive;
			startDelivery();
			return {
				send: ({ text }) => send(typeof text === "string" ? text : Buffer.concat(text).toString()),
				closed,
				close,
			};
		},
	};

	function send(text: string): void | Promise<void> {
		if (hasEnded) return undefined;
		sent.push(text);
		return side.other?.take(parseMessage(text));
	}

	function close(): Promise<CloseReason> {
		side.end({ kind: "closed", detail: "closed by this side", lastWords: [] });
		return closed;
	}

	return side;
}

/** A message as a test reads and writes it. */
export interface Wire {
	readonly id?: string | number | null;
	readonly method?: string;
	readonly params?: Readonly<Record<string, unknown>>;
	readonly result?: unknown;
	readonly error?: unknown;
	readonly [more: string]: unknown;
}

/** One side of a pair in the hands of a test. */
export interface MemoryPeer {
	/** A string is sent as it stands, anything else as JSON with the field `jsonrpc`. */
	readonly send: (message: string | Wire) => void;
	/** What the other side has sent so far, parsed. */
	readonly received: () => Wire[];
	readonly close: () => Promise<CloseReason>;
}

/** `onMessage` sees each message as it arrives: the place for a peer's usual answers. */
export function openMemoryPeer(
	{ left, right }: MemoryPair,
	name: "left" | "right",
	onMessage?: (message: Wire, peer: MemoryPeer) => void,
): MemoryPeer {
	const [side, other] = name === "left" ? [left, right] : [right, left];
	const channel = side.open((incoming) => {
		if ("text" in incoming) onMessage?.(JSON.parse(incoming.text) as Wire, peer);
	});
	const peer: MemoryPeer = {
		send(message) {
			const text = typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", ...message });
			void channel.send({ kind: "notification", text });
		},
		received: () => other.sent.map((text) => JSON.parse(text) as Wire),
		close: () => channel.close(),
	};
	return peer;
}

/** Resolves when every promise that can go on has gone on. In memory nothing happens by itself after that. */
export function quiet(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}
