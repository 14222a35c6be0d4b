/** Ends a request with what went wrong: with a group, which the model is told, or with us. */
import { UpstreamError } from "../base/errors.ts";
import { errorCode } from "../protocol/jsonrpc.ts";
import type { Job } from "./jobs.ts";
import type { RelayParts } from "./parts.ts";
import type { Session } from "./session.ts";
import { failedGroup, printText } from "./texts.ts";

export interface Failing {
	readonly parts: RelayParts;
	readonly session: Session;
	readonly job: Job;
}

/** What is no fault of a group's is one of ours, and goes to the log as well. */
export function answerFailure({ parts, session, job }: Failing, error: unknown): void | Promise<void> {
	if (error instanceof UpstreamError) return session.answer(job, printText(failedGroup(error), true));
	parts.emit({ kind: "internal", error });
	return session.refuse(job, { code: errorCode.internal, message: "internal error" });
}
