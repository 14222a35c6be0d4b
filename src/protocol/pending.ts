/** The requests of one link that wait for their reply. Each is settled exactly once. */
import type { Clock } from "../base/clock.ts";
import { isObject } from "../base/objects.ts";
import type { CloseReason, Remedy } from "./channel.ts";
import type { Id, Notification, Reply } from "./jsonrpc.ts";
import type { LongReply } from "./long-reply.ts";

export type AnyReply = Reply | LongReply;

/** How a request ended. */
export type Outcome =
	| { readonly kind: "reply"; readonly reply: AnyReply }
	/** `soFar`: how far the request had come, where that is known. */
	| { readonly kind: "timeout"; readonly afterMs: number; readonly soFar: string | undefined }
	| { readonly kind: "cancelled"; readonly reason: string }
	/** The channel has found out that there will be no reply. */
	| { readonly kind: "unanswered"; readonly problem: string; readonly remedy: Remedy }
	| { readonly kind: "closed"; readonly reason: CloseReason };

/** Called once with the outcome. A returned promise is back-pressure for the channel the reply came by. */
export type Settle = (outcome: Outcome) => void | Promise<void>;

/** Called for each progress notification of a request. A returned promise is back-pressure, too. */
export type OnProgress = (progress: Notification) => void | Promise<void>;

export interface PendingRequest {
	readonly id: number;
	readonly method: string;
	readonly timeoutMs: number;
	readonly settle: Settle;
	readonly onProgress: OnProgress | undefined;
	/** There may be progress after the reply, too: the reply says that there is a task. */
	readonly isTask?: boolean;
}

interface Waiting {
	readonly request: PendingRequest;
	/** When the request is given up, by the clock. */
	deadline: number;
}

export interface Pending {
	/** Settles at once when the link is already closed. */
	add(request: PendingRequest): void;
	/** Ends the wait for this request's reply and returns who is to have it; undefined when nobody waits for it. */
	take(id: Id): Settle | undefined;
	/** Pushes the deadline back and returns who is to have the progress; undefined when nobody wants it. */
	progress(notification: Notification): OnProgress | undefined;
	cancel(id: number, reason: string): void;
	/**
	 * Until the returned function is called, no request is given up for taking too long. After that each has its full time
	 * again.
	 */
	suspend(): () => void;
	closeAll(reason: CloseReason): void;
	/** Since when no request waits, by the clock; undefined while one does, or when one waited for what then closed. */
	readonly idleSince: number | undefined;
}

export interface PendingOptions {
	readonly clock: Clock;
	/** Told of every request given up before its reply: by timeout or by cancellation. */
	readonly onGiveUp: (id: number, method: string, reason: string) => void;
	/** How far a request has come; asked when it is given up for taking too long. */
	readonly soFar?: (id: number) => string | undefined;
}

export function createPending({ clock, onGiveUp, soFar }: PendingOptions): Pending {
	const waiting = new Map<number, Waiting>();
	/** Who is to have the progress of tasks, by the token. */
	const tasks = new Map<number, OnProgress>();
	let closed: CloseReason | undefined;
	let lastSettled: number | undefined = clock.now();
	/** One timer for all: it rings at the earliest deadline known when it was set, and is set anew then. */
	let ringsAt = Number.POSITIVE_INFINITY;
	let stopTimer = () => {};
	/** How many have suspended the deadlines. */
	let suspended = 0;

	function add(request: PendingRequest): void {
		if (closed !== undefined) return void request.settle({ kind: "closed", reason: closed });
		const deadline = clock.now() + request.timeoutMs;
		waiting.set(request.id, { request, deadline });
		if (deadline < ringsAt) setTimer(deadline);
	}

	function setTimer(deadline: number): void {
		stopTimer();
		ringsAt = deadline;
		stopTimer = clock.after(Math.max(0, deadline - clock.now()), ring);
	}

	function ring(): void {
		ringsAt = Number.POSITIVE_INFINITY;
		if (suspended > 0) return;
		const now = clock.now();
		let next = Number.POSITIVE_INFINITY;
		for (const { request, deadline } of waiting.values()) {
			if (deadline > now) next = Math.min(next, deadline);
			else giveUp(request, { kind: "timeout", afterMs: request.timeoutMs, soFar: soFar?.(request.id) }, "timed out");
		}
		if (next < ringsAt) setTimer(next);
	}

	function giveUp(request: PendingRequest, outcome: Outcome, reason: string): void {
		remove(request.id);
		onGiveUp(request.id, request.method, reason);
		void request.settle(outcome);
	}

	function remove(id: number): void {
		waiting.delete(id);
		if (waiting.size === 0) lastSettled = clock.now();
	}

	function find(id: unknown): Waiting | undefined {
		// Ids we give out are numbers; a peer that answers with "7" for 7 has lost our id, not found it.
		return typeof id === "number" ? waiting.get(id) : undefined;
	}

	function take(id: Id): Settle | undefined {
		const found = find(id);
		if (found === undefined) return undefined;
		const { request } = found;
		remove(request.id);
		if (request.isTask === true && request.onProgress !== undefined) tasks.set(request.id, request.onProgress);
		return request.settle;
	}

	function progress({ params }: Notification): OnProgress | undefined {
		const token = isObject(params) ? params["progressToken"] : undefined;
		const found = find(token);
		if (found === undefined && typeof token === "number") return tasks.get(token);
		if (found?.request.onProgress === undefined) return undefined;
		found.deadline = clock.now() + found.request.timeoutMs;
		return found.request.onProgress;
	}

	function cancel(id: number, reason: string): void {
		const found = waiting.get(id);
		if (found !== undefined) giveUp(found.request, { kind: "cancelled", reason }, reason);
	}

	function suspend(): () => void {
		suspended++;
		let isOver = false;
		return () => {
			if (isOver) return;
			isOver = true;
			suspended--;
			if (suspended > 0) return;
			for (const each of waiting.values()) each.deadline = clock.now() + each.request.timeoutMs;
			if (closed === undefined) ring();
		};
	}

	function closeAll(reason: CloseReason): void {
		closed = reason;
		stopTimer();
		const all = [...waiting.values()];
		if (all.length > 0) lastSettled = undefined;
		// Emptied first: whoever is told may cancel at once, and must not be told again.
		waiting.clear();
		for (const { request } of all) void request.settle({ kind: "closed", reason });
	}

	return {
		add,
		take,
		progress,
		cancel,
		suspend,
		closeAll,
		get idleSince() {
			return waiting.size === 0 ? lastSettled : undefined;
		},
	};
}
