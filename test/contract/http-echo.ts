/** A server at a URL, with either of MCP's transports over HTTP, that sends back on its event stream what is posted. */
import { systemClock } from "../../src/base/clock.ts";
import type { Receive } from "../../src/protocol/channel.ts";
import { openRemote, type RemoteSpec } from "../../src/upstream/remote/open.ts";
import type { EchoChannel } from "./channel.ts";

interface EchoStream {
	readonly body: ReadableStream<Uint8Array>;
	/** Resolves when there was room for the message. */
	send(text: string): Promise<void>;
	end(): void;
}

function createEchoStream(head: string): EchoStream {
	const encoder = new TextEncoder();
	let room = Promise.withResolvers<void>();
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	let isOver = false;

	function stop(): void {
		isOver = true;
		room.resolve();
	}

	const body = new ReadableStream<Uint8Array>({
		start(own) {
			controller = own;
			own.enqueue(encoder.encode(head));
		},
		pull: () => room.resolve(),
		cancel: stop,
	});
	return {
		body,
		async send(text) {
			await room.promise;
			if (isOver) return;
			room = Promise.withResolvers();
			controller?.enqueue(encoder.encode(`data: ${text}\n\n`));
		},
		end() {
			if (!isOver) controller?.close();
			stop();
		},
	};
}

function startEcho() {
	const listening = Promise.withResolvers<EchoStream>();
	let isKnown = true;
	let taken = 0;
	let onTaken = () => {};

	function listen(head: string): Response {
		const stream = createEchoStream(head);
		listening.resolve(stream);
		return new Response(stream.body, { headers: { "Content-Type": "text/event-stream" } });
	}

	/** Taken is only what there was room for, so that whoever sends is held up by whoever does not read. */
	async function sendBack(text: string): Promise<Response> {
		await (await listening.promise).send(text);
		taken++;
		onTaken();
		return accepted();
	}

	async function streamable(request: Request): Promise<Response> {
		if (!isKnown) return new Response("no such session", { status: 404 });
		// With so short a time to come back in, the client soon learns that the session is gone.
		if (request.method === "GET") return listen("retry: 1\n\n");
		if (request.method === "DELETE") return accepted();
		const text = await request.text();
		if (isInitialized(text)) return accepted();
		const greeting = greetingFor(text);
		if (greeting === undefined) return sendBack(text);
		return new Response(greeting, { headers: { "Content-Type": "application/json", "Mcp-Session-Id": "echo" } });
	}

	async function legacyPost(request: Request): Promise<Response> {
		const text = await request.text();
		return isInitialized(text) ? accepted() : sendBack(greetingFor(text) ?? text);
	}

	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		idleTimeout: 0,
		routes: {
			"/mcp": streamable,
			"/sse": { GET: () => listen("event: endpoint\ndata: /messages\n\n") },
			"/messages": { POST: legacyPost },
		},
	});

	return {
		origin: server.url.origin,
		isListenedTo: listening.promise,
		/** Resolves when so many messages have been taken. */
		takes: (count: number) =>
			new Promise<void>((resolve) => {
				onTaken = () => {
					if (taken >= count) resolve();
				};
				onTaken();
			}),
		/** Forgets the session, and ends its stream. */
		async end() {
			isKnown = false;
			(await listening.promise).end();
		},
		stop: () => server.stop(true),
	};
}

const accepted = () => new Response(null, { status: 202 });

const isInitialized = (text: string) => text.includes('"notifications/initialized"');

/** The answer to `initialize`; undefined for any other message. */
function greetingFor(text: string): string | undefined {
	if (!text.includes('"initialize"')) return undefined;
	const { id } = JSON.parse(text) as { id: unknown };
	return JSON.stringify({ jsonrpc: "2.0", id, result: { protocolVersion: "2025-11-25", capabilities: {} } });
}

export interface HttpEchoChannel extends EchoChannel {
	/** Resolves when the echo has taken so many messages, and sent them back. */
	takes(count: number): Promise<void>;
}

/** A channel to an echo of its own. Hands have been shaken, which the receiver sees nothing of. */
export async function openHttpEcho(
	{ transport, path }: { transport: RemoteSpec["transport"]; path: "/mcp" | "/sse" },
	receive: Receive,
): Promise<HttpEchoChannel> {
	const echo = startEcho();
	const greeted = Promise.withResolvers<void>();
	let isOpen = false;
	const spec = {
		group: "echo",
		url: echo.origin + path,
		headers: {},
		userAgent: "test",
		tls: undefined,
		transport,
		onFound() {},
	};
	const channel = openRemote(spec, {
		clock: systemClock,
		random: Math.random,
		redact: (text) => text,
		onTrouble() {},
		receive(incoming) {
			if (!isOpen) greeted.reject(new Error("something was handed on before the channel was there"));
			return incoming.kind === "reply" ? greeted.resolve() : receive(incoming);
		},
	});
	isOpen = true;
	const message = (more: object) => JSON.stringify({ jsonrpc: "2.0", ...more });
	const [id, method, initialized] = [0, "initialize", "notifications/initialized"];
	void channel.send({ kind: "request", id, method, timeoutMs: 5_000, text: message({ id, method }) });
	await greeted.promise;
	void channel.send({ kind: "notification", method: initialized, text: message({ method: initialized }) });
	await echo.isListenedTo;
	return {
		channel,
		takes: echo.takes,
		endPeer: () => void echo.end(),
		async [Symbol.asyncDispose]() {
			await channel.close();
			await echo.stop();
		},
	};
}
