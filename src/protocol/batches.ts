/** Gathers the answers to a batch of requests, which go back together as one array. */
import type { Id } from "./jsonrpc.ts";

export interface Batches {
	/** A batch with requests of these ids has arrived. */
	open(ids: readonly Id[]): void;
	/** True when the answer belongs to a batch and was kept for it. */
	take(id: Id, text: string): boolean;
	/** Whether the answer to this request belongs to a batch. */
	has(id: Id): boolean;
	/** The request will not be answered: its batch no longer waits for it. */
	drop(id: Id): void;
}

interface Batch {
	waiting: number;
	readonly answers: string[];
}

export function createBatches(send: (text: string) => void | Promise<void>): Batches {
	const open = new Map<Id, Batch>();

	function settle(id: Id, text: string | undefined): boolean {
		const batch = open.get(id);
		if (batch === undefined) return false;
		open.delete(id);
		batch.waiting--;
		if (text !== undefined) batch.answers.push(text);
		if (batch.waiting === 0 && batch.answers.length > 0) void send(`[${batch.answers.join(",")}]`);
		return true;
	}

	return {
		open(ids) {
			const batch = { waiting: 0, answers: [] };
			for (const id of ids) {
				// An id used twice answers twice; the second answer then goes alone.
				if (open.has(id)) continue;
				batch.waiting++;
				open.set(id, batch);
			}
		},
		take: settle,
		has: (id) => open.has(id),
		drop: (id) => void settle(id, undefined),
	};
}
