/** The only place timers come from, so tests can turn the time by hand. */

export interface Clock {
	/** Milliseconds from an arbitrary start; never goes back. */
	now(): number;
	/** Runs `action` once after `delayMs`; the returned function calls it off. A pending timer keeps no process alive. */
	after(delayMs: number, action: () => void): () => void;
}

/** Longest delay a timer takes: above it `setTimeout` fires at once (2^31 - 1 ms, about 24.8 days). */
const longestDelayMs = 2_147_483_647;

export const systemClock: Clock = {
	now: () => performance.now(),
	after(delayMs, action) {
		const timer = setTimeout(action, Math.min(delayMs, longestDelayMs));
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/** What the promise resolves with, or undefined when that takes longer than the limit. Rejects as the promise does. */
export async function within<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<T | undefined> {
	const late = Promise.withResolvers<undefined>();
	const callOff = clock.after(limitMs, () => late.resolve(undefined));
	try {
		return await Promise.race([promise, late.promise]);
	} finally {
		callOff();
	}
}

/** Resolves after the delay, by the given clock. */
export function after(clock: Clock, delayMs: number): Promise<void> {
	return new Promise((resolve) => {
		clock.after(delayMs, resolve);
	});
}

/** Lets everything else have its turn: for work of many milliseconds, done in pieces. */
export function breathe(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
