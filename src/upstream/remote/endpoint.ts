/** One server's address: every HTTP request to it goes out here, with what the config says of it. */
import type { Authorizer } from "../../protocol/authorizer.ts";
import { drop } from "./body.ts";
import { networkFailure, RequestFailure, type SignInTrouble } from "./failure.ts";
import { type Answer, createSigned } from "./signed.ts";
import { isEventStream } from "./stream.ts";
import { type TlsOptions } from "./tls.ts";

export interface EndpointSpec {
	/** Whose server it is. */
	readonly group: string;
	readonly url: string;
	/** Sent with every request to the url's own origin, and nowhere else. */
	readonly headers: Readonly<Record<string, string>>;
	readonly userAgent: string;
	readonly tls: TlsOptions | undefined;
	/** Signs the requests to the url's own origin, unless the headers do so themselves. */
	readonly authorizer?: Authorizer | undefined;
}

export interface EndpointRequest {
	readonly method: "GET" | "POST" | "DELETE";
	/** Their names in lower case. They win over those of the config: the protocol cannot do without them. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	readonly signal: AbortSignal;
	/** Elsewhere than the endpoint itself; of the same origin. */
	readonly url?: string | undefined;
}

export interface Endpoint {
	/** Where the endpoint is, after redirects. */
	readonly url: string;
	/** The same without what may be secret: user, password, and query. */
	readonly place: string;
	/** Whether this is of the origin that the config names. */
	isOwn(url: string): boolean;
	/** What of its sign-in made the server refuse the request with this answer; undefined when it was nothing of that. */
	signInTroubleOf(response: Response): (SignInTrouble & { readonly group: string }) | undefined;
	/**
	 * Resolves with the answer's head, whatever its status. Rejects with `RequestFailure`, or with the signal's reason. No
	 * limit of time but the signal.
	 */
	request(request: EndpointRequest): Promise<Response>;
	/** Closes idle connections. */
	close(): void;
}

/** As many as curl's and Go's clients put up with, give or take. */
const maxRedirects = 10;

/**
 * Many a gateway on the way forgets a connection after some minutes without a word, the strictest of the large ones after
 * four. The next request on it would fail, and could not be repeated: for all we know the server has seen it.
 */
const keepAliveSeconds = 60;

interface Target {
	readonly url: string;
	/** Still the origin that the config names: only there its headers are sent. */
	readonly isOwn: boolean;
}

export function createEndpoint(spec: EndpointSpec): Endpoint {
	const { group, url, headers: configured, userAgent, tls } = spec;
	// A pool of connections of its own, which goes with the group.
	const session = new Bun.FetchSession({
		keepAlive: { idleTimeout: keepAliveSeconds },
		// Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0, left in some shell's startup file, must not decide it unseen.
		tls: tls ?? { rejectUnauthorized: true },
	});
	const usual = { "user-agent": userAgent };
	// In lower case: of two spellings of one name both would be sent.
	const own = { ...usual, ...usable(configured) };
	const ownMerged = new WeakMap<object, Record<string, string>>();
	const usualMerged = new WeakMap<object, Record<string, string>>();
	const signedMerged = new WeakMap<object, Record<string, string>>();
	const authorizer = "authorization" in own ? undefined : spec.authorizer;
	const signed = authorizer === undefined ? undefined : createSigned(authorizer, follow);
	let target: Target = { url, isOwn: true };

	/** Remembered, because nearly all requests of a session have the same: putting them together takes longer than sending them. */
	function withOurs(headers: EndpointRequest["headers"], isOwn: boolean): Record<string, string> {
		const merged = isOwn ? ownMerged : usualMerged;
		let all = merged.get(headers);
		if (all === undefined) merged.set(headers, (all = { ...(isOwn ? own : usual), ...headers }));
		return all;
	}

	/** The same with who asks. */
	function withSignature(headers: EndpointRequest["headers"], authorization: string): Record<string, string> {
		const known = signedMerged.get(headers);
		if (known?.["authorization"] === authorization) return known;
		const all = { ...withOurs(headers, true), authorization };
		signedMerged.set(headers, all);
		return all;
	}

	async function follow(message: EndpointRequest, authorization: string | undefined): Promise<Answer> {
		let at = message.url === undefined ? target : { ...target, url: message.url };
		for (let redirects = 0; ; redirects++) {
			const response = await send(message, at, authorization);
			const next = redirected(response, message.method, at);
			if (next === undefined) {
				if (isPlaceOfServer(response, message)) target = at;
				return { response, isOwn: at.isOwn };
			}
			drop(response);
			if (redirects === maxRedirects) throw new RequestFailure("it redirects without end", { remedy: "change" });
			at = next;
		}
	}

	async function send(
		{ method, headers, body, signal }: EndpointRequest,
		at: Target,
		authorization: string | undefined,
	): Promise<Response> {
		const isSigned = at.isOwn && authorization !== undefined;
		try {
			return await session.fetch(at.url, {
				method,
				headers: isSigned ? withSignature(headers, authorization) : withOurs(headers, at.isOwn),
				body: body ?? null,
				signal,
				// Followed by hand, because `fetch` would take the headers along, and make a GET of a POST.
				redirect: "manual",
				// A call may be silent for as long as its group's timeout allows.
				timeout: false,
			});
		} catch (error) {
			signal.throwIfAborted();
			throw networkFailure(error, placeOf(at.url));
		}
	}

	return {
		get url() {
			return target.url;
		},
		get place() {
			return placeOf(target.url);
		},
		isOwn: (other) => new URL(other).origin === new URL(url).origin,
		signInTroubleOf(response) {
			const trouble = signed?.refusalOf(response);
			return trouble === undefined ? undefined : { ...trouble, group };
		},
		request: async (message) => signed?.request(message) ?? (await follow(message, undefined)).response,
		close: () => session.close(),
	};
}

/** Whether the answer shows that the server is here: a page that is shown to whoever asks by GET does not. */
function isPlaceOfServer(response: Response, { method, url }: EndpointRequest): boolean {
	if (!response.ok || url !== undefined) return false;
	return method === "POST" || isEventStream(response);
}

/** Where to send the request instead; undefined when the answer is no redirect. */
function redirected({ status, headers }: Response, method: string, at: Target): Target | undefined {
	const location = status >= 300 && status < 400 ? headers.get("location") : null;
	if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
	const from = new URL(at.url);
	const next = URL.parse(location, at.url);
	if (next === null || !/^https?:$/.test(next.protocol)) {
		throw new RequestFailure(`it redirects to "${location}", which is no http address`, { remedy: "change" });
	}
	if (from.protocol === "https:" && next.protocol === "http:") stayEncrypted(next, from);
	const isSame = next.origin === from.origin;
	// Only 307 and 308 ask for the message itself to be sent elsewhere (RFC 9110 section 15.4). The others lead to a page, or
	// come from a server that puts a slash at the end of its address, and knows no better.
	if (method !== "GET" && (status === 303 || (!isSame && status < 307))) {
		const problem = `HTTP ${status}: it redirects to ${placeOf(next.href)}; if that is the right place, make it the url in the config`;
		throw new RequestFailure(problem, { remedy: "change", status });
	}
	return { url: next.href, isOwn: at.isOwn && isSame };
}

/**
 * What was said over https is never said again where everybody on the way can read it. A server behind a gateway that does
 * the encryption for it may not know that it is at an https address: with its own name it means that one.
 */
function stayEncrypted(next: URL, from: URL): void {
	if (next.hostname !== from.hostname || !["", from.port].includes(next.port)) {
		const problem = `it redirects to ${placeOf(next.href)}, which is not encrypted; if it has to be, make that the url in the config`;
		throw new RequestFailure(problem, { remedy: "change" });
	}
	next.protocol = "https:";
	next.port = from.port;
}

export function placeOf(url: string): string {
	const { origin, pathname } = new URL(url);
	return origin + pathname;
}

const protocolHeaders = ["accept", "content-type", "mcp-session-id", "mcp-protocol-version", "last-event-id"];

function usable(headers: Readonly<Record<string, string>>): Record<string, string> {
	const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
	return Object.fromEntries(entries.filter(([name]) => !protocolHeaders.includes(name)));
}
