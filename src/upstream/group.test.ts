import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled } from "../../test/helpers/pooled.ts";
import type { GroupDefinition } from "./definition.ts";

describe("a group that nobody needs", () => {
	async function createRunning(more: Partial<GroupDefinition> = {}) {
		const pooled = createPooled(undefined, more);
		const opening = pooled.pool.open("git");
		await pooled.greet(0);
		const { link } = await opening;
		await quiet();
		const isRunning = () => pooled.pool.running("git") !== undefined;
		return { ...pooled, link, isRunning };
	}

	test("is put to rest after its idle time, and is no failure then", async () => {
		const { clock, pool, isRunning } = await createRunning();
		clock.advance(4_999);
		const before = isRunning();
		clock.advance(1);
		await quiet();
		expect([before, isRunning(), pool.state("git"), clock.pendingTimers]).toEqual([true, false, { kind: "idle" }, 0]);
	});

	test("is kept while a request is in flight, and for the idle time after it", async () => {
		const { clock, link, starts, isRunning } = await createRunning();
		link.request({ method: "slow", timeoutMs: 60_000 }, () => {});
		clock.advance(20_000);
		const seen = [isRunning()];
		starts[0]?.server.send({ id: 2, result: {} });
		await quiet();
		clock.advance(4_000);
		seen.push(isRunning());
		clock.advance(6_000);
		await quiet();
		expect([...seen, isRunning()]).toEqual([true, true, false]);
	});

	test.each([
		["with an idle time of 0", { idleTimeoutMs: 0 }],
		["that is eager", { isEager: true }],
	])("is kept for ever %s", async (_, more) => {
		const { clock, isRunning } = await createRunning(more);
		clock.advance(1_000_000);
		expect(isRunning()).toBe(true);
	});

	test("is stopped at once when it was only opened in passing", async () => {
		const { pool, greet } = createPooled();
		const opening = pool.openInPassing("git");
		await greet(0);
		await opening;
		pool.rest("git");
		await quiet();
		expect(pool.running("git")).toBeUndefined();
	});

	test("is not stopped by one who passes while another needs it", async () => {
		const { pool, isRunning } = await createRunning();
		await pool.openInPassing("git");
		pool.rest("git");
		await quiet();
		expect(isRunning()).toBe(true);
	});

	test("and ends by itself without a fault is at rest, not failed", async () => {
		const { pool, starts } = await createRunning();
		starts[0]?.pair.left.end({ kind: "ended", detail: "it exited with code 0", lastWords: [], isClean: true });
		await quiet();
		expect(pool.state("git")).toEqual({ kind: "idle" });
	});

	test("and ends while a request waits has failed, fault or not", async () => {
		const { link, pool, starts } = await createRunning();
		link.request({ method: "m", timeoutMs: 1_000 }, () => {});
		starts[0]?.pair.left.end({ kind: "ended", detail: "it exited with code 0", lastWords: [], isClean: true });
		await quiet();
		expect(pool.state("git")?.kind).toBe("failed");
	});
});

test("an eager group starts by itself", async () => {
	const { starts } = createPooled(undefined, { isEager: true });
	await quiet();
	expect(starts.length).toBe(1);
});

describe("an update of the groups", () => {
	test("keeps what is the same, stops what is gone, and adds what is new", async () => {
		const { pool, git, greet, kinds } = createPooled();
		const opening = pool.open("git");
		await greet(0);
		await opening;
		pool.update(
			[
				{ ...git, idleTimeoutMs: 0 },
				{ ...git, name: "fs" },
			],
			new Set(),
		);
		const kept = pool.running("git") !== undefined;
		pool.update([{ ...git, name: "fs" }], new Set());
		await quiet();
		expect([kept, kinds().at(-1), pool.state("git"), pool.state("fs")]).toEqual([
			true,
			"group-closed",
			undefined,
			{ kind: "idle" },
		]);
	});

	test("starts a changed group anew when it is needed next", async () => {
		const { pool, git, greet, starts } = createPooled();
		const opening = pool.open("git");
		await greet(0);
		await opening;
		pool.update([git], new Set(["git"]));
		const before = pool.running("git");
		const again = pool.open("git");
		await greet(1);
		await again;
		expect([before, starts.length]).toEqual([undefined, 2]);
	});
});
