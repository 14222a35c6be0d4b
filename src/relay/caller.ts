/** Who waits for a group's server, and may be asked to have its person sign in meanwhile. */
import { isObject } from "../base/objects.ts";
import { methods } from "../protocol/mcp.ts";
import type { Outcome } from "../protocol/pending.ts";
import { declares } from "./capabilities.ts";
import type { Job } from "./jobs.ts";
import type { Session } from "./session.ts";

export interface Caller {
	/** With what the server, which runs, has just refused what this caller wanted until somebody has signed in. */
	readonly refusal: string | undefined;
	/** Has the client show an address to its person; undefined when the client cannot do that. */
	readonly show: ((url: string, message: string) => Shown) | undefined;
	/** Aborted when nobody waits any more. */
	readonly signal: AbortSignal;
}

/** An address that a client was asked to show. */
export interface Shown {
	/** What the person says to it, before there is anything to see. Never rejects. */
	readonly answer: Promise<ShownAnswer>;
	/** The client need not ask its person any more. */
	withdraw(): void;
	/** What the address was for has come about. */
	complete(): void;
}

/** `failed`: the client has not asked its person. */
export type ShownAnswer = "accept" | "decline" | "failed";

/** Until the job is given to a server its cancellation ends the caller's waiting. */
export function callerOf(session: Session, job: Job, refusal?: string): Caller {
	const waiting = new AbortController();
	job.onCancel = (reason) => waiting.abort(new Error(reason));
	const show = canShow(session) ? (url: string, message: string) => showUrl(session, url, message) : undefined;
	return { refusal, show, signal: waiting.signal };
}

/** https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation: the mode is one that has to be declared. */
function canShow({ capabilities }: Session): boolean {
	const { elicitation } = capabilities;
	return isObject(elicitation) && declares(elicitation, "url");
}

function showUrl({ link }: Session, url: string, message: string): Shown {
	const elicitationId = crypto.randomUUID();
	const { promise: answer, resolve } = Promise.withResolvers<ShownAnswer>();
	const withdraw = link.request(
		{
			method: methods.elicit,
			params: JSON.stringify({ mode: "url", message, url, elicitationId }),
			// A person may be thinking.
			timeoutMs: Number.POSITIVE_INFINITY,
		},
		(outcome) => resolve(readAnswer(outcome)),
	);
	return {
		answer,
		withdraw: () => withdraw("it is not waited for any more"),
		complete: () => void link.notify(methods.elicitationComplete, JSON.stringify({ elicitationId })),
	};
}

function readAnswer(outcome: Outcome): ShownAnswer {
	const result = outcome.kind === "reply" && outcome.reply.kind === "reply" ? outcome.reply.result : undefined;
	const action = isObject(result) ? result["action"] : undefined;
	if (action === "accept") return "accept";
	return action === "decline" || action === "cancel" ? "decline" : "failed";
}
