import { expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { a, b } from "../../test/helpers/stored.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { readLastRuns } from "../catalog/last-runs.ts";
import { createRunNotes } from "./run-notes.ts";

const ready = { kind: "ready", tookMs: 12 } as const;
const failed = { kind: "failed", phase: "sign-in", problem: "hush said no" } as const;

function openNotes(cache: string) {
	const clock = createFakeClock();
	return { clock, ...createRunNotes({ cache, clock, redact: (text) => text.replace("hush", "***") }) };
}

test("what is noted is written a moment later, all of a server together, and without secrets", async () => {
	await using directory = openTempDir();
	const { clock, note, settled } = openNotes(directory.path);
	note(a, failed);
	note(a, ready);
	note(b, ready);
	expect(await readLastRuns(directory.path, a)).toEqual({});
	clock.advance(300);
	expect(clock.pendingTimers).toBe(0);
	await settled();
	const at = expect.any(Number);
	expect([await readLastRuns(directory.path, a), await readLastRuns(directory.path, b)]).toEqual([
		{ ready: { at, startMs: 12 }, failed: { at, problem: "*** said no", isSignInNeeded: true } },
		{ ready: { at, startMs: 12 } },
	]);
});

test("at the end it is written at once, and what comes later, too", async () => {
	await using directory = openTempDir();
	const { note, settled } = openNotes(directory.path);
	note(a, ready);
	await settled();
	note(b, ready);
	await settled();
	expect([await readLastRuns(directory.path, a), await readLastRuns(directory.path, b)]).toEqual(
		[a, b].map(() => ({ ready: { at: expect.any(Number), startMs: 12 } })),
	);
});
