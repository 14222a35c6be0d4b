/** Joins clients to groups: carries out what `route` decides. No I/O, no processes, nothing global. */
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Malformed, Notification, Request } from "../protocol/jsonrpc.ts";
import { createLink } from "../protocol/link.ts";
import { hasBatches, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { relayCall } from "./call.ts";
import { discover, search } from "./discovery.ts";
import { answerFailure } from "./failure.ts";
import type { Group, Groups } from "./group.ts";
import { printInitialize, printToolList } from "./meta-tools.ts";
import type { RelayParts } from "./parts.ts";
import { type Decision, route } from "./route.ts";
import { createSession, type Job, type Session } from "./session.ts";
import { listGroups, printText } from "./texts.ts";

export interface Relay {
	/** Serves one more client on the channel that `open` opens, until it closes. */
	serve(open: (receive: Receive) => Channel): Session;
	/** These are the groups from now on. Clients are told when their tool list is another one by that. */
	update(groups: readonly Group[]): void;
}

/** `first` are the groups in config order. */
export function createRelay(parts: RelayParts, first: readonly Group[]): Relay {
	const sessions = new Set<Session>();
	let list = first;
	let groups: Groups = new Map(list.map((group) => [group.name, group]));
	let toolList = printToolList(list);

	function serve(open: (receive: Receive) => Channel): Session {
		const link = createLink({
			clock: parts.clock,
			open,
			onRequest: (request) => handle(session, request),
			onNotification: (notification) => note(session, notification),
			onUnexpected: (incoming) => answerNonsense(session, incoming),
			acceptsBatches: () => session.version === "" || hasBatches(session.version),
		});
		const session = createSession(link);
		sessions.add(session);
		void link.closed.then(() => sessions.delete(session));
		return session;
	}

	function update(changed: readonly Group[]): void {
		list = changed;
		groups = new Map(list.map((group) => [group.name, group]));
		const before = toolList;
		toolList = printToolList(list);
		if (toolList === before) return;
		for (const { link, version } of sessions) if (version !== "") void link.notify(methods.toolsListChanged);
	}

	function handle(session: Session, request: Request): void | Promise<void> {
		const job = session.begin(request);
		if (job === undefined) return undefined;
		try {
			return carryOut(session, job, route(request, groups));
		} catch (error) {
			// A fault of ours must cost this request only, not the reading of all that follow.
			return answerFailure({ parts, session, job }, error);
		}
	}

	/** Returns a promise only for the client's own back-pressure: its other requests must not wait for this one. */
	function carryOut(session: Session, job: Job, decision: Decision): void | Promise<void> {
		switch (decision.kind) {
			case "initialize":
				session.version = decision.version;
				return session.answer(job, printInitialize(decision.version, parts.serverInfo, list));
			case "pong":
				return session.answer(job, "{}");
			case "list":
				parts.onListed();
				return session.answer(job, toolList);
			case "groups":
				return session.answer(job, printText(listGroups(groups, parts.describeState), false));
			case "tell":
				return session.answer(job, printText(decision.text, decision.isError));
			case "refuse":
				return session.refuse(job, decision.error);
			case "discover":
				return void discover(parts, session, job, decision.group, decision.query);
			case "search":
				return void search(parts, session, job, list, decision.query);
			case "call":
				return relayCall({ parts, session, job, group: decision.group, call: decision.call });
			default:
				return decision satisfies never;
		}
	}

	function note(session: Session, notification: Notification): void {
		if (notification.method === methods.cancelled) session.cancel(notification);
	}

	/** Only a request may be answered with an error: a stray reply of the client's is nothing to answer. */
	function answerNonsense({ link }: Session, incoming: Malformed | AnyReply): void | Promise<void> {
		if (incoming.kind !== "malformed") {
			return parts.emit({ kind: "client-ignored", what: `a reply to nothing we asked, id ${incoming.id}`, text: "" });
		}
		const { id, code, problem, text } = incoming;
		parts.emit({ kind: "client-ignored", what: problem, text });
		return incoming.isReply ? undefined : link.refuse(id, { code, message: `Not a message: ${problem}` });
	}

	return { serve, update };
}
