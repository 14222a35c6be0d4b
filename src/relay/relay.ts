/** Joins clients to groups: carries out what `route` decides. No I/O, no processes, nothing global. */
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Malformed, Notification, Request } from "../protocol/jsonrpc.ts";
import { createLink } from "../protocol/link.ts";
import { hasBatches, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { relayCall } from "./call.ts";
import { discover, search } from "./discovery.ts";
import { answerFailure } from "./failure.ts";
import { printInitialize, printToolList } from "./meta-tools.ts";
import type { RelayParts } from "./parts.ts";
import { type Decision, route } from "./route.ts";
import { createSession, type Job, type Session } from "./session.ts";
import { printText } from "./texts.ts";

export interface Relay {
	/** Serves one more client on the channel that `open` opens, until it closes. */
	serve(open: (receive: Receive) => Channel): Session;
}

export function createRelay(parts: RelayParts): Relay {
	const groups = new Map(parts.groups.map((group) => [group.name, group]));
	const toolList = printToolList(parts.groups);

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
		return session;
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
				return session.answer(job, printInitialize(decision.version, parts.serverInfo, parts.groups));
			case "pong":
				return session.answer(job, "{}");
			case "list":
				return session.answer(job, toolList);
			case "tell":
				return session.answer(job, printText(decision.text, decision.isError));
			case "refuse":
				return session.refuse(job, decision.error);
			case "discover":
				return void discover(parts, session, job, decision.group, decision.query);
			case "search":
				return session.answer(job, printText(search(parts, decision.query), false));
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

	return { serve };
}
