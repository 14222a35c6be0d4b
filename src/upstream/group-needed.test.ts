import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled } from "../../test/helpers/pooled.ts";

const clean = { kind: "ended", detail: "it exited with code 0", lastWords: [], isClean: true } as const;

/** A running group, of which the test says whether it is needed although nobody waits for it. */
async function createNeeded() {
	const needed = new Set(["git"]);
	const pooled = createPooled(undefined, {}, { isNeeded: (group) => needed.has(group) });
	const opening = pooled.pool.open("git");
	await pooled.greet(0);
	await opening;
	await quiet();
	const isRunning = () => pooled.pool.running("git") !== undefined;
	const advance = async (ms: number) => {
		pooled.clock.advance(ms);
		await quiet();
	};
	return { ...pooled, needed, isRunning, advance };
}

describe("a group that is needed", () => {
	test("is not put to rest, however long it has nothing to do", async () => {
		const { advance, isRunning } = await createNeeded();
		await advance(1_000_000);
		expect(isRunning()).toBe(true);
	});

	test("is put to rest once it no longer is, at most its idle time later", async () => {
		const { advance, isRunning, needed } = await createNeeded();
		await advance(12_000);
		needed.clear();
		await advance(5_000);
		expect(isRunning()).toBe(false);
	});

	test("is not stopped by one who only looked", async () => {
		const { pool, greet } = createPooled(undefined, {}, { isNeeded: () => true });
		const opening = pool.openInPassing("git");
		await greet(0);
		await opening;
		pool.rest("git");
		await quiet();
		expect(pool.running("git")).toBeDefined();
	});

	test("comes back by itself when its server has ended, though in good order", async () => {
		const { advance, starts, greet, isRunning, readied } = await createNeeded();
		starts[0]?.pair.left.end(clean);
		await quiet();
		const before = [isRunning(), starts.length];
		await advance(1_000);
		await greet(1);
		await quiet();
		expect([before, isRunning(), readied]).toEqual([[false, 1], true, ["git", "git"]]);
	});

	test("comes back when the config has changed it", async () => {
		const { pool, git, starts } = await createNeeded();
		pool.update([git], new Set(["git"]));
		await quiet();
		expect(starts.length).toBe(2);
	});
});

test("a group that is not needed is at rest when its server has ended in good order", async () => {
	const { advance, needed, pool, starts } = await createNeeded();
	needed.clear();
	starts[0]?.pair.left.end(clean);
	await quiet();
	await advance(100_000);
	expect([pool.state("git"), starts.length]).toEqual([{ kind: "idle" }, 1]);
});
