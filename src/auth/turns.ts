/** Whose turn it is in this process. Pure but for its own memory. */
import { abortable } from "../base/abortable.ts";

export interface Turns {
	/** Waits until all who asked before for the same key have called what they got. Rejects with the signal's reason. */
	take(key: string, signal: AbortSignal): Promise<() => void>;
}

export function createTurns(): Turns {
	const last = new Map<string, Promise<void>>();

	async function take(key: string, signal: AbortSignal): Promise<() => void> {
		const before = last.get(key) ?? Promise.resolve();
		const { promise, resolve: end } = Promise.withResolvers<void>();
		const mine = before.then(() => promise);
		last.set(key, mine);
		void mine.then(() => {
			if (last.get(key) === mine) last.delete(key);
		});
		try {
			await abortable(before, signal);
		} catch (error) {
			end();
			throw error;
		}
		return end;
	}

	return { take };
}
