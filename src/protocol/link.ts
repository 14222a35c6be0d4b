/**
 * Request and reply on one channel. The link owns the channel's ids and progress tokens, so neither side
 * of the proxy ever sees the other's. The same link serves clients and upstreams.
 */
import type { Clock } from "../base/clock.ts";
import { createBatches } from "./batches.ts";
import type { Channel, CloseReason, Incoming, Outgoing, Receive, Unanswered } from "./channel.ts";
import { join } from "./framing.ts";
import {
	errorCode,
	type Id,
	type Malformed,
	type Message,
	type Notification,
	printError,
	printNotification,
	printRequest,
	printResult,
	type Reply,
	type Request,
	type RpcError,
	withId,
} from "./jsonrpc.ts";
import { parseLongReply, withLongId } from "./long-reply.ts";
import { methods } from "./mcp.ts";
import { type AnyReply, createPending, type OnProgress, type Outcome, type Settle } from "./pending.ts";

export interface LinkOptions {
	readonly clock: Clock;
	/** Opens the channel under this link. */
	readonly open: (receive: Receive) => Channel;
	/** A request of the peer's. It must end in exactly one answer or `drop`. */
	readonly onRequest: (request: Request) => void | Promise<void>;
	readonly onNotification: (notification: Notification) => void | Promise<void>;
	/** What is no message, or a reply that nobody waits for (any more). */
	readonly onUnexpected: (incoming: Malformed | AnyReply) => void | Promise<void>;
	/** Whether the peer may send batches, asked at each one. */
	readonly acceptsBatches: () => boolean;
}

export interface OutgoingRequest {
	readonly method: string;
	/** JSON text of the params, or a function of the request's id, which is also its progress token. */
	readonly params?: string | ((id: number) => string);
	readonly timeoutMs: number;
	/** Called for each progress notification, which also pushes the timeout back. */
	readonly onProgress?: OnProgress;
	/** It asks for a task: there may be progress after the reply, too. */
	readonly isTask?: boolean;
}

export interface Link {
	/**
	 * Sends a request; `settle` is called exactly once, in the order of arrival with everything else.
	 * A timeout cancels the request at the peer. The returned function does the same at once.
	 */
	request(request: OutgoingRequest, settle: Settle): (reason?: string) => void;
	notify(method: string, params?: string): void | Promise<void>;
	/** Sends a notification's text as it is. */
	notifyText(text: string): void | Promise<void>;
	answer(id: Id, result: string): void | Promise<void>;
	refuse(id: Id | null, error: RpcError): void | Promise<void>;
	/** Answers request `id` with another link's reply, unchanged but for the id. */
	forward(id: Id, reply: AnyReply): void | Promise<void>;
	/** Request `id` will get no answer, because the peer cancelled it. */
	drop(id: Id): void;
	/** Until the returned function is called, no request of ours times out; after that each has its full time again. */
	suspendTimeouts(): () => void;
	/** Since when no request of ours waits for its reply, by the clock; undefined while one does, or did at the close. */
	readonly idleSince: number | undefined;
	readonly closed: Promise<CloseReason>;
	close(): Promise<CloseReason>;
}

export function createLink(options: LinkOptions): Link {
	const { clock, onRequest, onNotification, onUnexpected, acceptsBatches } = options;
	let lastId = 0;
	const pending = createPending({ clock, onGiveUp: cancelAtPeer, soFar: (id) => channel.soFar?.(id) });
	const batches = createBatches(sendReply);
	const channel = options.open(dispatch);
	const closed = channel.closed.then((reason) => {
		pending.closeAll(reason);
		return reason;
	});

	function dispatch(incoming: Incoming): void | Promise<void> {
		switch (incoming.kind) {
			case "reply":
			case "long-reply":
				return dispatchReply(incoming);
			case "unanswered":
				return dispatchUnanswered(incoming);
			case "request":
				return onRequest(incoming);
			case "notification":
				return dispatchNotification(incoming);
			case "malformed":
				return dispatchMalformed(incoming);
			case "batch":
				return dispatchBatch(incoming.items);
			default:
				return incoming satisfies never;
		}
	}

	function dispatchReply(incoming: AnyReply): void | Promise<void> {
		const settle = pending.take(incoming.id);
		return settle === undefined ? onUnexpected(incoming) : settle({ kind: "reply", reply: incoming });
	}

	/** Nobody need know of it when the request was given up before. */
	function dispatchUnanswered({ id, problem, remedy }: Unanswered): void | Promise<void> {
		return pending.take(id)?.({ kind: "unanswered", problem, remedy });
	}

	/** A reply that cannot be used still ends the wait for it, when its id can be read. */
	function dispatchMalformed(incoming: Malformed): void | Promise<void> {
		const { id, problem, isReply } = incoming;
		if (id === null || !isReply) return onUnexpected(incoming);
		const error = { code: errorCode.internal, message: `the answer cannot be used: ${problem}` };
		const reply: Reply = { kind: "reply", id, result: undefined, error, text: printError(id, error) };
		const settle = pending.take(id);
		return settle === undefined ? onUnexpected(incoming) : settle({ kind: "reply", reply });
	}

	function dispatchNotification(incoming: Notification): void | Promise<void> {
		const onProgress = incoming.method === methods.progress ? pending.progress(incoming) : undefined;
		return onProgress === undefined ? onNotification(incoming) : onProgress(incoming);
	}

	function dispatchBatch(items: readonly (Message | Malformed)[]): void | Promise<void> {
		const requests = items.filter((item) => item.kind === "request");
		if (requests.length > 0 && !acceptsBatches()) {
			const message = "batches were removed from MCP in revision 2025-06-18; send one message a line";
			void refuse(null, { code: errorCode.invalidRequest, message });
			return dispatchAll(items.filter(({ kind }) => kind === "reply"));
		}
		batches.open(requests.map((request) => request.id));
		return dispatchAll(items);
	}

	function dispatchAll(items: readonly (Message | Malformed)[]): void | Promise<void> {
		const busy = items.map(dispatch).filter((pressure) => pressure !== undefined);
		return busy.length === 0 ? undefined : Promise.all(busy).then(() => {});
	}

	function send(message: { kind: "request" | "notification"; text: string; method?: string }): void | Promise<void> {
		return channel.send(message);
	}

	function sendReply(text: Outgoing["text"]): void | Promise<void> {
		return channel.send({ kind: "reply", text });
	}

	function reply(id: Id | null, text: string): void | Promise<void> {
		if (id !== null && batches.take(id, text)) return undefined;
		return sendReply(text);
	}

	function answer(id: Id, result: string): void | Promise<void> {
		return reply(id, printResult(id, result));
	}

	function refuse(id: Id | null, error: RpcError): void | Promise<void> {
		return reply(id, printError(id, error));
	}

	function forward(id: Id, from: AnyReply): void | Promise<void> {
		if (from.kind === "reply") return reply(id, withId(from, id));
		const pieces = withLongId(from, id);
		if (!batches.has(id)) return sendReply(pieces);
		return reply(id, new TextDecoder().decode(join(pieces)));
	}

	function notify(method: string, params?: string): void | Promise<void> {
		return send({ kind: "notification", method, text: printNotification(method, params) });
	}

	function cancelAtPeer(id: number, method: string, reason: string): void {
		// "The initialize request MUST NOT be cancelled by clients": specification, basic/utilities/cancellation.
		if (method === methods.initialize) return;
		const text = printNotification(methods.cancelled, JSON.stringify({ requestId: id, reason }));
		void channel.send({ kind: "notification", method: methods.cancelled, cancels: id, text });
	}

	function request({ method, params, timeoutMs, onProgress, isTask = false }: OutgoingRequest, settle: Settle) {
		const id = ++lastId;
		pending.add({ id, method, timeoutMs, settle, onProgress, isTask });
		const text = printRequest(id, method, typeof params === "function" ? params(id) : params);
		void channel.send({ kind: "request", id, method, timeoutMs, text });
		return (reason = "the caller cancelled the request") => pending.cancel(id, reason);
	}

	return {
		request,
		notify,
		notifyText: (text) => send({ kind: "notification", text }),
		answer,
		refuse,
		forward,
		drop: (id) => batches.drop(id),
		suspendTimeouts: pending.suspend,
		get idleSince() {
			return pending.idleSince;
		},
		closed,
		close: () => channel.close(),
	};
}

export type Answer = Exclude<Outcome, { kind: "reply" }> | { readonly kind: "reply"; readonly reply: Reply };

/** Asks, waits and reads the answer. Resolves with whatever the outcome is; never rejects. */
export function ask(link: Link, request: OutgoingRequest): Promise<Answer> {
	return new Promise((resolve) => {
		link.request(request, (outcome) => resolve(outcome.kind === "reply" ? read(outcome.reply) : outcome));
	});
}

function read(reply: AnyReply): Answer {
	if (reply.kind === "reply") return { kind: "reply", reply };
	const error = { code: errorCode.internal, message: "the answer is not valid JSON" };
	const unreadable: Reply = {
		kind: "reply",
		id: reply.id,
		result: undefined,
		error,
		text: printError(reply.id, error),
	};
	return { kind: "reply", reply: parseLongReply(reply) ?? unreadable };
}
