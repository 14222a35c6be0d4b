/** For what announces itself by no event: asks until the answer is the one awaited. */
import { patienceMs } from "./patience.ts";

/** Resolves with the first answer that is `wanted`; rejects, showing the last one, when there is none in time. */
export async function eventually<T>(ask: () => T | Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const answer = await ask();
		if (wanted(answer)) return answer;
		if (performance.now() > end) {
			throw new Error(`not within ${patienceMs} ms: ${wanted.toString()}\n  last answer: ${JSON.stringify(answer)}`);
		}
		await Bun.sleep(10);
	}
}
