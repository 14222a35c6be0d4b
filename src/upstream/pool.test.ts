import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled, exited, failure } from "../../test/helpers/pooled.ts";
import { UpstreamError } from "../base/errors.ts";

describe("a group", () => {
	test("is started by the first who asks, once for all who ask meanwhile and later", async () => {
		const { pool, starts, kinds, greet } = createPooled();
		const asked = [pool.open("git"), pool.open("git")];
		await greet(0);
		const [first, second] = await Promise.all(asked);
		const third = await pool.open("git");
		expect([starts.length, second === first, third === first, kinds()]).toEqual([
			1,
			true,
			true,
			["group-starting", "group-ready"],
		]);
	});

	test("that fails fails for all who wait, with its last words, and the next one starts it anew", async () => {
		const { pool, starts, kinds, greet } = createPooled();
		const asked = [failure(pool.open("git")), failure(pool.open("git"))];
		await quiet();
		starts[0]?.pair.left.end(exited);
		const errors = await Promise.all(asked);
		const again = pool.open("git");
		await greet(1);
		await again;
		const expected = {
			name: "UpstreamError",
			group: "git",
			phase: "exit",
			lastWords: ["fatal: no license"],
			next: "Next try in 1 s.",
		};
		expect({ errors, kinds: kinds() }).toMatchObject({
			errors: [expected, expected],
			kinds: ["group-starting", "group-closed", "group-failed", "group-starting", "group-ready"],
		});
	});

	test("that failed twice refuses whoever asks too early, and then starts by itself", async () => {
		const { clock, pool, starts } = createPooled();
		for (const index of [0, 1]) {
			const asked = failure(pool.open("git"));
			await quiet();
			starts[index]?.pair.left.end(exited);
			await asked;
		}
		const error = await failure(pool.open("git"));
		const before = starts.length;
		clock.advance(2_000);
		await quiet();
		expect({ error, before, after: starts.length }).toMatchObject({
			error: { phase: "waiting", detail: expect.stringContaining("exited with code 3"), next: "Next try in 2 s." },
			before: 2,
			after: 3,
		});
	});

	test("that is silent is given up after its connect timeout and stopped", async () => {
		const { clock, pool, starts, greet } = createPooled();
		const asked = failure(pool.open("git"));
		await quiet();
		clock.advance(1_000);
		const error = await asked;
		await greet(0);
		await quiet();
		expect({ error, sent: starts[0]?.pair.right.sent }).toMatchObject({ error: { phase: "handshake" }, sent: [] });
	});

	test("is started anew after it has ended", async () => {
		const { pool, starts, events, greet } = createPooled();
		const first = pool.open("git");
		await greet(0);
		const { link } = await first;
		starts[0]?.pair.left.end(exited);
		await link.closed;
		await quiet();
		const second = pool.open("git");
		await greet(1);
		expect([starts.length, (await second) === (await first), events[2]]).toEqual([
			2,
			false,
			{ kind: "group-closed", group: "git", detail: "it exited with code 3" },
		]);
	});

	test("that cannot be opened at all is a failure of its own for everyone who asks", async () => {
		const error = new UpstreamError("git", "spawn", "secret not found");
		const { pool, starts, kinds } = createPooled(() => {
			throw error;
		});
		const errors = [await failure(pool.open("git")), await failure(pool.open("git"))].map(String);
		const told = 'UpstreamError: group "git" failed during spawn: [redacted] not found';
		expect({ errors, starts: starts.length, kinds: kinds() }).toEqual({
			errors: [told, told],
			starts: 2,
			kinds: ["group-starting", "group-failed", "group-starting", "group-failed"],
		});
	});

	test("is running from the end of its handshake to its own end", async () => {
		const { pool, starts, greet } = createPooled();
		const running = () => pool.running("git") !== undefined;
		const seen = [running()];
		const opening = pool.open("git");
		seen.push(running());
		await greet(0);
		const { link } = await opening;
		seen.push(running());
		starts[0]?.pair.left.end(exited);
		await link.closed;
		await quiet();
		expect([...seen, running()]).toEqual([false, false, true, false]);
	});

	test("that nobody configured cannot be had", async () => {
		const { pool } = createPooled();
		expect(String(await failure(pool.open("nope")))).toBe('Error: no group "nope" in the pool');
	});
});

describe("closing the pool", () => {
	/** The close of a channel lasts until the test says that it is done. */
	function createSlow() {
		const stopped = Promise.withResolvers<void>();
		const pooled = createPooled((receive, pair) => {
			const channel = pair.left.open(receive);
			return { ...channel, close: () => stopped.promise.then(() => channel.close()) };
		});
		return { ...pooled, stop: () => stopped.resolve() };
	}

	test.each([true, false])(
		"waits until every server is stopped, also one still starting: ready %p",
		async (isReady) => {
			const { pool, greet, stop } = createSlow();
			const order: string[] = [];
			const opening = failure(pool.open("git"));
			if (isReady) await greet(0);
			await quiet();
			const closing = pool.close().then(() => order.push("closed"));
			await quiet();
			order.push("stopped");
			stop();
			await Promise.all([closing, opening]);
			expect(order).toEqual(["stopped", "closed"]);
		},
	);

	test("waits for a server whose start has failed and which is still being stopped", async () => {
		const { clock, pool, stop } = createSlow();
		const order: string[] = [];
		const opening = failure(pool.open("git"));
		await quiet();
		clock.advance(1_000);
		await quiet();
		const closing = pool.close().then(() => order.push("closed"));
		await quiet();
		order.push("stopped");
		stop();
		await Promise.all([closing, opening]);
		expect(order).toEqual(["stopped", "closed"]);
	});

	test.each([true, false])("refuses whoever asks afterwards, at once as much as later: %p", async (isAtOnce) => {
		const { pool, starts, greet } = createPooled();
		const opening = pool.open("git");
		await greet(0);
		await opening;
		const closing = pool.close();
		if (!isAtOnce) await closing;
		const error = await failure(pool.open("git"));
		await closing;
		expect({ error, starts: starts.length }).toMatchObject({
			error: { phase: "spawn", detail: "dynamic-mcp is stopping" },
			starts: 1,
		});
	});

	test("that has started nothing is done at once", async () => {
		const { pool, kinds } = createPooled();
		await pool.close();
		expect(kinds()).toEqual([]);
	});
});
