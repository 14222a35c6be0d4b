/** Many calls of one client, whose replies are counted and checked in place instead of being waited for one by one. */
import type { Client } from "./client.ts";
import type { Contestant } from "./contestants.ts";

export type Batch = {
	/** A request in each, for the caller to send. */
	lines: string[];
	/** `Bun.nanoseconds()` at the last reply; rejects when one is wrong, or the process ends. */
	replied: Promise<number>;
	/** To be called at the end, however it came. */
	release: () => void;
};

/** Makes `count` calls of `echo`. `onReply` is called after each reply that is not the last. */
export function openBatch(client: Client, contestant: Contestant, count: number, onReply = () => {}): Batch {
	const done = Promise.withResolvers<number>();
	const seen = new Uint8Array(count);
	let missing = count;
	let lineLength = 0;
	const { first, release } = client.claim(count, (id, bytes, start, end) => {
		const index = id - first;
		if (seen[index] === 1) done.reject(new Error(`two replies to request ${id}`));
		seen[index] = 1;
		// All the replies are alike, so one length that differs is an error, a cut or an addition …
		if (lineLength === 0) lineLength = end - start;
		if (end - start !== lineLength) done.reject(new Error(`odd reply: ${textOf(bytes, start, end)}`));
		// … and one in a hundred is read, to see that it is the echo of its own request.
		if (index % 100 === 0 && !textOf(bytes, start, end).includes(`echo of ${id}`)) {
			done.reject(new Error(`not the echo of ${id}: ${textOf(bytes, start, end)}`));
		}
		if (--missing === 0) done.resolve(Bun.nanoseconds());
		else onReply();
	});
	const lines = Array.from({ length: count }, (_, index) => {
		const id = first + index;
		const params = contestant.call("echo", { text: `echo of ${id}` });
		return `${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params })}\n`;
	});
	return { lines, replied: Promise.race([done.promise, client.throwOnExit]), release };
}

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
	new TextDecoder().decode(bytes.subarray(start, end));
