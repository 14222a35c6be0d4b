/** Sends one message to a server by HTTP, as often as it takes and is safe. */
import { type Clock, within } from "../../base/clock.ts";
import type { Outgoing } from "../../protocol/channel.ts";
import { join } from "../../protocol/framing.ts";
import { type Id, parseMessage, type Reply } from "../../protocol/jsonrpc.ts";
import { readHead } from "./body.ts";
import { type Endpoint, type EndpointRequest, placeOf } from "./endpoint.ts";
import { networkFailure, refusalFailure, RequestFailure, retryAfter } from "./failure.ts";
import { pause } from "./pause.ts";

export interface Post {
	readonly endpoint: Endpoint;
	readonly clock: Clock;
	/** Takes secrets out of what a server says of a failure. */
	readonly redact: (text: string) => string;
	/** Elsewhere than the endpoint itself. */
	readonly url?: string;
	/** That address is one session's own. */
	readonly isSession?: boolean;
	/** Asked at each attempt; the same object as long as nothing changes. */
	readonly headers: () => Readonly<Record<string, string>>;
	readonly body: string | Uint8Array;
	/** The request in the body; undefined when it is none. */
	readonly id: Id | undefined;
	/** How long the sender waits for the answer. */
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
}

/** Pauses before the second and the third attempt when nothing answers: a server that is just being restarted is back by then. */
const connectPausesMs = [250, 1_000];

interface Asking extends Pick<Post, "endpoint" | "clock" | "redact" | "id"> {
	readonly isSession?: boolean | undefined;
}

/** How long the words of a refusal are waited for: its status says enough. */
const headMs = 2_000;

/** How often a server may ask to be left alone. */
const maxRetryAfters = 5;

/**
 * Resolves with an answer that says yes. Sent again is only what the server cannot have seen, or what it has put off itself
 * with `Retry-After`, if that is in time. Rejects with `RequestFailure`, or with the signal's reason.
 */
export async function post(message: Post): Promise<Response> {
	const { clock, signal, timeoutMs } = message;
	const deadline = clock.now() + timeoutMs;
	for (let attempts = 1; ; attempts++) {
		try {
			return await postOnce(message);
		} catch (error) {
			const delayMs = error instanceof RequestFailure ? retryDelay(error, attempts) : undefined;
			if (delayMs === undefined || clock.now() + delayMs >= deadline) throw error;
			await pause(clock, delayMs, signal);
		}
	}
}

function retryDelay({ facts }: RequestFailure, attempts: number): number | undefined {
	if (facts.isUnseen !== true || facts.remedy !== "wait") return undefined;
	if (facts.retryAfterMs === undefined) return connectPausesMs[attempts - 1];
	return attempts <= maxRetryAfters ? facts.retryAfterMs : undefined;
}

function postOnce({ endpoint, clock, redact, url, isSession, headers, body, id, signal }: Post): Promise<Response> {
	return ask({ endpoint, clock, redact, id, isSession }, { method: "POST", headers: headers(), body, signal, url });
}

/** Opens an event stream by GET. Resolves with an answer that says yes; rejects as `post` does. */
export function openStream({ endpoint, clock, redact, headers, signal }: Opening): Promise<Response> {
	return ask({ endpoint, clock, redact, id: undefined }, { method: "GET", headers, signal });
}

export interface Opening extends Pick<Post, "endpoint" | "clock" | "redact" | "signal"> {
	readonly headers: Readonly<Record<string, string>>;
}

async function ask({ endpoint, clock, redact, id, isSession }: Asking, request: EndpointRequest): Promise<Response> {
	const response = await endpoint.request(request);
	if (response.ok) return response;
	const { status, statusText, headers } = response;
	const where = response.url === "" ? endpoint.url : response.url;
	const text = (await within(clock, headMs, readHead(response))) ?? "";
	request.signal.throwIfAborted();
	const refusal = {
		status,
		statusText,
		body: redact(text),
		retryAfterMs: retryAfter(headers.get("retry-after"), Date.now()),
		// Not the endpoint's own: a redirect that led to a refusal is not remembered.
		place: placeOf(where),
		strangeOrigin: endpoint.isOwn(where) ? undefined : new URL(where).origin,
		hasSession: "mcp-session-id" in request.headers || isSession === true,
		signIn: endpoint.signInTroubleOf(response),
	};
	throw refusalFailure(refusal, id === undefined ? undefined : replyIn(text, id));
}

/** A message's text as a body. */
export function bodyOf(text: Outgoing["text"]): string | Uint8Array {
	return typeof text === "string" ? text : join(text);
}

/** Some servers send a JSON-RPC error, which is the reply, with a status that says no. */
function replyIn(text: string, id: Id): Reply | undefined {
	if (!text.trimStart().startsWith("{")) return undefined;
	const message = parseMessage(text.replaceAll(/[\r\n]+/g, " "));
	return message.kind === "reply" && message.id === id ? message : undefined;
}

/** What went wrong, in our words, without secrets. */
export function failureOf(error: unknown, { endpoint, redact }: Pick<Post, "endpoint" | "redact">): RequestFailure {
	const { message, facts } = networkFailure(error, endpoint.place);
	return new RequestFailure(redact(message), facts);
}
