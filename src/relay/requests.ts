/** Carries out what clients ask for, as `route` decides. */
import { isObject } from "../base/objects.ts";
import { cutToBytes } from "../base/text.ts";
import { memberSpan, sliceSpan } from "../protocol/json-text.ts";
import { errorCode, type Request } from "../protocol/jsonrpc.ts";
import { methods } from "../protocol/mcp.ts";
import { readDirectCall } from "./call-params.ts";
import { relayCall } from "./call.ts";
import { extensionsOf, knownExtensions } from "./capabilities.ts";
import type { Decision } from "./decision.ts";
import type { Target } from "./exposure.ts";
import { answerFailure } from "./failure.ts";
import type { Group, Groups } from "./group.ts";
import type { Job } from "./jobs.ts";
import { printInitialize } from "./meta-tools.ts";
import type { OwnList } from "./own-list.ts";
import type { RelayState } from "./parts.ts";
import { route } from "./route.ts";
import type { Session } from "./session.ts";
import { printText, unknownName } from "./texts.ts";

/** Returns a promise when the client does not read its answers: it gets no more of them until then. Never throws. */
export type RequestHandler = (session: Session, request: Request) => void | Promise<void>;

/** In config order, and the same by name. */
export interface CurrentGroups {
	readonly list: readonly Group[];
	readonly groups: Groups;
}

export function createRequestHandler(
	state: RelayState,
	ownList: OwnList,
	current: () => CurrentGroups,
): RequestHandler {
	function handle(session: Session, request: Request): void | Promise<void> {
		const job = session.begin(request);
		if (job === undefined) return undefined;
		// One that asks before it has introduced itself is served all the same, as a client that can do nothing more.
		if (session.version === "" && !beforeHello.has(request.method)) state.onInitialized("{}");
		try {
			return carryOut(session, job, request, route(request, current().groups));
		} catch (error) {
			// A fault of ours must cost this request only, not the reading of all that follow.
			return answerFailure({ parts: state, session, job }, error);
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
				state.onListed();
				return listTools(session, job);
			case "groups":
				job.counted = session.tally?.discovery(undefined, undefined);
				return void discovery().overview(state, session, job, current().list);
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
				return void discovery().search(state, session, job, current().list, decision.query);
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
				return void features().serveFeature({ state, session, job, request, groups: current().list }, decision);
			default:
				return decision satisfies never;
		}
	}

	function tell(session: Session, job: Job, { text, isError }: Decision & { kind: "tell" }): void | Promise<void> {
		const budget = state.discoveryBudget();
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
		const group = target === undefined ? undefined : current().groups.get(target.group);
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
		state.onInitialized(span === undefined ? "{}" : sliceSpan(request.text, span));
		const { list } = current();
		const answer = (extensions: Record<string, unknown>) =>
			session.answer(job, printInitialize(version, state.serverInfo, list, extensions));
		// Only for a client that has any it is worth looking up which of them the servers have, too.
		if (Object.keys(extensionsOf(session.capabilities)).length === 0) return answer({});
		const offers = Promise.all(list.map(({ name }) => state.catalogs.knownOffer(name)));
		return void offers.then((known) => answer(knownExtensions(session.capabilities, known)));
	}

	return handle;
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
