/** The seam between transports and everything else: types only. */
import type { Batch, Id, Malformed, Message } from "./jsonrpc.ts";
import type { LongReply } from "./long-reply.ts";

export type Incoming = Message | Malformed | Batch | LongReply | Unanswered;

/**
 * What helps a request that got no answer: to `repeat` it on a new connection, because the peer cannot have acted on it
 * and this channel is about to close; to `wait`, because it is a matter of time; to `sign in`, because the peer wants to know who
 * asks before it does anything; or to `change` something first.
 */
export type Remedy = "repeat" | "wait" | "sign in" | "change";

/** A request of ours that will get no reply. The channel goes on, as long as `closed` does not say otherwise. */
export interface Unanswered {
	readonly kind: "unanswered";
	readonly id: Id;
	/** What was found and what to do about it, for a person; without a full stop. */
	readonly problem: string;
	readonly remedy: Remedy;
}

/** Why a channel is no longer there. */
export interface CloseReason {
	/** `closed`: we did it. `ended`: the peer did. `failed`: something broke. */
	readonly kind: "closed" | "ended" | "failed";
	/** What was found, for a person: "exit code 7". */
	readonly detail: string;
	/** What a server wrote to stderr last, oldest line first; empty where there is no stderr. */
	readonly lastWords: readonly string[];
	/** The peer ended of its own accord and reports no fault: exit code 0. */
	readonly isClean?: boolean;
}

/** A message on its way out: every `Message` is one. A transport may look at the envelope and sends the text. */
export interface Outgoing {
	readonly kind: "request" | "notification" | "reply";
	readonly id?: Id;
	readonly method?: string;
	/** Of a request: how long its sender waits for a sign of life. */
	readonly timeoutMs?: number;
	/** Of a notification: the request of ours that it cancels. */
	readonly cancels?: Id;
	/** JSON text without line breaks, or its UTF-8 bytes in pieces. */
	readonly text: string | readonly Uint8Array[];
}

/**
 * Takes what arrives, in order; never called before the function that opens the channel has returned.
 * A returned promise is back-pressure: the channel reads on when it has settled. It must not throw or reject.
 */
export type Receive = (incoming: Incoming) => void | Promise<void>;

/**
 * One live, ordered, bidirectional pipe of messages.
 *
 * The receiver is given when the channel is opened, not attached afterwards, so there is no window in
 * which a message can arrive with nobody listening.
 */
export interface Channel {
	/**
	 * Hands the message to the transport. Returns a promise only when the transport is full: whoever
	 * produces much waits for it. After the close a message is dropped, unless only the incoming half has ended and
	 * the peer still reads; `closed` tells why.
	 */
	send(message: Outgoing): void | Promise<void>;
	/**
	 * How far a request of ours has come, in a few words for whoever has waited for long enough. Left out where nothing
	 * more is known than that there is no reply.
	 */
	soFar?(id: Id): string | undefined;
	/** Resolves once, with why. Never rejects. Everything received before has been handed on by then. */
	readonly closed: Promise<CloseReason>;
	/** Idempotent: a second call returns the first call's promise. */
	close(): Promise<CloseReason>;
}
