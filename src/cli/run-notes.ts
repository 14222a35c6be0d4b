/** Notes how servers' runs go, so that `dynamic-mcp status` knows it of any client's servers without starting one. */
import type { Clock } from "../base/clock.ts";
import type { LastRuns } from "../catalog/last-runs.ts";
import type { Outcome } from "../upstream/definition.ts";

export interface RunNotes {
	/** `fingerprint` of the server's definition. Written a moment later: what comes behind a start is more urgent. */
	note(fingerprint: string, outcome: Outcome): void;
	/** Resolves when all is written, which is begun at once. Never rejects. */
	settled(): Promise<void>;
}

export interface RunNotesOptions {
	/** The directory of the cache. */
	readonly cache: string;
	readonly clock: Clock;
	/** Takes out of problems what nobody must see. */
	readonly redact: (text: string) => string;
}

const delayMs = 300;

export function createRunNotes({ cache, clock, redact }: RunNotesOptions): RunNotes {
	let waiting = new Map<string, LastRuns>();
	let written = Promise.resolve();

	async function write(found: ReadonlyMap<string, LastRuns>): Promise<void> {
		const { noteRuns } = await import("../catalog/last-runs.ts");
		await Promise.all(Array.from(found, ([fingerprint, runs]) => noteRuns(cache, fingerprint, runs)));
	}

	function writeAll(): Promise<void> {
		const found = waiting;
		waiting = new Map();
		if (found.size > 0) written = written.then(() => write(found));
		return written;
	}

	return {
		note(fingerprint, outcome) {
			if (waiting.size === 0) clock.after(delayMs, () => void writeAll());
			waiting.set(fingerprint, { ...waiting.get(fingerprint), ...runsOf(outcome, redact) });
		},
		settled: writeAll,
	};
}

function runsOf(outcome: Outcome, redact: (text: string) => string): LastRuns {
	const at = Date.now();
	if (outcome.kind === "ready") return { ready: { at, startMs: outcome.tookMs } };
	return { failed: { at, problem: redact(outcome.problem), isSignInNeeded: outcome.phase === "sign-in" } };
}
