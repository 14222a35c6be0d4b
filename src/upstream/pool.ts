/** The upstreams of one program: started on first use, shared by all who ask, stopped together. */
import type { Clock } from "../base/clock.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Emit } from "../observe/events.ts";
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import { errorCode, type Malformed, type Notification, type Request } from "../protocol/jsonrpc.ts";
import { createLink, type Link } from "../protocol/link.ts";
import { hasBatches, type Implementation, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { shakeHands } from "./handshake.ts";

export interface PooledGroup {
	readonly name: string;
	/** For the whole start: process and handshake. */
	readonly connectTimeoutMs: number;
	/** Opens the transport; throws `UpstreamError` when that is not possible. */
	readonly open: (receive: Receive) => Channel;
}

export interface PoolOptions {
	readonly groups: readonly PooledGroup[];
	readonly clock: Clock;
	readonly emit: Emit;
	readonly clientInfo: Implementation;
	/** Takes secrets out of what is told of a failure. */
	readonly redact: (text: string) => string;
	readonly onNotification: (group: string, notification: Notification) => void | Promise<void>;
}

export interface Pool {
	/** The group's connection, if it is running. */
	running(group: string): Connection | undefined;
	/**
	 * The group's connection, started when there is none; whoever asks meanwhile shares the start.
	 * Rejects with `UpstreamError` when it cannot be had. A later call tries anew.
	 */
	open(group: string): Promise<Connection>;
	/** Stops everything at once and for good. */
	close(): Promise<void>;
}

/** What a group has at the moment; nothing when it is not running. */
interface Live {
	readonly link: Link;
	readonly connection: Promise<Connection>;
	/** What `connection` has resolved to. */
	ready: Connection | undefined;
}

export function createPool({ groups, clock, emit, clientInfo, redact, onNotification }: PoolOptions): Pool {
	const byName = new Map(groups.map((group) => [group.name, group]));
	const live = new Map<string, Live>();
	/** Every link that is not closed yet: the live ones, and those of failed starts that are still being stopped. */
	const links = new Set<Link>();
	let closing = false;

	function open(name: string): Promise<Connection> {
		if (closing) return Promise.reject(new UpstreamError(name, "spawn", "dynamic-mcp is stopping"));
		const running = live.get(name);
		if (running !== undefined) return running.connection;
		const group = byName.get(name);
		if (group === undefined) return Promise.reject(new Error(`no group "${name}" in the pool`));
		try {
			return start(group);
		} catch (error) {
			return Promise.reject(failed(name, error, []));
		}
	}

	function start(group: PooledGroup): Promise<Connection> {
		const { name } = group;
		const startedAt = clock.now();
		emit({ kind: "group-starting", group: name });
		const link: Link = createLink({
			clock,
			open: group.open,
			onRequest: (request) => answer(link, request),
			onNotification: (notification) => onNotification(name, notification),
			onUnexpected: (incoming) => emit({ kind: "group-ignored", group: name, ...describe(incoming) }),
			// Before its answer to `initialize` there is no version yet, and nothing to batch.
			acceptsBatches: () => hasBatches(entry.ready?.protocolVersion ?? ""),
		});
		const connection = connect(group, link, startedAt);
		const entry: Live = { link, connection, ready: undefined };
		connection.then(
			(ready) => (entry.ready = ready),
			() => {}, // Whoever asked for the connection is told.
		);
		live.set(name, entry);
		links.add(link);
		void link.closed.then((reason) => {
			links.delete(link);
			if (live.get(name)?.link === link) live.delete(name);
			emit({ kind: "group-closed", group: name, detail: reason.detail });
		});
		return connection;
	}

	async function connect(group: PooledGroup, link: Link, startedAt: number): Promise<Connection> {
		const { name, connectTimeoutMs } = group;
		try {
			const ready = await shakeHands(link, { group: name, clientInfo, timeoutMs: connectTimeoutMs });
			const server = `${JSON.stringify(ready.serverInfo)}, protocol ${ready.protocolVersion}`;
			emit({ kind: "group-ready", group: name, tookMs: clock.now() - startedAt, server });
			return ready;
		} catch (error) {
			// Not to be used by the next call, which gets a fresh start, however long this one takes to stop.
			if (live.get(name)?.link === link) live.delete(name);
			const { lastWords } = await link.close();
			throw failed(name, error, lastWords);
		}
	}

	/** The failure as it may be told: a command or a path in it may hold what a variable was filled in with. */
	function failed(name: string, error: unknown, lastWords: readonly string[]): unknown {
		const cause = error instanceof UpstreamError ? error : undefined;
		const told = cause && new UpstreamError(name, cause.phase, redact(cause.detail), { cause, lastWords });
		emit({ kind: "group-failed", group: name, problem: (told ?? (error as Error)).message });
		return told ?? error;
	}

	async function close(): Promise<void> {
		closing = true;
		await Promise.all(Array.from(links, (link) => link.close()));
	}

	return { running: (group) => live.get(group)?.ready, open, close };
}

/** What a server asks of us: it is offered no capabilities, so `ping` is all it can ask for. */
function answer(link: Link, { id, method }: Request): void | Promise<void> {
	if (method === methods.ping) return link.answer(id, "{}");
	return link.refuse(id, { code: errorCode.methodNotFound, message: `Method not found: ${method}` });
}

function describe(incoming: Malformed | AnyReply): { what: string; text: string } {
	if (incoming.kind === "malformed") return { what: incoming.problem, text: incoming.text };
	return { what: `a late or unknown reply, id ${incoming.id}`, text: "" };
}
