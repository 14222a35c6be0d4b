/** What can go wrong on the way to a server at a URL, in words for a person, and what helps. Pure. */
import { errorText } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/objects.ts";
import type { Remedy } from "../../protocol/channel.ts";
import type { Reply } from "../../protocol/jsonrpc.ts";

interface FailureFacts {
	readonly remedy: Remedy;
	/** The server cannot have seen the request: it may be sent again without a second thought. */
	readonly isUnseen?: boolean;
	/** Nothing was there to send the request to. */
	readonly isUnreachable?: boolean;
	/** The server no longer knows the session, though it may have acted on the request. */
	readonly isSessionLost?: boolean;
	/** The status of the answer, when there was one. */
	readonly status?: number;
	/** How long the server wants to be left alone. */
	readonly retryAfterMs?: number | undefined;
	/** The reply to the request, which came with the refusal. */
	readonly reply?: Reply | undefined;
}

/** An HTTP request that did not do what it should. `message` has no full stop, and no secret that we know of. */
export class RequestFailure extends Error {
	override readonly name = "RequestFailure";

	constructor(
		message: string,
		readonly facts: FailureFacts,
	) {
		super(message);
	}
}

/** What a sign-in lacks: a person, or something that it says in words without a full stop. */
export type SignInTrouble = { readonly kind: "needed" } | { readonly kind: "failed"; readonly problem: string };

/** An answer that says no. */
export interface Refusal {
	readonly status: number;
	readonly statusText: string;
	/** The beginning of the body. */
	readonly body: string;
	readonly retryAfterMs: number | undefined;
	/** Where the request went, in the end: without user, password, and query. */
	readonly place: string;
	/** The origin that a redirect led to, where the configured headers were not sent. */
	readonly strangeOrigin: string | undefined;
	/** Whether the request carried a session id. */
	readonly hasSession: boolean;
	/** What of the sign-in was the reason; undefined when it was nothing of that. */
	readonly signIn: (SignInTrouble & { readonly group: string }) | undefined;
}

/** What to do about an answer that says no. */
export function refusalFailure(refusal: Refusal, reply?: Reply): RequestFailure {
	const { status, retryAfterMs, hasSession } = refusal;
	if (hasSession && isSessionLost(refusal, reply)) {
		return new RequestFailure("it no longer knows the session", { remedy: "repeat", isUnseen: true, status });
	}
	const words = [describeAnswer(refusal), advice(refusal)].filter((part) => part !== "").join("; ");
	// Whatever came with it, the request is worth another attempt.
	if (refusal.signIn !== undefined) {
		return new RequestFailure(words, { remedy: refusal.signIn.kind === "needed" ? "sign in" : "wait", status });
	}
	const isPassing = status >= 500 || status === 408 || status === 409 || status === 429;
	const remedy: Remedy = isPassing ? "wait" : "change";
	// Both say of themselves that the request was not handled: RFC 6585 section 4, RFC 9110 section 15.6.4.
	const isUnseen = (status === 429 || status === 503) && retryAfterMs !== undefined;
	return new RequestFailure(words, { remedy, isUnseen, status, retryAfterMs, reply });
}

/**
 * The specification wants 404 for a session that is gone (basic/transports, session management); many servers, those
 * made after the official examples among them, answer 400 and say what is wrong. A reply to the request is something else,
 * unless it says the same.
 */
function isSessionLost({ status, body }: Refusal, reply: Reply | undefined): boolean {
	if (status === 404 && reply === undefined) return true;
	return (status === 404 || status === 400) && /session|not initialized/i.test(body);
}

function describeAnswer({ status, statusText, body }: Refusal): string {
	const said = firstWords(body);
	const answer = `HTTP ${status}${statusText === "" ? "" : ` ${statusText}`}`;
	return said === "" ? answer : `${answer}: ${said}`;
}

function advice({ status, retryAfterMs, place, strangeOrigin, signIn }: Refusal): string {
	if (signIn?.kind === "failed") return `the sign-in is of no use at the moment: ${signIn.problem}`;
	if (signIn !== undefined) {
		const what = status === 403 ? "it wants you to allow more than you have" : "it wants you to sign in";
		return `${what}: run dynamic-mcp auth ${asWord(signIn.group)}`;
	}
	if (strangeOrigin !== undefined && (status === 401 || status === 403)) {
		return `a redirect led to ${strangeOrigin}, where the headers of the config are not sent; if that is the right place, make it the url`;
	}
	switch (status) {
		case 401:
			return 'it wants to know who you are; give it a token by "headers": {"Authorization": "Bearer ${TOKEN}"} in the config';
		case 403:
			return "these credentials are not allowed to do that";
		case 404:
		case 405:
			return `there seems to be no MCP server at ${place}; check the url in the config`;
		case 407:
			return "the proxy on the way wants a sign-in; put it into the proxy's address (HTTPS_PROXY)";
		case 429:
		case 503:
			return retryAfterMs === undefined ? "try again later" : `it asks to be left alone for ${retryAfterMs / 1000} s`;
		default:
			return status >= 500 ? "something is wrong at the server" : "";
	}
}

/** As it has to be written in a shell. */
function asWord(name: string): string {
	return /^[\w.@/-]+$/.test(name) ? name : `"${name}"`;
}

const maxWords = 200;

/** What the body of an answer says, in one line: an error's message, a page's title, or else its first line. */
export function firstWords(body: string): string {
	const said = messageIn(body) ?? titleOf(body) ?? body;
	const line = said
		.split(/[\r\n]/)
		.map((each) => each.trim())
		.find((each) => each !== "");
	if (line === undefined) return "";
	return line.length <= maxWords ? line : `${line.slice(0, maxWords)}…`;
}

function messageIn(body: string): string | undefined {
	const value = parseJson(body);
	return isObject(value) ? messageOf(value) : undefined;
}

/** Of a JSON-RPC error, an OAuth error (RFC 6749 section 5.2), problem details (RFC 9457), and the usual rest. */
function messageOf(value: Record<string, unknown>): string | undefined {
	const { error } = value;
	if (isObject(error)) return messageOf(error);
	const candidates = [value["error_description"], value["detail"], value["message"], error, value["title"]];
	return candidates.find((candidate) => typeof candidate === "string");
}

function titleOf(body: string): string | undefined {
	if (!/^\s*<(?:!doctype html|html)/i.test(body)) return undefined;
	const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim();
	return title ? `an HTML page, "${title}"` : "an HTML page";
}

/** Failures before anything was sent, by their code: what comes before the address, and what to do. */
const unsent: ReadonlyMap<string, readonly [what: string, advice: string]> = new Map([
	["ECONNREFUSED", ["nothing listens at", "start the server, or check the url in the config"]],
	["ENOTFOUND", ["there is no such host:", "check the url in the config, and the network"]],
	["EAI_AGAIN", ["the host's name cannot be looked up:", "check the network"]],
	["EHOSTUNREACH", ["there is no way to", "check the network"]],
	["ENETUNREACH", ["there is no way to", "check the network"]],
	["ETIMEDOUT", ["no connection came about with", "check the network"]],
	["FailedToOpenSocket", ["no connection can be opened to", "check the url in the config"]],
	["ERR_PROXY_TUNNEL", ["the proxy on the way does not let us through to", "check HTTPS_PROXY and NO_PROXY"]],
]);

const certificateAdvice =
	'trust it by "tls": {"ca": "<its authority\'s .pem file>"} in the config, or by NODE_EXTRA_CA_CERTS';

function certificateProblem(code: string, message: string, place: string): string | undefined {
	if (code === "EPROTO") {
		return `the TLS handshake with ${place} failed: see whether it is an http:// address, or wants a client certificate (tls.cert and tls.key in the config)`;
	}
	if (code === "CERT_HAS_EXPIRED") return `the certificate of ${place} has expired; the server needs a new one`;
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
		return `the certificate of ${place} is for another host; check the url in the config`;
	}
	if (!/CERT|SIGNATURE|ISSUER|TLS|SSL/.test(code)) return undefined;
	return `the certificate of ${place} cannot be trusted: ${message} (${code}); ${certificateAdvice}`;
}

/** A failure of `fetch` itself, or of a body's stream. */
export function networkFailure(error: unknown, place: string): RequestFailure {
	if (error instanceof RequestFailure) return error;
	const code = isObject(error) && typeof error["code"] === "string" ? error["code"] : "";
	const known = unsent.get(code);
	if (known !== undefined) {
		const [what, advice] = known;
		const status = isObject(error) && typeof error["status"] === "number" ? `, HTTP ${error["status"]}` : "";
		return new RequestFailure(`${what} ${place} (${code}${status}); ${advice}`, {
			remedy: "wait",
			isUnseen: true,
			isUnreachable: true,
		});
	}
	// What Bun adds is advice for programmers, and before it stands the whole url.
	const message = errorText(error).replace(/ fetching "[^]*$/, "");
	const certificate = certificateProblem(code, message, place);
	if (certificate !== undefined) return new RequestFailure(certificate, { remedy: "change" });
	const what = code === "ECONNRESET" ? "the connection was cut before the answer was complete" : message;
	return new RequestFailure(`${what} (${code === "" ? place : code}); it may have done part of its work`, {
		remedy: "wait",
	});
}

/** `Retry-After` in milliseconds from `now`, the time of day: RFC 9110 section 10.2.3. */
export function retryAfter(header: string | null, now: number): number | undefined {
	if (header === null) return undefined;
	if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
	// Without a letter it is no date, though it may be read as one of long ago.
	const date = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
