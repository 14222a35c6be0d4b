import { expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";

import { a, b, dayMs, openStore } from "../../test/helpers/stored.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { createLastRunsStore, type LastRuns } from "./last-runs.ts";

const worked: LastRuns = { ready: { at: 1_000, startMs: 12 } };
const failed: LastRuns = { failed: { at: 2_000, problem: "it exited with code 3", isSignInNeeded: false } };

test("a server's last run is known to whoever asks, and to no other server", async () => {
	await using directory = openTempDir();
	await createLastRunsStore(directory.path).note(a, worked);
	const others = createLastRunsStore(directory.path);
	expect([await others.read(a), await others.read(b)]).toEqual([worked, {}]);
});

test("the last start and the last failure stay, noted at the same time or not", async () => {
	await using directory = openTempDir();
	const runs = createLastRunsStore(directory.path);
	const later = { ready: { at: 3_000, startMs: 7 } };
	await Promise.all([worked, failed, later].map((run) => runs.note(a, run)));
	expect(await runs.read(a)).toEqual({ ...failed, ...later });
	expect(readdirSync(`${directory.path}/catalogs`)).toEqual([`${a}.runs.json`]);
	expect(statSync(`${directory.path}/catalogs/${a}.runs.json`).mode & 0o777).toBe(0o600);
});

test.each([
	"",
	"{",
	"null",
	'{"ready":{"at":"x","startMs":1}}',
	'{"ready":1}',
	'{"failed":{"at":1,"problem":2}}',
	"\u0000",
])("a damaged note is none: %j", async (text) => {
	await using directory = openTempDir();
	directory.write(`catalogs/${a}.runs.json`, text);
	expect(await createLastRunsStore(directory.path).read(a)).toEqual({});
});

test("what cannot be written is nobody's trouble", async () => {
	await using directory = openTempDir();
	const file = directory.write("file", "");
	const runs = createLastRunsStore(file);
	await runs.note(a, worked);
	expect(await runs.read(a)).toEqual({});
});

test("what is no fingerprint comes into no path", async () => {
	await using directory = openTempDir();
	const runs = createLastRunsStore(`${directory.path}/cache`);
	await runs.note("../../elsewhere", worked);
	expect([await runs.read("../../elsewhere"), readdirSync(directory.path)]).toEqual([{}, []]);
});

test("a note goes when its server has not run for 90 days", async () => {
	let now = Date.now();
	await using store = openStore({ now: () => now });
	await createLastRunsStore(store.path).note(a, worked);
	now += 80 * dayMs;
	await store.prune();
	const before = store.names();
	now += 20 * dayMs;
	await store.prune();
	expect([before, store.names()]).toEqual([[`${a}.runs.json`], []]);
});
