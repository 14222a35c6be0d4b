/** Ctrl-C and the like, for commands that have something to stop. */

/** Exit codes of a program ended by a signal are 128 + the signal's number, as in every shell. */
const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
	/** Aborted first, so that whoever waits can take back what was asked for. */
	readonly signal: AbortSignal;
	/** Resolves with the exit code; never, when nobody interrupts. */
	readonly code: Promise<number>;
}

/** From now on these signals end nothing by themselves. */
export function catchInterruption(): Interruption {
	const controller = new AbortController();
	const { promise: code, resolve } = Promise.withResolvers<number>();
	for (const [name, exitCode] of Object.entries(signals)) {
		process.on(name, () => {
			controller.abort(new Error("interrupted"));
			resolve(exitCode);
		});
	}
	return { signal: controller.signal, code };
}

/** As the work settles; never, once somebody has interrupted: what fails because of that is not to be told. */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	try {
		const value = await work;
		if (!signal.aborted) return value;
	} catch (error) {
		if (!signal.aborted) throw error;
	}
	return new Promise(() => {});
}
