/** Joins clients to groups: carries out what `route` decides. No I/O, no processes, nothing global. */
import { isObject } from "../base/objects.ts";
import { cutToBytes } from "../base/text.ts";
import type { Offer } from "../catalog/offer.ts";
import { createSearch } from "../catalog/search.ts";
import type { Channel, Receive } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";
import { memberSpan, sliceSpan } from "../protocol/json-text.ts";
import { errorCode, type Malformed, type Notification, type Request } from "../protocol/jsonrpc.ts";
import { ask, createLink } from "../protocol/link.ts";
import { hasBatches, methods } from "../protocol/mcp.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { readDirectCall } from "./call-params.ts";
import { relayCall } from "./call.ts";
import { createCallers } from "./callers.ts";
import { declares, extensionsOf, knownExtensions, sharesExtension } from "./capabilities.ts";
import type { Decision } from "./decision.ts";
import type { Target } from "./exposure.ts";
import { answerFailure } from "./failure.ts";
import { type Group, type Groups, usable } from "./group.ts";
import type { Job } from "./jobs.ts";
import { loudest } from "./log-level.ts";
import { printInitialize } from "./meta-tools.ts";
import { createOwnList } from "./own-list.ts";
import type { RelayParts, RelayState } from "./parts.ts";
import { route } from "./route.ts";
import { createServerSide, type ServerSide } from "./server-side.ts";
import { createSession, type Session } from "./session.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { printText, unknownName } from "./texts.ts";

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
	let list = first;
	let groups: Groups = new Map(list.map((group) => [group.name, group]));
	const ownList = createOwnList(parts, list, isPrefixed);
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
		const before = list;
		list = changed;
		groups = new Map(list.map((group) => [group.name, group]));
		for (const feature of ["prompts", "resources"] as const) {
			if (namesOf(before, feature) !== namesOf(list, feature)) tellAll(listChanged[feature]);
		}
		tellIf(ownList.update(list, isNowPrefixed));
	}

	function tellIf(isChanged: Promise<boolean>): void {
		void isChanged.then((isSo) => {
			if (isSo) tellAll(methods.toolsListChanged);
		});
	}

	function tellAll(method: string): void {
		for (const { link, version } of sessions) if (version !== "") void link.notify(method);
	}

	function handle(session: Session, request: Request): void | Promise<void> {
		const job = session.begin(request);
		if (job === undefined) return undefined;
		// One that asks before it has introduced itself is served all the same, as a client that can do nothing more.
		if (session.version === "" && !beforeHello.has(request.method)) parts.onInitialized("{}");
		try {
			return carryOut(session, job, request, route(request, groups));
		} catch (error) {
			// A fault of ours must cost this request only, not the reading of all that follow.
			return answerFailure({ parts, session, job }, error);
		}
	}

	/** Returns a promise only for the client's own back-pressure: its other requests must not wait for this one. */
	function carryOut(session: Session, job: Job, request: Request, decision: Decision): void | Promise<void> {
		switch (decision.kind) {
			case "initialize":
				return initialize(session, job, request, decision.version);
			case "pong":
				return session.answer(job, "{}");
			case "list":
				parts.onListed();
				return listTools(session, job);
			case "groups":
				job.counted = session.tally?.discovery(undefined, undefined);
				return void discovery().overview(parts, session, job, list);
			case "tell":
				job.counted = session.tally?.discovery(undefined, decision.text);
				return tell(session, job, decision);
			case "refuse":
				return session.refuse(job, decision.error);
			case "discover":
				job.counted = session.tally?.discovery(decision.group.name, decision.query);
				return void discovery().discover(state, session, job, decision.group, decision.query);
			case "search":
				job.counted = session.tally?.discovery(undefined, decision.query);
				return void discovery().search(state, session, job, list, decision.query);
			case "call":
				job.counted = session.tally?.result(decision.group.name);
				return relayCall({ parts: state, session, job, group: decision.group, call: decision.call });
			case "direct":
				return callDirectly(session, job, request, decision.name);
			case "gather":
			case "resource":
			case "prompt":
			case "complete":
			case "level":
			case "task":
			case "tasks":
			case "extension":
				return void features().serveFeature({ state, session, job, request, groups: list }, decision);
			default:
				return decision satisfies never;
		}
	}

	function tell(session: Session, job: Job, { text, isError }: Decision & { kind: "tell" }): void | Promise<void> {
		const budget = parts.discoveryBudget();
		return session.answer(job, printText(budget === 0 ? text : cutToBytes(text, budget), isError));
	}

	function listTools(session: Session, job: Job): void | Promise<void> {
		const text = ownList.print();
		const answer = (all: string) => {
			session.tally?.listed(all.length);
			return session.answer(job, all);
		};
		return typeof text === "string" ? answer(text) : void text.then(answer);
	}

	function callDirectly(session: Session, job: Job, request: Request, name: string): void | Promise<void> {
		const found = ownList.find(name);
		if (found instanceof Promise) return void found.then((target) => callTarget(session, job, request, name, target));
		return callTarget(session, job, request, name, found);
	}

	function callTarget(
		session: Session,
		job: Job,
		{ params, text }: Request,
		name: string,
		target: Target | undefined,
	): void | Promise<void> {
		const group = target === undefined ? undefined : groups.get(target.group);
		if (target === undefined || group === undefined) {
			return session.refuse(job, { code: errorCode.invalidParams, message: unknownName(name) });
		}
		job.counted = session.tally?.result(group.name);
		const call = readDirectCall(isObject(params) ? params : {}, text, group.name, target.tool);
		return relayCall({ parts: state, session, job, group, call });
	}

	function initialize(session: Session, job: Job, request: Request, version: string): void | Promise<void> {
		session.version = version;
		const capabilities = isObject(request.params) ? request.params["capabilities"] : undefined;
		session.capabilities = isObject(capabilities) ? capabilities : {};
		const span = isObject(capabilities) ? memberSpan(request.text, ["params", "capabilities"]) : undefined;
		parts.onInitialized(span === undefined ? "{}" : sliceSpan(request.text, span));
		const answer = (extensions: Record<string, unknown>) =>
			session.answer(job, printInitialize(version, parts.serverInfo, list, extensions));
		// Only for a client that has any it is worth looking up which of them the servers have, too.
		if (Object.keys(extensionsOf(session.capabilities)).length === 0) return answer({});
		const offers = Promise.all(list.map(({ name }) => parts.catalogs.knownOffer(name)));
		return void offers.then((known) => answer(knownExtensions(session.capabilities, known)));
	}

	function note(session: Session, notification: Notification): void {
		const { method, text } = notification;
		if (method === methods.cancelled) return session.cancel(notification);
		if (method === methods.initialized || method === methods.progress) return;
		for (const { name } of list) {
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
		const timeoutMs = groups.get(group)?.timeoutMs.resources ?? 0;
		subscriptions.renew(group, link, timeoutMs);
		const level = loudest(sessions);
		if (level === undefined || !declares(capabilities, "logging")) return;
		void ask(link, { method: methods.setLevel, params: JSON.stringify({ level }), timeoutMs });
	}

	function offered(name: string, offer: Offer, before: Offer | undefined): void {
		tellIf(ownList.offered(name));
		const features = groups.get(name)?.features;
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

/** Loaded when they are first needed: the start needs nothing of them. */
function discovery(): typeof import("./discovery.ts") {
	return require("./discovery.ts");
}

function features(): typeof import("./features.ts") {
	return require("./features.ts");
}

/** What a client may ask before it has introduced itself: specification, basic/lifecycle. */
const beforeHello: ReadonlySet<string> = new Set([methods.initialize, methods.ping]);

const listChanged = { prompts: methods.promptsListChanged, resources: methods.resourcesListChanged } as const;

/** The groups whose lists of this are put together, as text. */
function namesOf(groups: readonly Group[], feature: "prompts" | "resources"): string {
	return JSON.stringify(usable(groups, feature).map(({ name }) => name));
}
