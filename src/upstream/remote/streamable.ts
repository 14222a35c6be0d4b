/**
 * MCP's Streamable HTTP as a channel, for the revisions 2025-03-26 to 2025-11-25:
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http
 *
 * Every message is a POST of its own. What the server has to say comes in their answers, or on a stream that is
 * listened to all the time.
 */
import { after } from "../../base/clock.ts";
import { isObject } from "../../base/objects.ts";
import type { Channel, CloseReason, Incoming, Outgoing } from "../../protocol/channel.ts";
import type { Id } from "../../protocol/jsonrpc.ts";
import { methods } from "../../protocol/mcp.ts";
import { drop, readHead, readJsonBody, tooLong } from "./body.ts";
import { firstWords, RequestFailure } from "./failure.ts";
import type { RemoteHooks } from "./hooks.ts";
import { createLane } from "./lane.ts";
import { listen } from "./listen.ts";
import { bodyOf, failureOf, openStream, post } from "./post.ts";
import { followAnswer } from "./resume.ts";
import { createSlots } from "./slots.ts";
import { isEventStream } from "./stream.ts";

/** One request, until its answer and all that comes with it has been read. */
interface Exchange {
	readonly id: Id;
	readonly method: string | undefined;
	readonly abort: AbortController;
	isSent: boolean;
	/** The server has begun to answer, or it never will. */
	isHeard: boolean;
	/** It answers with an event stream, which may go on for long. */
	isStreaming: boolean;
	isAnswered: boolean;
	/** Calls off the end of the patience with a stream that goes on after the answer. */
	stopLinger: (() => void) | undefined;
}

/** A message that needs no answer is given up after this time. */
const notificationMs = 30_000;

/** A stream should end with the answer on it; what goes on for longer would only hold a connection. */
const lingerMs = 1_000;

/** How long requests that the server may never have seen are waited for once the session is lost. */
const lostMs = 1_000;

/** How long the server may take to forget the session, at the end. */
const deleteMs = 500;

/**
 * Bun keeps about 64 connections for further use: with more requests at a time, most would need a new one, which takes
 * twice as long. It sends 256 in all, of which one server must not take too many (its docs, runtime/networking/fetch).
 */
const requestLimits = { few: 60, many: 120, patienceMs: 5 };

const jsonHeaders = { "content-type": "application/json", accept: "application/json, text/event-stream" };

const lostDetail = "it no longer knows the session";

export function openStreamable({
	clock,
	receive,
	endpoint,
	redact,
	random,
	onTrouble,
	takeOver,
}: RemoteHooks): Channel {
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	const exchanges = new Map<Id, Exchange>();
	const slots = createSlots(clock, requestLimits);
	const lane = createLane(clock, deliver);
	const ending = new AbortController();
	let sessionId: string | undefined;
	let version: string | undefined;
	let forPost: Record<string, string> = { ...jsonHeaders };
	let isListening = false;
	/** Set once the session is lost. */
	let onEnd: ((exchange: Exchange) => void) | undefined;
	let closing: Promise<CloseReason> | undefined;

	function headers(more: Record<string, string>): Record<string, string> {
		if (sessionId !== undefined) more["mcp-session-id"] = sessionId;
		if (version !== undefined) more["mcp-protocol-version"] = version;
		return more;
	}

	function postHeaders(): Record<string, string> {
		const isSame = forPost["mcp-session-id"] === sessionId && forPost["mcp-protocol-version"] === version;
		// A new object whenever they change: whoever has the old one may remember it.
		if (!isSame) forPost = headers({ ...jsonHeaders });
		return forPost;
	}

	function send(message: Outgoing): void | Promise<void> {
		if (closing !== undefined) return undefined;
		if (message.kind === "request" && message.id !== undefined) return void exchange(message, message.id);
		// Aborting alone is no cancellation, says the specification: the notification has to go out as well.
		if (message.cancels !== undefined) exchanges.get(message.cancels)?.abort.abort();
		return lane.push(message);
	}

	/** Sends a request and reads what it is answered with. Never rejects. */
	async function exchange(message: Outgoing, id: Id): Promise<void> {
		const abort = new AbortController();
		const own: Exchange = {
			id,
			method: message.method,
			abort,
			isSent: false,
			isHeard: false,
			isStreaming: false,
			isAnswered: false,
			stopLinger: undefined,
		};
		exchanges.set(id, own);
		try {
			await lane.passed;
			await slots.take();
			try {
				await postRequest(message, own);
			} finally {
				slots.give();
			}
		} catch (error) {
			await explain(message, own, error);
		} finally {
			own.stopLinger?.();
			exchanges.delete(id);
			onEnd?.(own);
		}
	}

	async function postRequest({ text, timeoutMs = 0 }: Outgoing, own: Exchange): Promise<void> {
		const { id, abort } = own;
		abort.signal.throwIfAborted();
		if (onEnd !== undefined) throw new RequestFailure(lostDetail, { remedy: "repeat", isUnseen: true });
		own.isSent = true;
		const { signal } = abort;
		const body = bodyOf(text);
		const response = await post({ endpoint, clock, redact, headers: postHeaders, body, id, timeoutMs, signal });
		own.isHeard = true;
		sessionId ??= response.headers.get("mcp-session-id") ?? undefined;
		own.isStreaming = isEventStream(response);
		if (own.isStreaming) await follow(response, own);
		else await readBody(response);
		if (!own.isAnswered) throw new RequestFailure("its answer holds no reply to the request", { remedy: "change" });
	}

	function follow(response: Response, own: Exchange): Promise<void> {
		const { signal } = own.abort;
		return followAnswer(response, {
			clock,
			signal,
			hand,
			isAnswered: () => own.isAnswered,
			resume: (lastEventId) => openEvents(lastEventId, signal),
			onOversize() {
				if (!own.isAnswered) throw new RequestFailure(tooLong, { remedy: "change" });
			},
		});
	}

	async function readBody(response: Response): Promise<void> {
		const { status, headers } = response;
		const incoming = await readJsonBody(response);
		if (incoming.kind !== "malformed" || (incoming.isReply && incoming.id !== null)) return hand(incoming);
		const type = headers.get("content-type") ?? "no content type";
		const said = firstWords(redact(incoming.text));
		const problem = said === "" ? "nothing else" : `what is no JSON-RPC message: ${said}`;
		throw new RequestFailure(`it answered HTTP ${status} (${type}) and ${problem}`, { remedy: "change" });
	}

	function openEvents(lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
		const accept = { accept: "text/event-stream" };
		const sent = headers(lastEventId === undefined ? accept : { ...accept, "last-event-id": lastEventId });
		return openStream({ endpoint, clock, redact, headers: sent, signal });
	}

	function hand(incoming: Incoming): void | Promise<void> {
		if (closing !== undefined) return undefined;
		for (const reply of incoming.kind === "batch" ? incoming.items : [incoming]) {
			const own = "id" in reply && reply.id !== null ? exchanges.get(reply.id) : undefined;
			const isReply =
				reply.kind === "reply" || reply.kind === "long-reply" || (reply.kind === "malformed" && reply.isReply);
			if (own !== undefined && isReply) answered(own, reply);
		}
		return receive(incoming);
	}

	function answered(own: Exchange, reply: Incoming): void {
		own.isAnswered = true;
		if (own.isStreaming) own.stopLinger = clock.after(lingerMs, () => own.abort.abort());
		if (own.method !== methods.initialize || reply.kind !== "reply" || !isObject(reply.result)) return;
		const { protocolVersion } = reply.result;
		if (typeof protocolVersion === "string") version = protocolVersion;
	}

	/** Tells whoever waits for the answer that there will be none. */
	async function explain(message: Outgoing, own: Exchange, error: unknown): Promise<void> {
		own.isHeard = true;
		if (closing !== undefined || own.isAnswered || own.abort.signal.aborted) return;
		const failure = failureOf(error, { endpoint, redact });
		const { reply, remedy, isUnreachable, isSessionLost } = failure.facts;
		if (reply !== undefined) return hand(reply);
		if (own.method === methods.initialize && takeOver?.(message, failure) === true) return;
		if (remedy === "repeat" || isSessionLost === true) lose();
		await receive({ kind: "unanswered", id: own.id, problem: failure.message, remedy });
		const isAlone = exchanges.size <= 1 && !isListening;
		if (isUnreachable === true && isAlone) void finish("failed", failure.message);
	}

	/** The channel closes as soon as it is known what has become of every request, but for those that may take long. */
	function lose(): void {
		if (onEnd !== undefined) return;
		const open = new Set([...exchanges.values()].filter(({ isStreaming }) => !isStreaming));
		const { promise: allEnded, resolve: onAllEnded } = Promise.withResolvers<void>();
		onEnd = (ended) => {
			open.delete(ended);
			if (open.size === 0) onAllEnded();
		};
		if (open.size === 0) onAllEnded();
		void Promise.race([allEnded, after(clock, lostMs)]).then(() => finish("ended", lostDetail));
	}

	/** Sends a notification or a reply. Never rejects. */
	async function deliver({ method, text }: Outgoing): Promise<void> {
		const giveUp = new AbortController();
		const stopTimer = clock.after(notificationMs, () => giveUp.abort());
		const signal = AbortSignal.any([ending.signal, giveUp.signal]);
		const message = { endpoint, clock, redact, headers: postHeaders, id: undefined, timeoutMs: notificationMs, signal };
		try {
			// There should be no body, but a connection is only used again when whatever there is has been read.
			void readHead(await post({ ...message, body: bodyOf(text) })).finally(stopTimer);
		} catch (error) {
			stopTimer();
			if (ending.signal.aborted) return;
			const failure = failureOf(error, { endpoint, redact });
			if (failure.facts.remedy === "repeat") lose();
			onTrouble(`it did not take ${method ?? "a reply"}: ${failure.message}`);
		}
		if (method === methods.initialized) void startListening();
	}

	function startListening(): Promise<void> {
		return listen({
			clock,
			random,
			signal: ending.signal,
			hand,
			open: (lastEventId) => openEvents(lastEventId, ending.signal),
			onOversize: () => onTrouble("it sent an event of more than 64 MB, which was dropped"),
			onOpen(isOpen) {
				isListening = isOpen;
			},
			onSessionLost: lose,
			onTrouble,
		});
	}

	function finish(kind: CloseReason["kind"], detail: string): Promise<CloseReason> {
		closing ??= end(kind, detail);
		return closing;
	}

	async function end(kind: CloseReason["kind"], detail: string): Promise<CloseReason> {
		const isSessionOpen = sessionId !== undefined && kind === "closed" && onEnd === undefined;
		ending.abort();
		for (const { abort } of exchanges.values()) abort.abort();
		if (isSessionOpen) await forgetSession();
		endpoint.close();
		const reason: CloseReason = { kind, detail, lastWords: [], ...(kind === "ended" ? { isClean: true } : {}) };
		resolve(reason);
		return reason;
	}

	async function forgetSession(): Promise<void> {
		const giveUp = new AbortController();
		const stopTimer = clock.after(deleteMs, () => giveUp.abort());
		try {
			const response = await endpoint.request({ method: "DELETE", headers: headers({}), signal: giveUp.signal });
			drop(response);
		} catch {
			// A server need not let us end its session: it ends of itself, then.
		}
		stopTimer();
	}

	function soFar(id: Id): string | undefined {
		const own = exchanges.get(id);
		if (own?.isSent === false) return "it was not sent, because others had not been answered yet";
		return own?.isHeard === true
			? "its answer had begun and did not end"
			: "there was no connection, or no answer on it";
	}

	return { send, soFar, closed, close: () => finish("closed", "its session was ended by dynamic-mcp") };
}
