import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { systemClock } from "./clock.ts";
import { takeLock } from "./lock.ts";

const never = new AbortController().signal;

describe("a lock", () => {
	test("is an empty file that is its owner's alone, and nothing is ever beside it", async () => {
		await using home = openTempDir();
		const path = join(home.path, "x.lock");
		const lock = await takeLock(path, systemClock, never);
		const facts = { names: readdirSync(home.path), text: readFileSync(path, "utf8") };
		lock.release();
		expect(facts).toEqual({ names: ["x.lock"], text: "" });
		if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readdirSync(home.path)).toEqual(["x.lock"]);
	});

	test("that somebody has is tried again by the clock, and no more once it is called off", async () => {
		await using home = openTempDir();
		const path = join(home.path, "x.lock");
		const clock = createFakeClock();
		const first = await takeLock(path, clock, never);
		const off = new AbortController();
		const second = takeLock(path, clock, off.signal);
		await tried(clock);
		clock.advance(1_000);
		await tried(clock);
		off.abort(new Error("called off"));
		expect(await second.catch(String)).toBe("Error: called off");
		expect(clock.pendingTimers).toBe(0);

		const third = takeLock(path, clock, never);
		await tried(clock);
		first.release();
		clock.advance(1_000);
		(await third).release();
	});

	test("is not even tried when that is called off already", async () => {
		await using home = openTempDir();
		const taking = takeLock(join(home.path, "x.lock"), systemClock, AbortSignal.abort(new Error("called off")));
		expect(await taking.catch(String)).toBe("Error: called off");
		expect(readdirSync(home.path)).toEqual([]);
	});

	test("in a file that is something else is refused, with its name", async () => {
		await using home = openTempDir();
		const path = home.write("x.lock", "something else, and of more than a few bytes ".repeat(50));
		expect(await takeLock(path, systemClock, never).catch(String)).toBe(
			`UserError: the lock ${path} cannot be taken: file is not a database`,
		);
	});
});

/** It waits for the next try: its timer is set. */
async function tried(clock: { readonly pendingTimers: number }): Promise<void> {
	while (clock.pendingTimers === 0) await Bun.sleep(1);
}
