/** Waiting for something that a signal may call off. */

/** As the promise; rejects with the signal's reason when that comes first. The work goes on: others may wait for it, too. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	const abort = () => reject(signal.reason);
	if (signal.aborted) abort();
	signal.addEventListener("abort", abort, { once: true });
	try {
		return await Promise.race([aborted, promise]);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}
