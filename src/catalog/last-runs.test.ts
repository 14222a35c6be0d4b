import { expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";

import { a, b, dayMs, openStore } from "../../test/helpers/stored.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { type LastRuns, noteRuns, readLastRuns } from "./last-runs.ts";

const worked: LastRuns = { ready: { at: 1_000, startMs: 12 } };
const failed: LastRuns = { failed: { at: 2_000, problem: "it exited with code 3", isSignInNeeded: false } };

test("a server's last run is known to whoever asks, and to no other server", async () => {
	await using directory = openTempDir();
	await noteRuns(directory.path, a, worked);
	expect([await readLastRuns(directory.path, a), await readLastRuns(directory.path, b)]).toEqual([worked, {}]);
});

test("the last start and the last failure stay", async () => {
	await using directory = openTempDir();
	const later = { ready: { at: 3_000, startMs: 7 } };
	for (const runs of [worked, failed, later]) await noteRuns(directory.path, a, runs);
	expect(await readLastRuns(directory.path, a)).toEqual({ ...failed, ...later });
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
	expect(await readLastRuns(directory.path, a)).toEqual({});
});

test("what cannot be written is nobody's trouble", async () => {
	await using directory = openTempDir();
	const file = directory.write("file", "");
	await noteRuns(file, a, worked);
	expect(await readLastRuns(file, a)).toEqual({});
});

test("what is no fingerprint comes into no path", async () => {
	await using directory = openTempDir();
	const cache = `${directory.path}/cache`;
	await noteRuns(cache, "../../elsewhere", worked);
	expect([await readLastRuns(cache, "../../elsewhere"), readdirSync(directory.path)]).toEqual([{}, []]);
});

test("a note goes when its server has not run for 90 days", async () => {
	let now = Date.now();
	await using store = openStore({ now: () => now });
	await noteRuns(store.path, a, worked);
	now += 80 * dayMs;
	await store.prune();
	const before = store.names();
	now += 20 * dayMs;
	await store.prune();
	expect([before, store.names()]).toEqual([[`${a}.runs.json`], []]);
});
