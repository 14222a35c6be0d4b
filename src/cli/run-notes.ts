/** Notes how servers' runs go, so that `dynamic-mcp status` knows it of any client's servers without starting one. */
import type { LastRuns, LastRunsStore } from "../catalog/last-runs.ts";
import type { Outcome } from "../upstream/definition.ts";

export interface RunNotes {
	/** `fingerprint` of the server's definition. */
	note(fingerprint: string, outcome: Outcome): void;
	/** Resolves when all is written. Never rejects. */
	settled(): Promise<void>;
}

/** `cache` is its directory. Problems are noted without what `redact` takes out. */
export function createRunNotes(cache: string, redact: (text: string) => string): RunNotes {
	let opened: Promise<LastRunsStore> | undefined;
	// Loaded when a server has run: the start needs nothing of it.
	const open = () =>
		(opened ??= import("../catalog/last-runs.ts").then(({ createLastRunsStore }) => createLastRunsStore(cache)));
	let last = Promise.resolve();
	return {
		note(fingerprint, outcome) {
			const runs = runsOf(outcome, redact);
			last = open().then((store) => store.note(fingerprint, runs));
		},
		settled: () => last,
	};
}

function runsOf(outcome: Outcome, redact: (text: string) => string): LastRuns {
	const at = Date.now();
	if (outcome.kind === "ready") return { ready: { at, startMs: outcome.tookMs } };
	return { failed: { at, problem: redact(outcome.problem), isSignInNeeded: outcome.phase === "sign-in" } };
}
