/** A store of large results that is memory. */
import type { KeptText, ResultStore } from "../../src/relay/results/store.ts";

export interface MemoryResults extends ResultStore {
	/** What is kept at the moment, oldest first. */
	readonly texts: () => string[];
	/** How often something was read. */
	readonly reads: () => number;
	/** Whatever is kept is gone. */
	readonly forget: () => void;
}

/** `failure`: why nothing can be kept. */
export function createMemoryResults(failure?: Error): MemoryResults {
	const kept = new Set<Uint8Array>();
	let reads = 0;
	return {
		async keep(bytes): Promise<KeptText> {
			if (failure !== undefined) throw failure;
			kept.add(bytes);
			return {
				bytes: bytes.length,
				async read(from, to) {
					reads++;
					return kept.has(bytes) ? bytes.slice(from, to) : undefined;
				},
				drop: () => void kept.delete(bytes),
			};
		},
		texts: () => Array.from(kept, (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)),
		reads: () => reads,
		forget: () => kept.clear(),
	};
}
