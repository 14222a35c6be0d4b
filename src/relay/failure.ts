/** Ends a request with what went wrong: with a group, or with us. */
import { UpstreamError } from "../base/errors.ts";
import { cutToBytes } from "../base/text.ts";
import { errorCode } from "../protocol/jsonrpc.ts";
import type { Job } from "./jobs.ts";
import type { RelayParts } from "./parts.ts";
import type { Session } from "./session.ts";
import { failedGroup, printText } from "./texts.ts";

export interface Failing {
	readonly parts: Pick<RelayParts, "emit">;
	readonly session: Session;
	readonly job: Job;
	/** The most that the text may have, in bytes; no limit when there is none. */
	readonly budget?: number;
}

/** For a request that the model made: the text is a tool's result, which it can read. */
export function answerFailure(failing: Failing, error: unknown): void | Promise<void> {
	if (!(error instanceof UpstreamError)) return refuseOwn(failing, error);
	const text = cutToBytes(failedGroup(error), failing.budget ?? Number.POSITIVE_INFINITY);
	return failing.session.answer(failing.job, printText(text, true));
}

/** For a request that the client made itself. */
export function refuseFailure(failing: Failing, error: unknown): void | Promise<void> {
	if (!(error instanceof UpstreamError)) return refuseOwn(failing, error);
	return failing.session.refuse(failing.job, { code: errorCode.internal, message: failedGroup(error) });
}

/** What is no fault of a group's is one of ours, and goes to the log as well. */
function refuseOwn({ parts, session, job }: Failing, error: unknown): void | Promise<void> {
	parts.emit({ kind: "internal", error });
	return session.refuse(job, { code: errorCode.internal, message: "internal error" });
}
