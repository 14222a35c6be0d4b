/** A relay in front of several servers and clients on memory channels: all of its ends are in the test's hands. */
import { type Catalogs, createCatalogs } from "../../src/catalog/catalogs.ts";
import type { Offer } from "../../src/catalog/offer.ts";
import type { Event } from "../../src/observe/events.ts";
import type { CloseReason, Receive, Remedy } from "../../src/protocol/channel.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { createLink } from "../../src/protocol/link.ts";
import type { Group } from "../../src/relay/group.ts";
import type { RelayParts } from "../../src/relay/parts.ts";
import { createRelay, type Relay } from "../../src/relay/relay.ts";
import { createFakeClock } from "./fake-clock.ts";
import { groupOf } from "./groups.ts";
import { joinChannels, type MemoryPair, type MemoryPeer, openMemoryPeer, quiet, type Wire } from "./memory-channel.ts";
import { createMemoryStore } from "./offer-store.ts";
import { createMemoryResults } from "./result-store.ts";

/** What a server does with requests, by method; undefined when it gives no answer. */
export type Answers = Readonly<Record<string, (message: Wire) => Wire | undefined>>;

/** What is there behind a group. */
export interface Plan {
	readonly group?: Partial<Group>;
	/** Besides those that its lists imply. */
	readonly capabilities?: Record<string, unknown>;
	readonly tools?: readonly unknown[];
	readonly prompts?: readonly unknown[];
	readonly resources?: readonly unknown[];
	readonly resourceTemplates?: readonly unknown[];
	/** What was known before the start. */
	readonly known?: Partial<Offer>;
	/** In place of its usual answers. */
	readonly answers?: Answers;
	/** What it takes to be started by the relay. */
	readonly opening?: Promise<void>;
	/** Why it cannot be started. */
	readonly failure?: Error;
}

interface Running {
	readonly connection: Connection;
	readonly pair: MemoryPair;
	readonly peer: MemoryPeer;
	/** Takes what arrives from the server. */
	readonly receive: Receive;
}

const silence = { protocolVersion: "2025-11-25", serverInfo: {}, instructions: undefined } as const;
const nothing = { tools: [], prompts: [], resources: [], resourceTemplates: [] };
const exited: CloseReason = { kind: "ended", detail: "it exited with code 7", lastWords: [] };

/** One server of each group, started when the relay opens it, or the test does. */
function createServer(name: string, plan: Plan, parts: { relay: () => Relay; catalogs: () => Catalogs }, clock: Clock) {
	const starts: Running[] = [];
	let running: Running | undefined;
	const capabilities = {
		tools: {},
		...(plan.prompts === undefined ? {} : { prompts: {} }),
		...(plan.resources === undefined && plan.resourceTemplates === undefined ? {} : { resources: {} }),
		...plan.capabilities,
	};

	function answer(message: Wire): Wire | undefined {
		const { method = "" } = message;
		if (plan.answers !== undefined && Object.hasOwn(plan.answers, method)) return plan.answers[method]?.(message);
		const { tools = [], prompts = [], resources = [], resourceTemplates = [] } = plan;
		const lists: Record<string, object> = {
			"tools/list": { tools },
			"prompts/list": { prompts },
			"resources/list": { resources },
			"resources/templates/list": { resourceTemplates },
			"resources/subscribe": {},
			"resources/unsubscribe": {},
			"logging/setLevel": {},
		};
		const result = lists[method];
		return result === undefined ? undefined : { result };
	}

	function start(): Connection {
		const pair = joinChannels();
		const peer = openMemoryPeer(pair, "right", (message, peer) => {
			if (message.id === undefined || message.method === undefined) return;
			const reply = answer(message);
			if (reply !== undefined) peer.send({ id: message.id, ...reply });
		});
		let take: Receive = () => {};
		const link = createLink({
			clock,
			open(receive) {
				take = receive;
				return pair.left.open(receive);
			},
			onRequest: (request) => parts.relay().request(name, link, request),
			onNotification: (notification) => parts.relay().notification(name, link, notification),
			onUnexpected: () => {},
			acceptsBatches: () => false,
		});
		const connection: Connection = { link, isRemote: true, ...silence, capabilities };
		const own = { connection, pair, peer, receive: take };
		void link.closed.then(() => {
			if (running === own) running = undefined;
		});
		starts.push(own);
		running = own;
		parts.relay().ready(name, connection);
		parts
			.catalogs()
			.refresh(name, connection)
			.catch(() => {});
		return connection;
	}

	const last = () => {
		const own = starts.at(-1);
		if (own === undefined) throw new Error(`group "${name}" was never started`);
		return own;
	};
	const leave = (method: string, problem: string, remedy: Remedy) => {
		const { peer, receive } = last();
		const id = peer.received().findLast((message) => message.method === method)?.id ?? "";
		void receive({ kind: "unanswered", id, problem, remedy });
	};
	return {
		open: async () => {
			await plan.opening;
			if (plan.failure !== undefined) throw plan.failure;
			return running?.connection ?? start();
		},
		connection: () => running?.connection,
		/** Starts it, and resolves when what it offers has been read. */
		async start() {
			start();
			await quiet();
		},
		starts: () => starts.length,
		link: () => last().connection.link,
		send: (message: string | Wire) => last().peer.send(message),
		/** What the running server, or the one that ran last, has been asked and told by the method. */
		got: (method: string) =>
			starts
				.at(-1)
				?.peer.received()
				.filter((message) => message.method === method) ?? [],
		/** What it was answered. */
		answers: () =>
			last()
				.peer.received()
				.filter((message) => message.method === undefined),
		texts: () => last().pair.left.sent,
		/** Its process ends. */
		async end(reason = exited) {
			last().pair.left.end(reason);
			await quiet();
		},
		/** A server at a URL has lost the session, and has not acted on the request that it was asked last by the method. */
		async lose(method: string) {
			leave(method, "it no longer knows the session", "repeat");
			last().pair.left.end({ kind: "ended", detail: "it no longer knows the session", lastWords: [], isClean: true });
			await quiet();
		},
		/** A server at a URL wants somebody to sign in for the request that it was asked last by the method. */
		async refuse(method: string) {
			leave(method, "HTTP 401", "sign in");
			await quiet();
		},
		/** A server at a URL could not be reached for the request that it was asked last by the method. */
		async fail(method: string) {
			leave(method, "there was no connection", "wait");
			await quiet();
		},
	};
}

type Clock = ReturnType<typeof createFakeClock>;
type Server = ReturnType<typeof createServer>;

export function createRelaying<Name extends string>(
	plans: Readonly<Record<Name, Plan>>,
	more: Partial<RelayParts> = {},
) {
	const clock = createFakeClock();
	const events: Event[] = [];
	const names = Object.keys(plans) as Name[];
	const parts = { relay: () => relay, catalogs: () => catalogs };
	const servers = Object.fromEntries(
		names.map((name) => [name, createServer(name, plans[name], parts, clock)]),
	) as Record<Name, Server>;
	const find = (name: string): Server => servers[name as Name];
	const known = names.flatMap((name): [string, Offer][] => {
		const { known } = plans[name];
		return known === undefined ? [] : [[name, { ...nothing, ...silence, capabilities: {}, ...known }]];
	});
	const store = createMemoryStore(new Map(known));
	const catalogs = createCatalogs({
		timeoutMs: () => 1_000,
		fingerprint: (group) => group,
		store,
		onOffer: (group, offer, before) => relay.offered(group, offer, before),
	});
	const groups = names.map((name) => groupOf(name, plans[name].group));
	const relay = createRelay(
		{
			describeState: () => undefined,
			discoveryBudget: () => 8_000,
			onInitialized: () => {},
			onListed: () => {},
			running: (name) => find(name).connection(),
			open: (name) => find(name).open(),
			catalogs,
			checkArguments: () => [],
			results: createMemoryResults(),
			serverInfo: { name: "dynamic-mcp", version: "2.0.0" },
			clock,
			emit: (event) => events.push(event),
			...more,
		},
		groups,
	);
	/** A client with these capabilities that has shaken hands. */
	const connect = (capabilities: object = {}) => connectClient(relay, capabilities);
	return { ...servers, clock, events, relay, groups, catalogs, store, connect };
}

export type Client = Awaited<ReturnType<typeof connectClient>>;

async function connectClient(relay: Relay, capabilities: object) {
	const pair = joinChannels();
	const session = relay.serve(pair.right.open);
	const peer = openMemoryPeer(pair, "left");
	const params = { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "test", version: "1" } };
	peer.send({ id: "hello", method: "initialize", params });
	peer.send({ method: "notifications/initialized" });
	await quiet();
	const before = peer.received().length;
	const received = () => peer.received().slice(before);
	let lastId = 0;
	return {
		...peer,
		session,
		/** What it was answered to `initialize`. */
		greeting: peer.received()[0],
		/** Everything since the handshake. */
		received,
		texts: () => pair.right.sent.slice(before),
		/** What it was asked and told by the method. */
		got: (method: string) => received().filter((message) => message.method === method),
		/** Asks, and resolves with the reply if there is one as soon as nothing goes on any more. */
		async ask(method: string, params?: object): Promise<Wire | undefined> {
			const id = `ask ${++lastId}`;
			peer.send({ id, method, ...(params === undefined ? {} : { params: { ...params } }) });
			await quiet();
			return received().find((message) => message.id === id && message.method === undefined);
		},
	};
}

/** A call of a tool by `call_dynamic_tool`. */
export function callOf(id: string | number, group: string, name = "echo", more: object = {}): Wire {
	const params = { name: "call_dynamic_tool", arguments: { group, name, args: {} }, ...more };
	return { id, method: "tools/call", params };
}

export const echoTool = { name: "echo", inputSchema: { type: "object" } };
