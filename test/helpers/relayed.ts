/** A relay with one group on memory channels: both of its ends are in the test's hands. */
import { expect } from "bun:test";

import { createCatalogs, type OfferStore } from "../../src/catalog/catalogs.ts";
import type { Event } from "../../src/observe/events.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { createLink } from "../../src/protocol/link.ts";
import type { RelayParts } from "../../src/relay/parts.ts";
import { createRelay } from "../../src/relay/relay.ts";
import { createFakeClock } from "./fake-clock.ts";
import { groupOf } from "./groups.ts";
import { joinChannels, type MemoryPeer, openMemoryPeer, type Wire } from "./memory-channel.ts";
import { forgetful } from "./offer-store.ts";
import { createMemoryResults } from "./result-store.ts";

export const echo = { name: "echo", inputSchema: { type: "object", properties: { text: { type: "string" } } } };

export interface Options extends Partial<RelayParts> {
	/** What the server answers to `tools/list`, or undefined when it says nothing. */
	readonly list?: () => Wire | undefined;
	/** What it does with a call; by default nothing. */
	readonly onCall?: (call: Wire, server: MemoryPeer) => void;
	readonly store?: OfferStore;
	/** Reached over a network, as far as the relay knows. */
	readonly isRemote?: boolean;
}

/** A relay in front of one server, group `fs`, whose messages are in the test's hands. */
export function createRelayed({
	list = () => ({ result: { tools: [echo] } }),
	onCall,
	store = forgetful,
	isRemote = false,
	...more
}: Options = {}) {
	const clock = createFakeClock();
	const events: Event[] = [];

	/** One start of the server. */
	const start = () => {
		const pair = joinChannels();
		const server = openMemoryPeer(pair, "right", (message, peer) => {
			const listed = message.method === "tools/list" ? list() : undefined;
			if (listed !== undefined) peer.send({ id: message.id ?? null, ...listed });
			if (message.method === "tools/call") onCall?.(message, peer);
		});
		const ignore = () => {};
		const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
		const link = createLink({ clock, open: pair.left.open, ...handlers });
		const facts = {
			protocolVersion: "2025-11-25",
			capabilities: { tools: {} },
			serverInfo: {},
			instructions: undefined,
		};
		const connection: Connection = { link, isRemote, ...facts };
		const sentOf = (method: string) => server.received().filter((message) => message.method === method);
		const own = { connection, upstream: pair.left, server, sentOf, hasEnded: false };
		void link.closed.then(() => {
			own.hasEnded = true;
		});
		return own;
	};

	let current = start();
	const starts = [current];
	let isOpen = false;
	const fs = groupOf("fs", { description: "Files" });
	const parts: RelayParts = {
		describeState: () => undefined,
		discoveryBudget: () => 8_000,
		onInitialized: () => {},
		onListed: () => {},
		running: () => (isOpen && !current.hasEnded ? current.connection : undefined),
		open: async () => {
			if (current.hasEnded) starts.push((current = start()));
			isOpen = true;
			return current.connection;
		},
		catalogs: createCatalogs({ timeoutMs: () => 100, fingerprint: (group) => group, store }),
		checkArguments: (_, args) => ("wrong" in args ? [{ path: "wrong", message: "is not a parameter" }] : []),
		results: createMemoryResults(),
		serverInfo: { name: "dynamic-mcp", version: "2.0.0" },
		clock,
		emit: (event) => events.push(event),
		...more,
	};
	const relay = createRelay(parts, [fs]);
	const connect = () => {
		const pair = joinChannels();
		relay.serve(pair.right.open);
		return { ...openMemoryPeer(pair, "left"), texts: pair.right.sent };
	};
	return { ...current, starts, clock, events, client: connect(), connect, relay, fs };
}

export function call(id: string | number, args: object = { text: "hi" }, more: object = {}): Wire {
	const params = { name: "call_dynamic_tool", arguments: { group: "fs", name: "echo", args }, ...more };
	return { id, method: "tools/call", params };
}

export const answered = (id: string | number, result: unknown) => ({ jsonrpc: "2.0", id, result });
export const told = (id: number, text: string | RegExp) =>
	answered(id, { content: [{ type: "text", text: expect.stringMatching(text) }], isError: true });
export const cancel = (requestId: number, reason?: string) => ({
	method: "notifications/cancelled",
	params: { requestId, reason },
});
