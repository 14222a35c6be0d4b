import { expect, test } from "bun:test";
import { statSync } from "node:fs";

import { a, b, nameOf, offer, openStore, summaryNameOf } from "../../test/helpers/stored.ts";
import { readSummary } from "./summaries.ts";

test("a summary is kept with each offer, readable by its owner alone", async () => {
	await using store = openStore();
	await store.write(a, offer);
	expect([await readSummary(store.path, a), await readSummary(store.path, b)]).toEqual([
		{ about: "Ask first.", tools: ["log"] },
		undefined,
	]);
	expect(statSync(`${store.path}/catalogs/${summaryNameOf(a)}`).mode & 0o777).toBe(0o600);
});

test.each(["", "{", "null", '{"about":""}', "\u0000"])("a damaged summary is none: %j", async (text) => {
	await using store = openStore();
	store.put(summaryNameOf(a), text);
	expect(await readSummary(store.path, a)).toBeUndefined();
});

test("a summary stays as long as its entry, and goes with it", async () => {
	let now = Date.now();
	await using store = openStore({ now: () => now });
	await store.write(a, offer);
	await store.write(b, offer);
	now += 60 * 86_400_000;
	await store.read(a);
	now += 60 * 86_400_000;
	await store.prune();
	expect(store.names()).toEqual([nameOf(a), summaryNameOf(a)]);
});
