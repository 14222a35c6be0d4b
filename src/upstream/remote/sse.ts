/**
 * The HTTP+SSE transport of revision 2024-11-05 as a channel:
 * https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
 *
 * One event stream carries all that the server says. Its first event names the address that messages are posted to. With
 * the stream the session is over, and the next start opens another one.
 */
import { after } from "../../base/clock.ts";
import type { Channel, CloseReason, Incoming, Outgoing } from "../../protocol/channel.ts";
import { readEvents } from "../../protocol/event-stream.ts";
import type { Id } from "../../protocol/jsonrpc.ts";
import { maxMessageBytes } from "../../protocol/line-stream.ts";
import { methods } from "../../protocol/mcp.ts";
import { readHead, readText } from "./body.ts";
import { placeOf } from "./endpoint.ts";
import { RequestFailure } from "./failure.ts";
import type { RemoteHooks } from "./hooks.ts";
import { createLane } from "./lane.ts";
import { bodyOf, failureOf, openStream, post } from "./post.ts";
import { isEventStream } from "./stream.ts";

/** A message is taken within this time, or it is given up; the answer to it may take longer. */
const postMs = 30_000;

/** How long requests that the server may not have taken are waited for once the session is lost. */
const lostMs = 1_000;

/** One request, until the server has taken it. */
interface Request {
	readonly abort: AbortController;
	isPosted: boolean;
	done: Promise<void>;
}

export function openSse({ clock, receive, endpoint, redact, onTrouble, onAddress }: RemoteHooks): Channel {
	const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
	/** Where messages are posted to, once the server has said so. */
	const address = Promise.withResolvers<string>();
	// Whoever waits for it is told; nobody may.
	address.promise.catch(() => {});
	const requests = new Map<Id, Request>();
	const lane = createLane(clock, deliver);
	const ending = new AbortController();
	let version: string | undefined;
	let initialize: Id | undefined;
	let closing: Promise<CloseReason> | undefined;

	// After this turn: nothing is handed on before the channel is in its opener's hands.
	queueMicrotask(() => void readAll());

	async function readAll(): Promise<void> {
		try {
			const { signal } = ending;
			const stream = await openStream({ endpoint, clock, redact, headers: { accept: "text/event-stream" }, signal });
			if (!isEventStream(stream) || stream.body === null) {
				const type = stream.headers.get("content-type") ?? "no content type";
				const problem = `there is no HTTP+SSE server at ${endpoint.place}: it answered ${type} where an event stream was expected`;
				throw new RequestFailure(problem, { remedy: "change" });
			}
			await readEvents(stream.body, {
				maxLength: maxMessageBytes,
				onRetry() {},
				onOversize: () => onTrouble("it sent an event of more than 64 MB, which was dropped"),
				onEvent({ event = "message", data }) {
					if (event === "endpoint") return takeAddress(data);
					return event === "message" && data.trim() !== "" ? hand(readText(data)) : undefined;
				},
			});
			address.reject(new RequestFailure("it closed its event stream at once", { remedy: "wait" }));
			await finish("ended", "it closed its event stream; it may have done part of its work");
		} catch (error) {
			if (ending.signal.aborted) return;
			const failure = failureOf(error, { endpoint, redact });
			address.reject(failure);
			for (const { abort, isPosted } of requests.values()) if (isPosted) abort.abort();
			// Those that still wait for the address are told first what is the matter.
			await Promise.all(Array.from(requests.values(), ({ done }) => done));
			await finish("failed", failure.message);
		}
	}

	/** Messages hold what may be secret, so they go to the server's own origin and nowhere else. */
	function takeAddress(data: string): void {
		const url = URL.parse(data, endpoint.url);
		if (url !== null && url.origin === new URL(endpoint.url).origin) {
			onAddress?.();
			return address.resolve(url.href);
		}
		const found = url === null ? JSON.stringify(data) : placeOf(url.href);
		throw new RequestFailure(`it wants messages sent to ${found}, which is not its own origin`, { remedy: "change" });
	}

	function hand(incoming: Incoming): void | Promise<void> {
		if (closing !== undefined) return undefined;
		if (incoming.kind === "reply" && incoming.id === initialize) {
			const { protocolVersion } = (incoming.result ?? {}) as Record<string, unknown>;
			if (typeof protocolVersion === "string") version = protocolVersion;
		}
		return receive(incoming);
	}

	function send(message: Outgoing): void | Promise<void> {
		if (closing !== undefined) return undefined;
		if (message.kind === "request" && message.id !== undefined) return request(message, message.id);
		if (message.cancels !== undefined) requests.get(message.cancels)?.abort.abort();
		return lane.push(message);
	}

	function request(message: Outgoing, id: Id): void {
		if (message.method === methods.initialize) initialize = id;
		const own: Request = { abort: new AbortController(), isPosted: false, done: Promise.resolve() };
		requests.set(id, own);
		own.done = postRequest(message, id, own).finally(() => requests.delete(id));
	}

	/** The answer comes on the stream; here only the way there can fail. Never rejects. */
	async function postRequest(message: Outgoing, id: Id, own: Request): Promise<void> {
		const { abort } = own;
		try {
			await lane.passed;
			await address.promise;
			own.isPosted = true;
			await postMessage(message, id, abort.signal);
		} catch (error) {
			if (closing !== undefined || abort.signal.aborted) return;
			const failure = failureOf(error, { endpoint, redact });
			const { reply, remedy } = failure.facts;
			await receive(reply ?? { kind: "unanswered", id, problem: failure.message, remedy });
			if (remedy === "repeat") void lose(own, failure.message);
		}
	}

	/** The channel closes as soon as it is known of the other requests, too, whether the server has taken them. */
	async function lose(first: Request, problem: string): Promise<void> {
		const others = [...requests.values()].filter((each) => each !== first);
		await Promise.race([Promise.all(others.map(({ done }) => done)), after(clock, lostMs)]);
		await finish("ended", problem);
	}

	/** Sends a notification or a reply. Never rejects. */
	async function deliver(message: Outgoing): Promise<void> {
		const giveUp = new AbortController();
		const stopTimer = clock.after(postMs, () => giveUp.abort());
		try {
			await postMessage(message, undefined, AbortSignal.any([ending.signal, giveUp.signal]));
		} catch (error) {
			if (!ending.signal.aborted)
				onTrouble(`it did not take ${message.method ?? "a reply"}: ${failureOf(error, { endpoint, redact }).message}`);
		}
		stopTimer();
	}

	async function postMessage({ method, text, timeoutMs = postMs }: Outgoing, id: Id | undefined, signal: AbortSignal) {
		const url = await address.promise;
		const headers = () => ({
			"content-type": "application/json",
			...(version === undefined ? {} : { "mcp-protocol-version": version }),
		});
		// Where nobody takes the first message, nobody ever was.
		const isSession = method !== methods.initialize;
		const to = { endpoint, clock, redact, url, isSession, headers, signal };
		const response = await post({ ...to, body: bodyOf(text), id, timeoutMs });
		void readHead(response);
	}

	function finish(kind: CloseReason["kind"], detail: string): Promise<CloseReason> {
		closing ??= end(kind, detail);
		return closing;
	}

	async function end(kind: CloseReason["kind"], detail: string): Promise<CloseReason> {
		ending.abort();
		for (const { abort } of requests.values()) abort.abort();
		endpoint.close();
		const reason: CloseReason = { kind, detail, lastWords: [], ...(kind === "ended" ? { isClean: true } : {}) };
		resolve(reason);
		return reason;
	}

	function soFar(id: Id): string | undefined {
		if (requests.get(id)?.isPosted === false) return "its event stream did not say where to send messages";
		return requests.has(id) ? "it did not take the message" : "it took the message, but sent no answer";
	}

	return { send, soFar, closed, close: () => finish("closed", "its session was ended by dynamic-mcp") };
}
