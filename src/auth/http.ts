/** Every request of a sign-in goes out here, without the headers that the config has for the MCP server. */
import type { Clock } from "../base/clock.ts";
import { isObject, parseJson } from "../base/objects.ts";
import { mustBeSafe, placeOf } from "./addresses.ts";
import { withoutEchoes } from "./echoes.ts";
import { OAuthRefusal, OAuthUnavailable, sayError } from "./failure.ts";
import type { ServerTls } from "./types.ts";

export type Fetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

export interface HttpOptions {
	readonly fetch: Fetch;
	readonly clock: Clock;
	/** Of this program, for the header `User-Agent`. */
	readonly version: string;
	/** Of the MCP server: from there one is led to no other service of this machine. */
	readonly serverUrl: string;
	/** That server's. */
	readonly tls?: ServerTls | undefined;
}

/** In the shape that the SDK's functions take. Has its whole body already. */
export type SafeFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface Http {
	/**
	 * A `fetch` for one piece of work, given up with the signal. Rejects with `UserError` for an address that is not to be
	 * asked, `OAuthUnavailable` when there is no answer, and with the signal's reason. A POST comes back only when it has
	 * gone well: else it rejects with `OAuthRefusal` or `OAuthUnavailable`.
	 */
	within(signal: AbortSignal): SafeFetch;
	/** The head of what the MCP server answers to somebody it does not know. Rejects as `within` does. */
	askServer(init: RequestInit, signal: AbortSignal): Promise<Response>;
}

const timeoutMs = 30_000;
const maxBytes = 1_048_576;
const maxRedirects = 3;
const what = "what the sign-in leads to";

export function createHttp({ fetch, clock, version, serverUrl, tls }: HttpOptions): Http {
	const isOwn = (url: string | URL) => URL.parse(String(url))?.origin === new URL(serverUrl).origin;

	/**
	 * A company's authority stands for all its servers, and the authorization server may also be one of the open internet.
	 * Who we are is proved to the server itself only, and only there certificates may go unchecked.
	 */
	function tlsFor(url: URL): Tls | Promise<Tls> {
		if (tls !== undefined && isOwn(url)) return { ...tls };
		// Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0 in some shell's startup file must not decide it unseen.
		return tls?.ca === undefined ? { rejectUnauthorized: true } : trusting(tls.ca);
	}

	async function send(url: URL, init: RequestInit, signal: AbortSignal, isHeadEnough = false): Promise<Response> {
		const place = placeOf(url);
		const patience = new AbortController();
		const callOff = clock.after(timeoutMs, () => patience.abort());
		const headers = new Headers(init.headers);
		headers.set("user-agent", `dynamic-mcp/${version}`);
		const connection = tlsFor(url);
		try {
			const response = await fetch(url.href, {
				method: init.method ?? "GET",
				headers,
				body: init.body instanceof URLSearchParams ? init.body.toString() : (init.body ?? null),
				signal: AbortSignal.any([signal, patience.signal]),
				// Followed by hand, and never with a body: what is in it is for this address only.
				redirect: "manual",
				tls: connection instanceof Promise ? await connection : connection,
			});
			if (isHeadEnough) void response.body?.cancel().catch(() => {});
			const body = isHeadEnough ? "" : await readLimited(response, place);
			const hasBody = ![101, 204, 205, 304].includes(response.status);
			return new Response(hasBody ? body : null, { status: response.status, headers: response.headers });
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof OAuthUnavailable) throw error;
			if (patience.signal.aborted) throw new OAuthUnavailable(`${place} did not answer within ${timeoutMs / 1000} s`);
			throw new OAuthUnavailable(`${place} could not be reached: ${networkProblem(error)}`);
		} finally {
			callOff();
		}
	}

	async function get(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
		let at = address;
		for (let redirects = 0; ; redirects++) {
			// What the server itself has to say may be read however it is reached.
			const response = await send(isOwn(at) ? new URL(at) : mustBeSafe(at, what, serverUrl), init, signal);
			const next = redirected(response, at);
			if (next === undefined || redirects === maxRedirects || next.origin !== new URL(at).origin) return response;
			at = next.href;
		}
	}

	async function post(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
		const response = await send(mustBeSafe(address, what, serverUrl), init, signal);
		const place = placeOf(address);
		const next = redirected(response, address);
		if (next !== undefined) throw new OAuthUnavailable(`${place} redirects to ${placeOf(next)}, which is not followed`);
		const text = await response.text();
		const answer = parseObject(text);
		// Too busy and broken are no judgement on what was sent, whatever the body says.
		if (response.status === 429 || response.status >= 500)
			throw new OAuthUnavailable(`${place} says HTTP ${response.status}`);
		// Some send their errors with the status 200.
		const isGood = response.ok && (answer?.["error"] === undefined || answer["access_token"] !== undefined);
		if (isGood) return answer === undefined ? new Response(text) : Response.json(answer);
		// Before they are cut short: half a secret would be found nowhere.
		const said = (text: unknown) => (typeof text === "string" ? withoutEchoes(text, init) : undefined);
		const { error: found } = answer ?? {};
		const error = typeof found === "string" && /^[a-z_]+$/.test(found) ? found : said(found);
		if (error === undefined || error === "") throw new OAuthUnavailable(`${place} says HTTP ${response.status}`);
		if (temporary.includes(error)) throw new OAuthUnavailable(`${place} says "${error}"`);
		// With any other status it may be a firewall that speaks, which knows nothing of what was sent.
		if (!response.ok && ![400, 401].includes(response.status) && !judgement.test(error)) {
			const told = sayError(error, said(answer?.["error_description"]));
			throw new OAuthUnavailable(`${place} says HTTP ${response.status}, ${told}`);
		}
		throw new OAuthRefusal(place, error, said(answer?.["error_description"]));
	}

	return {
		within:
			(signal) =>
			(url, init = {}) => {
				signal.throwIfAborted();
				return (init.method === "POST" ? post : get)(String(url), init, signal);
			},
		askServer: (init, signal) => send(new URL(serverUrl), init, signal, true),
	};
}

type Tls = NonNullable<BunFetchRequestInit["tls"]>;

/** This authority besides those that are trusted anyway, with that of NODE_EXTRA_CA_CERTS. */
async function trusting(ca: string): Promise<Tls> {
	// Takes milliseconds to load, and is rarely needed.
	const { getCACertificates } = await import("node:tls");
	return { ca: [ca, ...getCACertificates("default")], rejectUnauthorized: true };
}

/** Codes of RFC 6749, 6750, 7009, 7591 and 8707 that no other program says. */
const judgement = /^(?:(?:invalid|unauthorized|unsupported)_[a-z_]+|access_denied|insufficient_scope)$/;

const temporary = ["temporarily_unavailable", "server_error", "slow_down"];

/** Undefined for what is no JSON object. Nulls are left out: many a server writes them for what it has nothing to say about. */
export function parseObject(text: string): Record<string, unknown> | undefined {
	const value = parseJson(text);
	return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) : undefined;
}

function redirected({ status, headers }: Response, from: string): URL | undefined {
	const location = status >= 300 && status < 400 ? headers.get("location") : null;
	return location === null ? undefined : (URL.parse(location, from) ?? undefined);
}

async function readLimited(response: Response, place: string): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		size += chunk.byteLength;
		// Leaving the loop cancels the body.
		if (size > maxBytes) throw new OAuthUnavailable(`${place} answers with more than 1 MB`);
		chunks.push(chunk);
	}
	return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The runtime's messages name the whole address, so only its code is told. */
function networkProblem(error: unknown): string {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	if (typeof code !== "string") return "no connection";
	if (!/CERT|SIGNATURE/.test(code)) return code;
	return `its certificate cannot be trusted (${code}); to trust its authority, set tls.ca in the config or NODE_EXTRA_CA_CERTS`;
}
