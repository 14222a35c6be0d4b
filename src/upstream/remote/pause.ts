/** Waiting that can be called off. */
import type { Clock } from "../../base/clock.ts";

/** Resolves after the delay, by the given clock; rejects with the signal's reason when that comes first. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal.aborted) return reject(signal.reason as Error);
		const callOff = clock.after(delayMs, () => {
			signal.removeEventListener("abort", abort);
			resolve();
		});
		const abort = () => {
			callOff();
			reject(signal.reason as Error);
		};
		signal.addEventListener("abort", abort, { once: true });
		return undefined;
	});
}
