import { describe, expect, test } from "bun:test";
import { statSync, utimesSync } from "node:fs";

import {
	a,
	b,
	dayMs,
	entry,
	fingerprint,
	hourMs,
	nameOf,
	offer,
	openStore,
	summaryNameOf,
} from "../../test/helpers/stored.ts";

describe("an entry's last use", () => {
	const now = 1_700_000_000_000;
	const hoursAgo = (path: string) => Math.round((now - statSync(path).mtimeMs) / hourMs);

	test.each([
		["is marked after more than a day", 25, 0, offer],
		["is not marked again within a day", 23, 23, offer],
		["is put right when it lies in the future", -25, 0, offer],
		["is not marked when it could not be used", 25, 25, null],
	])("%s", async (_, hours, expected, content) => {
		await using store = openStore({ now: () => now });
		const path = store.put(nameOf(a), entry({ offer: content }), now - hours * hourMs);
		expect([await store.read(a), hoursAgo(path)]).toEqual([content ?? undefined, expected]);
	});
});

describe("pruning", () => {
	const left = ".12-0123abcd.tmp";

	test("removes what was not used for 90 days, what was left behind an hour ago, and nothing else", async () => {
		await using store = openStore();
		const ago = (ms: number) => Date.now() - ms;
		const stale = ago(1000 * dayMs);
		store.put(nameOf(fingerprint("1")), "an older format", ago(90 * dayMs + hourMs));
		store.put(nameOf(fingerprint("2")), entry(), ago(90 * dayMs - hourMs));
		store.put(nameOf(fingerprint("3")), entry(), ago(-dayMs));
		store.put(nameOf(fingerprint("4")) + left, "", ago(1.1 * hourMs));
		store.put(nameOf(fingerprint("5")) + left, "", ago(0.9 * hourMs));
		const others = ["README", `${a}.JSON`, `${a}.bak`, `x${left}`, `${nameOf(a)}.tmp`, nameOf(fingerprint("C"))];
		for (const name of others) store.put(name, "", stale);
		store.put(`${nameOf(b)}/x`, "", stale);
		utimesSync(`${store.path}/catalogs/${nameOf(b)}`, new Date(stale), new Date(stale));
		await store.prune();
		const kept = [nameOf(fingerprint("2")), nameOf(fingerprint("3")), nameOf(fingerprint("5")) + left];
		expect(store.names()).toEqual([...kept, ...others, nameOf(b)].sort());
	});

	test("spares what was read since", async () => {
		let now = Date.now();
		await using store = openStore({ now: () => now });
		await Promise.all([store.write(a, offer), store.write(b, offer)]);
		for (let days = 0; days < 100; days += 50) {
			now += 50 * dayMs;
			await store.read(a);
		}
		await store.prune();
		expect(store.names()).toEqual([nameOf(a), summaryNameOf(a)]);
	});

	test("is no failure where nothing was ever written, nor twice at once", async () => {
		await using store = openStore({ now: () => Date.now() + 91 * dayMs });
		await store.prune();
		await store.write(a, offer);
		await Promise.all([store.prune(), store.prune()]);
		expect([store.names(), store.problems]).toEqual([[], []]);
	});
});
