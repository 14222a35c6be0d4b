/** A token store in memory. Several authorizers on one of them are like several processes on one machine. */
import type { StoredSignIn, TokenStore } from "../../src/auth/types.ts";

export interface MemoryTokenStore extends TokenStore {
	readonly kept: Map<string, StoredSignIn>;
	/** Every write so far, oldest first. */
	readonly writes: readonly StoredSignIn[];
	/** How often it was read. */
	readonly reads: number;
	/** From now on reading or writing throws this; undefined when it works again. */
	failReading: Error | undefined;
	failWriting: Error | undefined;
}

export function createMemoryTokenStore(...signIns: readonly StoredSignIn[]): MemoryTokenStore {
	const kept = new Map(signIns.map((signIn) => [signIn.resource, signIn]));
	const writes: StoredSignIn[] = [];
	const turns = new Map<string, Promise<unknown>>();
	let reads = 0;
	const store = {
		kept,
		writes,
		get reads() {
			return reads;
		},
		failReading: undefined as Error | undefined,
		failWriting: undefined as Error | undefined,
		async read(resource: string) {
			reads++;
			if (store.failReading !== undefined) throw store.failReading;
			return kept.get(resource);
		},
		async write(signIn: StoredSignIn) {
			if (store.failWriting !== undefined) throw store.failWriting;
			// As a file would: what is undefined is not there, and nobody else holds the object.
			const copy = JSON.parse(JSON.stringify(signIn)) as StoredSignIn;
			writes.push(copy);
			kept.set(signIn.resource, copy);
		},
		async remove(resource: string) {
			if (store.failWriting !== undefined) throw store.failWriting;
			kept.delete(resource);
		},
		async list() {
			return [...kept.values()];
		},
		async locked<T>(resource: string, purpose: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
			const key = `${purpose} ${resource}`;
			const before = turns.get(key) ?? Promise.resolve();
			const turn = before.then(() => {
				signal.throwIfAborted();
				return work();
			});
			turns.set(
				key,
				turn.catch(() => {}),
			);
			return turn;
		},
	};
	return store;
}
