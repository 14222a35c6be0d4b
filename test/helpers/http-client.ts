/** The official SDK's client, connected directly to a server at a URL. */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import type { HttpServer } from "./http-servers.ts";
import { createMessageLog } from "./message-log.ts";
import { isMessage, isReplyTo, type Message } from "./messages.ts";
import { patienceMs } from "./patience.ts";
import { plainClient, type SdkClient } from "./sdk-client.ts";

export interface HttpClient extends SdkClient {
	/**
	 * The whole reply, be it a result or an error. Asked for beside the SDK's client, which drops the progress that it
	 * reads together with an answer, and puts errors into its own words.
	 */
	callTool(name: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Message>;
	/** Everything the server has sent since the handshake, in order. */
	messages(): Message[];
}

type HttpTransport = StreamableHTTPClientTransport | SSEClientTransport;

/** By the transport that the server has. */
export function connectToServer(
	{ url, transport }: Pick<HttpServer, "url" | "transport">,
	client = plainClient(),
): Promise<HttpClient> {
	return transport === "sse" ? connectBySse(url, client) : connectByHttp(url, client);
}

/** At the end of the scope the session is ended with DELETE. */
export function connectByHttp(url: string, client = plainClient()): Promise<HttpClient> {
	const transport = new StreamableHTTPClientTransport(new URL(url));
	return connect(client, transport, () => transport.terminateSession());
}

export function connectBySse(url: string, client = plainClient()): Promise<HttpClient> {
	return connect(client, new SSEClientTransport(new URL(url)), async () => undefined);
}

async function connect(client: Client, transport: HttpTransport, endSession: () => Promise<void>): Promise<HttpClient> {
	await client.connect(transport);
	const log = createMessageLog();
	const deliver = transport.onmessage;
	// oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
	transport.onmessage = (message) => {
		log.append(new TextEncoder().encode(JSON.stringify(message)));
		deliver?.(message);
	};
	let nextId = 1;
	return {
		client,
		async callTool(name, args = {}, meta) {
			const id = `direct-${nextId++}`;
			const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
			await transport.send({ jsonrpc: "2.0", id, method: "tools/call", params });
			const reply = await log.claim((value) => isMessage(value) && isReplyTo(id)(value), patienceMs);
			if (reply === undefined) throw new Error(`no reply to the direct call of ${name} within ${patienceMs} ms`);
			return reply as Message;
		},
		messages: () => log.lines.map(({ value }) => value as Message),
		async [Symbol.asyncDispose]() {
			// A server that was stopped cannot be told, nor needs to be.
			await endSession().catch(() => undefined);
			await client.close();
		},
	};
}
