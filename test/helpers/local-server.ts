/** An HTTP server in the test's own process: it does what its script says, and notes what it is asked. */
import type { Wire } from "./memory-channel.ts";

/** One request as the server saw it. */
export interface Seen {
	/** `GET`, `DELETE`, or the method of the message that was posted; `reply` when it has none. */
	readonly what: string;
	/** With its query. */
	readonly path: string;
	readonly headers: Headers;
	readonly text: string;
	readonly message: Wire;
	/** Aborted when the client has hung up. */
	readonly signal: AbortSignal;
}

export type Act = (seen: Seen) => Response | Promise<Response>;

/** What to do with which request. Of several acts each is for one request, and the last for all that follow. */
export type Script = Readonly<Record<string, Act | readonly Act[]>>;

export interface LocalServer extends AsyncDisposable {
	readonly origin: string;
	readonly url: string;
	readonly seen: readonly Seen[];
	/** Those of that kind. */
	seenOf(what: string): Seen[];
	/** Resolves with the `count`th request of that kind, be it already there. */
	saw(what: string, count?: number): Promise<Seen>;
	/** Resolves after a round trip of its own, by when what had been sent at once has arrived as well. */
	settled(): Promise<void>;
	/** Refuses further connections; those that are in use go on. */
	listenNoMore(): void;
}

/** `initialize` and `notifications/initialized` go well, there is no stream for GET, and any other request is answered. */
const usual: Script = {
	initialize: reply({ protocolVersion: "2025-06-18", capabilities: {} }, { "Mcp-Session-Id": "s1" }),
	"notifications/initialized": taken,
	GET: refusal(405),
	DELETE: taken,
};

const settledPath = "/settled";

export function openLocalServer(script: Script = {}, port = 0): LocalServer {
	const acts: Script = { ...usual, ...script };
	const seen: Seen[] = [];
	const waiting = new Set<() => void>();
	const server = Bun.serve({
		port,
		hostname: "127.0.0.1",
		idleTimeout: 0,
		async fetch(request) {
			if (request.url.endsWith(settledPath)) return taken();
			const one = await note(request);
			seen.push(one);
			const act = acts[one.what] ?? (one.message.id === undefined ? taken : reply());
			const own = seenOf(one.what).length - 1;
			const response = typeof act === "function" ? act(one) : (act[own] ?? act.at(-1) ?? taken)(one);
			for (const look of waiting) look();
			return response;
		},
	});

	const seenOf = (what: string) => seen.filter((each) => each.what === what);

	function saw(what: string, count = 1): Promise<Seen> {
		return new Promise((resolve) => {
			const look = () => {
				const found = seenOf(what)[count - 1];
				if (found === undefined) return;
				waiting.delete(look);
				resolve(found);
			};
			waiting.add(look);
			look();
		});
	}

	return {
		origin: server.url.origin,
		url: `${server.url.origin}/mcp`,
		seen,
		seenOf,
		saw,
		async settled() {
			await fetch(`${server.url.origin}${settledPath}`);
		},
		listenNoMore: () => void server.stop(),
		[Symbol.asyncDispose]: () => server.stop(true),
	};
}

async function note(request: Request): Promise<Seen> {
	const { method, headers, signal } = request;
	const { pathname, search } = new URL(request.url);
	const text = await request.text();
	const message = text === "" ? {} : (JSON.parse(text) as Wire);
	const what = method === "POST" ? (message.method ?? "reply") : method;
	return { what, path: pathname + search, headers, text, message, signal };
}

/** A URL at which nothing listens. */
export async function deadUrl(): Promise<string> {
	await using server = openLocalServer();
	return server.url;
}

/** Answers with a result as JSON. */
export function reply(result: object = {}, headers: Record<string, string> = {}): Act {
	return ({ message: { id } }) => Response.json({ jsonrpc: "2.0", id, result }, { headers });
}

/** Answers with an error as JSON, with that status. */
export function errorReply(status: number, message: string, code = -32_000): Act {
	return ({ message: { id } }) => Response.json({ jsonrpc: "2.0", id, error: { code, message } }, { status });
}

export function refusal(status: number, body = "", headers: Record<string, string> = {}): Act {
	return () => new Response(body, { status, headers });
}

export function redirect(status: number, location: string): Act {
	return refusal(status, "", { Location: location });
}

export function taken(): Response {
	return new Response(null, { status: 202 });
}

/** Never answers. */
export function silence(): Promise<Response> {
	return new Promise(() => {});
}

export const eventOf = (message: Wire) => `data: ${JSON.stringify({ jsonrpc: "2.0", ...message })}\n\n`;

/** Answers with these events, and ends the stream. */
export function events(...parts: readonly (string | ((seen: Seen) => string))[]): Act {
	return (seen) => {
		const body = parts.map((part) => (typeof part === "string" ? part : part(seen))).join("");
		return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
	};
}

export interface LiveEvents {
	readonly act: Act;
	/** Sends text on the stream, which must have been asked for already. */
	send(text: string): void;
	end(): void;
}

/** A stream in the test's hands. The head is sent at once; by default it is a comment, which says nothing. */
export function liveEvents(head = ":\n\n"): LiveEvents {
	const encoder = new TextEncoder();
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	return {
		act() {
			const body = new ReadableStream<Uint8Array>({
				start(own) {
					controller = own;
					own.enqueue(encoder.encode(head));
				},
			});
			return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
		},
		send: (text) => controller?.enqueue(encoder.encode(text)),
		end: () => controller?.close(),
	};
}

/** A server of the older HTTP+SSE transport, whose stream is in the test's hands. It takes every message. */
export function openSseServer(script: Script = {}, address = "/messages?sid=1") {
	const stream = liveEvents(addressEvent(address));
	const takes = { initialize: taken, "tools/call": taken, "tools/list": taken };
	const server = openLocalServer({ ...takes, GET: stream.act, ...script });
	return { server, stream, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** With which that server says where messages are to be posted to. */
export const addressEvent = (address: string) => `event: endpoint\ndata: ${address}\n\n`;
