/** The requests of one peer that are being worked on. Each ends exactly once. */
import type { Cell } from "../accounting/counts.ts";
import { isObject } from "../base/objects.ts";
import { errorCode, type Id, type Notification, type Request, type RpcError } from "../protocol/jsonrpc.ts";
import type { Link } from "../protocol/link.ts";
import type { AnyReply } from "../protocol/pending.ts";
import { countReply, countText } from "./counting.ts";

/** A request that is being worked on. Thousands may wait at a time, so nothing more is kept of it. */
export interface Job {
	readonly id: Id;
	/** True when nobody waits for the answer any more: it was given, or the peer has cancelled. */
	isOver: boolean;
	/** Stops what is being done for it at the moment. */
	onCancel: ((reason: string) => void) | undefined;
	/** Where its answer is added up, if it is. */
	counted: Cell | undefined;
}

export interface Jobs {
	readonly link: Link;
	/** Undefined when the request's id is in use: then it has been refused. */
	begin(request: Request): Job | undefined;
	/** Each of these ends the job; on a job that is over they do nothing. */
	answer(job: Job, result: string): void | Promise<void>;
	refuse(job: Job, error: RpcError): void | Promise<void>;
	forward(job: Job, reply: AnyReply): void | Promise<void>;
	/** `notifications/cancelled` of the peer. Per specification a cancelled request gets no answer. */
	cancel(notification: Notification): void;
	/** Stops all that is being done: the peer is gone. */
	cancelAll(reason: string): void;
	/** Resolves when no request is being worked on. */
	whenIdle(): Promise<void>;
}

export function createJobs(link: Link): Jobs {
	const jobs = new Map<Id, Job>();
	let onIdle: (() => void) | undefined;

	function begin(request: Request): Job | undefined {
		const { id } = request;
		if (jobs.has(id)) {
			// With the id itself, this error would be taken for the answer to the first request.
			const message = `request id ${JSON.stringify(id)} is still in use by an earlier request; this one was not carried out`;
			void link.refuse(null, { code: errorCode.invalidRequest, message });
			return undefined;
		}
		const job: Job = { id, isOver: false, onCancel: undefined, counted: undefined };
		jobs.set(id, job);
		return job;
	}

	function end(job: Job): boolean {
		if (job.isOver) return false;
		job.isOver = true;
		jobs.delete(job.id);
		if (jobs.size === 0) onIdle?.();
		return true;
	}

	function answer(job: Job, result: string): void | Promise<void> {
		if (!end(job)) return undefined;
		if (job.counted !== undefined) countText(job.counted, result);
		return link.answer(job.id, result);
	}

	function forward(job: Job, reply: AnyReply): void | Promise<void> {
		if (!end(job)) return undefined;
		if (job.counted !== undefined) countReply(job.counted, reply);
		return link.forward(job.id, reply);
	}

	function cancel({ params }: Notification): void {
		if (!isObject(params)) return;
		const { requestId, reason } = params;
		const job = typeof requestId === "string" || typeof requestId === "number" ? jobs.get(requestId) : undefined;
		if (job === undefined || !end(job)) return;
		link.drop(job.id);
		job.onCancel?.(typeof reason === "string" ? reason : "the caller cancelled the request");
	}

	function cancelAll(reason: string): void {
		for (const job of jobs.values()) if (end(job)) job.onCancel?.(reason);
	}

	function whenIdle(): Promise<void> {
		if (jobs.size === 0) return Promise.resolve();
		return new Promise((resolve) => {
			onIdle = resolve;
		});
	}

	return {
		link,
		begin,
		answer,
		refuse: (job, error) => (end(job) ? link.refuse(job.id, error) : undefined),
		forward,
		cancel,
		cancelAll,
		whenIdle,
	};
}
