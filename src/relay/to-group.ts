/** Sends a client's request on to a group's server, and its outcome back. */
import type { Connection } from "../protocol/connection.ts";
import { errorCode, type Reply } from "../protocol/jsonrpc.ts";
import { methods } from "../protocol/mcp.ts";
import type { AnyReply, Outcome } from "../protocol/pending.ts";
import { callerOf } from "./caller.ts";
import { refuseFailure } from "./failure.ts";
import { forwardRequest } from "./forward.ts";
import type { Feature, Group } from "./group.ts";
import type { Job } from "./jobs.ts";
import type { RelayState } from "./parts.ts";
import { isLarge } from "./results/large.ts";
import type { Session } from "./session.ts";
import { endedDuring, timedOut, unanswered } from "./texts.ts";

export interface GroupRequest {
	readonly parts: RelayState;
	readonly session: Session;
	readonly job: Job;
	readonly group: Group;
	readonly method: string;
	/** JSON text; undefined when there are none. */
	readonly params: string | undefined;
	/** Whose `timeout` counts, */
	readonly feature: Feature;
	/** unless it may take as long as it takes. */
	readonly isUnlimited?: boolean;
	/** Told how it has ended, before the client is: with a reply that could be read, or with none. */
	readonly onEnd?: (reply: Reply | undefined) => void;
	/** The server has not acted on the request once already: it had lost it, or wanted somebody to sign in. */
	readonly isRepeated?: boolean;
}

/** Starts the server when it does not run. Never rejects: what goes wrong is the error that the client gets. */
export async function forwardToGroup(request: GroupRequest): Promise<void> {
	const { parts, session, job, group } = request;
	try {
		const connection = parts.running(group.name) ?? (await parts.open(group.name, callerOf(session, job)));
		if (job.isOver) request.onEnd?.(undefined);
		else send(request, connection);
	} catch (error) {
		request.onEnd?.(undefined);
		await refuseFailure({ parts, session, job }, error);
	}
}

/** Somebody has to sign in before the server does what was asked. */
async function signInAndRepeat(request: GroupRequest, refusal: string): Promise<void> {
	const { parts, session, job, group } = request;
	try {
		const connection = await parts.open(group.name, callerOf(session, job, refusal));
		if (job.isOver) request.onEnd?.(undefined);
		else send({ ...request, isRepeated: true }, connection);
	} catch (error) {
		request.onEnd?.(undefined);
		await refuseFailure({ parts, session, job }, error);
	}
}

function send(request: GroupRequest, connection: Connection): void {
	const { parts, session, job, group, method, params, feature, isUnlimited } = request;
	const { link } = connection;
	parts.callers.enter(link, session);
	forwardRequest({
		jobs: session,
		job,
		to: link,
		method,
		params,
		timeoutMs: isUnlimited === true ? Number.POSITIVE_INFINITY : group.timeoutMs[feature],
		settle(outcome) {
			parts.callers.leave(link, session);
			if (outcome.kind === "unanswered") parts.abandon(link);
			return finish(request, connection, outcome);
		},
	});
}

function finish(request: GroupRequest, connection: Connection, outcome: Outcome): void | Promise<void> {
	const { session, job, group, method, feature, onEnd, isRepeated } = request;
	if (outcome.kind === "unanswered" && outcome.remedy === "repeat" && isRepeated !== true) {
		// The end of the old connection makes room for a new one.
		return void connection.link.closed.then(() => forwardToGroup({ ...request, isRepeated: true }));
	}
	if (outcome.kind === "unanswered" && outcome.remedy === "sign in" && isRepeated !== true) {
		return void signInAndRepeat(request, outcome.problem);
	}
	onEnd?.(outcome.kind === "reply" && outcome.reply.kind === "reply" ? outcome.reply : undefined);
	const refuse = (message: string) => session.refuse(job, { code: errorCode.internal, message });
	switch (outcome.kind) {
		case "reply":
			return passOn(request, outcome.reply);
		case "timeout":
			return refuse(timedOut(group.name, method, outcome, feature));
		case "closed":
			return refuse(endedDuring(group.name, method, outcome.reason));
		case "unanswered":
			return refuse(unanswered(group.name, method, outcome.problem));
		case "cancelled":
			// By the client, who must get no answer.
			return undefined;
		default:
			return outcome satisfies never;
	}
}

/** A task's result is a tool's; what else is asked for is the client's to take as a whole. */
function passOn({ parts, session, job, group, method }: GroupRequest, reply: AnyReply): void | Promise<void> {
	const budget = group.resultBudget;
	if (method !== methods.tasksResult || !isLarge(reply, budget)) return session.forward(job, reply);
	const { deliverLarge } = require("./results/deliver.ts") as typeof import("./results/deliver.ts");
	return deliverLarge({ parts, session, job, group: group.name, tool: undefined, budget, reply });
}
