/** Sends a request of one peer on to another, unchanged but for its id and its progress token. */
import { memberSpan, replaceSpan, sliceSpan } from "../protocol/json-text.ts";
import type { Link } from "../protocol/link.ts";
import type { OnProgress, Settle } from "../protocol/pending.ts";
import type { Job, Jobs } from "./jobs.ts";

export interface Forwarding {
	/** Of whoever asks. */
	readonly jobs: Jobs;
	readonly job: Job;
	readonly to: Link;
	readonly method: string;
	/** JSON text of the params; undefined when there are none. */
	readonly params: string | undefined;
	readonly timeoutMs: number;
	readonly settle: Settle;
}

const tokenPath = ["_meta", "progressToken"];

/** The job's cancellation is passed on, and so is the progress of whoever carries it out. */
export function forwardRequest({ jobs, job, to, method, params, timeoutMs, settle }: Forwarding): void {
	const span = params?.includes("progressToken") ? memberSpan(params, tokenPath) : undefined;
	if (params === undefined || span === undefined || !isToken(sliceSpan(params, span))) {
		job.onCancel = to.request({ method, ...(params === undefined ? {} : { params }), timeoutMs }, settle);
		return;
	}
	const onProgress = progressForwarder(jobs, job, sliceSpan(params, span));
	const withToken = (id: number) => replaceSpan(params, span, String(id));
	job.onCancel = to.request({ method, params: withToken, timeoutMs, onProgress }, settle);
}

/** Whether the JSON text is a string or a number, as a progress token must be. */
export function isToken(text: string): boolean {
	return /^["\d-]/.test(text);
}

/** Passes progress on to whoever asked, with its own token; of a task also after the reply. */
export function progressForwarder({ link }: Jobs, job: Job, token: string, isTask = false): OnProgress {
	return ({ text }) => {
		const span = memberSpan(text, ["params", "progressToken"]);
		if ((job.isOver && !isTask) || span === undefined) return undefined;
		return link.notifyText(replaceSpan(text, span, token));
	};
}

/** JSON text of a request's or notification's params; undefined when it has none. */
export function paramsOf(text: string): string | undefined {
	const span = memberSpan(text, ["params"]);
	return span === undefined ? undefined : sliceSpan(text, span);
}
