/** What servers ask and tell of their own accord: passes it on to the client it is meant for. */
import { isObject } from "../base/objects.ts";
import type { CloseReason } from "../protocol/channel.ts";
import { editMembers, memberSpan, replaceSpan, sliceSpan } from "../protocol/json-text.ts";
import { errorCode, type Notification, type Request } from "../protocol/jsonrpc.ts";
import type { Link } from "../protocol/link.ts";
import { logLevels, methods } from "../protocol/mcp.ts";
import { type Callers } from "./callers.ts";
import { declares, sharesExtension } from "./capabilities.ts";
import { forwardRequest, paramsOf } from "./forward.ts";
import { createJobs, type Job, type Jobs } from "./jobs.ts";
import { noteTask, type Session } from "./session.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface ServerSideParts {
	readonly sessions: () => Iterable<Session>;
	readonly callers: Callers;
	readonly subscriptions: Subscriptions;
	/** What the group's server announced. */
	readonly capabilitiesOf: (group: string) => Readonly<Record<string, unknown>>;
}

export interface ServerSide {
	/** Ends in exactly one answer, or in none when the server has cancelled it. */
	request(group: string, link: Link, request: Request): void | Promise<void>;
	notification(group: string, link: Link, notification: Notification): void | Promise<void>;
	/** The server cannot be reached, and nobody waits for it: what it has asked of clients is over. */
	abandon(link: Link): void;
}

/** What the client must be able to do for a server to ask it. */
const needed: ReadonlyMap<string, string> = new Map([
	[methods.sample, "sampling"],
	[methods.elicit, "elicitation"],
	[methods.rootsList, "roots"],
	[methods.tasksGet, "tasks"],
	[methods.tasksResult, "tasks"],
	[methods.tasksCancel, "tasks"],
	[methods.tasksList, "tasks"],
]);

/** What a client answers may have to be thought over by a person. */
const forEver = Number.POSITIVE_INFINITY;

export function createServerSide({ sessions, callers, subscriptions, capabilitiesOf }: ServerSideParts): ServerSide {
	const jobsByLink = new Map<Link, Jobs>();

	function jobsOf(link: Link): Jobs {
		let jobs = jobsByLink.get(link);
		if (jobs === undefined) {
			jobs = createJobs(link);
			jobsByLink.set(link, jobs);
			void link.closed.then(({ detail }) => {
				jobsByLink.get(link)?.cancelAll(`the server is gone: ${detail}`);
				jobsByLink.delete(link);
			});
		}
		return jobs;
	}

	function request(group: string, link: Link, request: Request): void | Promise<void> {
		const jobs = jobsOf(link);
		const job = jobs.begin(request);
		if (job === undefined) return undefined;
		const session = choose(link, (each) => isAble(each, group, request.method));
		if (session !== undefined) return ask(jobs, job, session, request);
		const capability = needed.get(request.method);
		const why = capability === undefined ? "" : `: the client has no capability "${capability}"`;
		return jobs.refuse(job, { code: errorCode.methodNotFound, message: `Method not found: ${request.method}${why}` });
	}

	/** The client that waits for this server, or else any that can do what is asked. */
	function choose(link: Link, isAbleTo: (session: Session) => boolean): Session | undefined {
		const caller = callers.of(link);
		if (caller !== undefined) return isAbleTo(caller) ? caller : undefined;
		return [...sessions()].find(isAbleTo);
	}

	function isAble({ version, capabilities }: Session, group: string, method: string): boolean {
		const capability = needed.get(method);
		if (version === "") return false;
		if (capability !== undefined) return declares(capabilities, capability);
		return sharesExtension(capabilities, capabilitiesOf(group));
	}

	function ask(jobs: Jobs, job: Job, session: Session, { method, text }: Request): void {
		// Whoever has called the server now waits for the client, and should not be given up for that.
		const resume = jobs.link.suspendTimeouts();
		forwardRequest({
			jobs,
			job,
			to: session.link,
			method,
			params: paramsOf(text),
			timeoutMs: forEver,
			settle(outcome) {
				resume();
				switch (outcome.kind) {
					case "reply":
						return jobs.forward(job, outcome.reply);
					case "closed":
						return jobs.refuse(job, { code: errorCode.internal, message: describeGone(outcome.reason) });
					case "unanswered":
						return jobs.refuse(job, { code: errorCode.internal, message: outcome.problem });
					case "timeout":
					case "cancelled":
						// By the server, which must get no answer.
						return undefined;
					default:
						return outcome satisfies never;
				}
			},
		});
	}

	function notification(group: string, link: Link, notification: Notification): void | Promise<void> {
		const { method, text, params } = notification;
		switch (method) {
			case methods.cancelled:
				return jobsByLink.get(link)?.cancel(notification);
			case methods.logMessage:
				return tell(listeners(params), withLogger(text, group));
			case methods.resourceUpdated: {
				const uri = isObject(params) && typeof params["uri"] === "string" ? params["uri"] : "";
				return tell(subscriptions.whoWants(group, uri), text);
			}
			case methods.elicitationComplete:
				return tell(initialized(), text);
			case methods.taskStatus: {
				const owners = ownersOf(group, params);
				for (const owner of owners) noteTask(owner, group, params);
				return tell(owners.length > 0 ? owners : initialized(), text);
			}
			case methods.progress:
				// Of a request that is over.
				return undefined;
			default:
				return tell(
					initialized().filter(({ capabilities }) => sharesExtension(capabilities, capabilitiesOf(group))),
					text,
				);
		}
	}

	const initialized = () => [...sessions()].filter(({ version }) => version !== "");

	/** Whose task it is. Nobody's that we know of, when it was there before them. */
	function ownersOf(group: string, params: unknown): Session[] {
		const taskId = isObject(params) ? params["taskId"] : undefined;
		if (typeof taskId !== "string") return [];
		return initialized().filter(({ tasks }) => tasks.get(taskId) === group);
	}

	/** Those who want log messages of this level. */
	function listeners(params: unknown): Session[] {
		const rank = (level: unknown) => (logLevels as readonly unknown[]).indexOf(level);
		const own = isObject(params) ? rank(params["level"]) : -1;
		// A level that is none is for everybody: better one line too many.
		return initialized().filter(({ logLevel }) => own === -1 || own >= rank(logLevel));
	}

	function abandon(link: Link): void {
		if (callers.of(link) === undefined) jobsByLink.get(link)?.cancelAll("the server cannot be reached any more");
	}

	return { request, notification, abandon };
}

function tell(sessions: readonly Session[], text: string): void | Promise<void> {
	const busy = sessions.map(({ link }) => link.notifyText(text)).filter((pressure) => pressure !== undefined);
	return busy.length === 0 ? undefined : Promise.all(busy).then(() => {});
}

/** With the group before the server's own `logger`, so that the reader knows whose message it is. */
function withLogger(text: string, group: string): string {
	const params = memberSpan(text, ["params"]);
	if (params === undefined) return text;
	const inner = sliceSpan(text, params);
	if (!inner.startsWith("{")) return text;
	const own = memberSpan(inner, ["logger"]);
	if (own === undefined) {
		const rest = inner.trimStart().slice(1);
		const comma = rest.trimStart().startsWith("}") ? "" : ",";
		return replaceSpan(text, params, `{"logger":${JSON.stringify(group)}${comma}${rest}`);
	}
	const name: unknown = JSON.parse(sliceSpan(inner, own));
	const logger = typeof name === "string" ? `${group}/${name}` : group;
	return replaceSpan(text, params, editMembers(inner, { logger: JSON.stringify(logger) }));
}

function describeGone({ detail }: CloseReason): string {
	return `the client is gone: ${detail}`;
}
