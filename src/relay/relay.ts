/** Joins clients to groups. No I/O, no processes, nothing global. */
import type { Offer } from "../catalog/offer.ts";
import { createSearch } from "../catalog/search.ts";
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Malformed, Notification } from "../protocol/jsonrpc.ts";
import { ask, createLink } from "../protocol/link.ts";
import { hasBatches, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { createCallers } from "./callers.ts";
import { declares, sharesExtension } from "./capabilities.ts";
import { type Group, usable } from "./group.ts";
import { loudest } from "./log-level.ts";
import { createOwnList } from "./own-list.ts";
import type { RelayParts, RelayState } from "./parts.ts";
import { createRequestHandler, type CurrentGroups } from "./requests.ts";
import { createServerSide, type ServerSide } from "./server-side.ts";
import { createSession, type Session } from "./session.ts";
import { createSubscriptions } from "./subscriptions.ts";

export interface Relay extends ServerSide {
	/** Serves one more client on the channel that `open` opens, until it closes. */
	serve(open: (receive: Receive) => Channel): Session;
	/** These are the groups from now on. Clients are told when their tool list is another one by that. */
	update(groups: readonly Group[], isPrefixed?: boolean): void;
	/** A group's server has been started: it is told what clients have asked for. */
	ready(group: string, connection: Connection): void;
	/** A group's server has told anew what it offers. Clients are told which of their lists are others by that. */
	offered(group: string, offer: Offer, before: Offer | undefined): void;
	/** Whether the group's server must run, although nobody waits for it. */
	isNeeded(group: string): boolean;
}

/** `first` are the groups in config order; `isPrefixed`: the names of exposed tools begin with their group's. */
export function createRelay(parts: RelayParts, first: readonly Group[], isPrefixed = true): Relay {
	const sessions = new Set<Session>();
	const callers = createCallers();
	const subscriptions = createSubscriptions();
	let current = currentGroups(first);
	const ownList = createOwnList(parts, first, isPrefixed);
	const serverSide = createServerSide({
		sessions: () => sessions,
		callers,
		subscriptions,
		capabilitiesOf: (group) => parts.running(group)?.capabilities ?? {},
	});
	const state: RelayState = {
		...parts,
		callers,
		subscriptions,
		search: createSearch(),
		sessions: () => sessions,
		abandon: serverSide.abandon,
	};

	const handle = createRequestHandler(state, ownList, () => current);

	function serve(open: (receive: Receive) => Channel): Session {
		const link = createLink({
			clock: parts.clock,
			open,
			onRequest: (request) => handle(session, request),
			onNotification: (notification) => note(session, notification),
			onUnexpected: (incoming) => answerNonsense(session, incoming),
			acceptsBatches: () => session.version === "" || hasBatches(session.version),
		});
		const session = createSession(link, parts.openTally?.());
		sessions.add(session);
		void link.closed.then(() => leave(session));
		return session;
	}

	function leave(session: Session): void {
		sessions.delete(session);
		session.tally?.end();
		session.hasLeft = true;
		for (const { text } of session.kept.values()) text.drop();
		session.kept.clear();
		callers.forget(session);
		for (const { group, uri } of subscriptions.removeAll(session)) {
			const link = parts.running(group)?.link;
			const params = JSON.stringify({ uri });
			if (link !== undefined) void ask(link, { method: methods.unsubscribe, params, timeoutMs: 1_000 });
		}
	}

	function update(changed: readonly Group[], isNowPrefixed = true): void {
		const before = current.list;
		current = currentGroups(changed);
		for (const feature of ["prompts", "resources"] as const) {
			if (namesOf(before, feature) !== namesOf(changed, feature)) tellAll(listChanged[feature]);
		}
		tellIf(ownList.update(changed, isNowPrefixed));
	}

	function tellIf(isChanged: Promise<boolean>): void {
		void isChanged.then((isSo) => {
			if (isSo) tellAll(methods.toolsListChanged);
		});
	}

	function tellAll(method: string): void {
		for (const { link, version } of sessions) if (version !== "") void link.notify(method);
	}

	function note(session: Session, notification: Notification): void {
		const { method, text } = notification;
		if (method === methods.cancelled) return session.cancel(notification);
		if (method === methods.initialized || method === methods.progress) return;
		for (const { name } of current.list) {
			const connection = parts.running(name);
			if (connection !== undefined && isMeantFor(session, connection, method)) void connection.link.notifyText(text);
		}
	}

	function isMeantFor({ capabilities }: Session, connection: Connection, method: string): boolean {
		if (method === methods.rootsListChanged) return declares(capabilities, "roots");
		if (method === methods.taskStatus) return declares(capabilities, "tasks");
		return sharesExtension(capabilities, connection.capabilities);
	}

	function ready(group: string, { link, capabilities }: Connection): void {
		const timeoutMs = current.groups.get(group)?.timeoutMs.resources ?? 0;
		subscriptions.renew(group, link, timeoutMs);
		const level = loudest(sessions);
		if (level === undefined || !declares(capabilities, "logging")) return;
		void ask(link, { method: methods.setLevel, params: JSON.stringify({ level }), timeoutMs });
	}

	function offered(name: string, offer: Offer, before: Offer | undefined): void {
		tellIf(ownList.offered(name));
		const features = current.groups.get(name)?.features;
		const differs = (field: "prompts" | "resources" | "resourceTemplates") =>
			!Bun.deepEquals(offer[field] ?? [], before?.[field] ?? []);
		if (features?.prompts === true && differs("prompts")) tellAll(listChanged.prompts);
		if (features?.resources === true && (differs("resources") || differs("resourceTemplates"))) {
			tellAll(listChanged.resources);
		}
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

	/** Somebody follows a resource of it, or has a task there. */
	function isNeeded(group: string): boolean {
		return subscriptions.has(group) || [...sessions].some(({ openTasks }) => [...openTasks.values()].includes(group));
	}

	return { serve, update, ready, offered, isNeeded, ...serverSide };
}

const listChanged = { prompts: methods.promptsListChanged, resources: methods.resourcesListChanged } as const;

function currentGroups(list: readonly Group[]): CurrentGroups {
	return { list, groups: new Map(list.map((group) => [group.name, group])) };
}

/** The groups whose lists of this are put together, as text. */
function namesOf(groups: readonly Group[], feature: "prompts" | "resources"): string {
	return JSON.stringify(usable(groups, feature).map(({ name }) => name));
}
