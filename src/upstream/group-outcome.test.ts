import { expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled, exited, failure } from "../../test/helpers/pooled.ts";
import { UpstreamError } from "../base/errors.ts";

const crashed = { kind: "failed", phase: "exit", problem: "it exited with code 3" } as const;

async function createRunning() {
	const pooled = createPooled();
	const opening = pooled.pool.open("git");
	pooled.clock.advance(40);
	await pooled.greet(0);
	await opening;
	await quiet();
	return pooled;
}

test("of a start is told how long it took until the server was ready", async () => {
	const { outcomes } = await createRunning();
	expect(outcomes).toEqual([{ kind: "ready", tookMs: 40 }]);
});

test("of a start that fails is told why, without secrets", async () => {
	const { pool, outcomes } = createPooled(undefined, {
		prepare: () => Promise.reject(new UpstreamError("git", "sign-in", "no one knows the secret")),
	});
	await failure(pool.open("git"));
	expect(outcomes).toEqual([{ kind: "failed", phase: "sign-in", problem: "no one knows the [redacted]" }]);
});

test("of a server that ends by itself is told why", async () => {
	const { outcomes, starts } = await createRunning();
	starts[0]?.pair.left.end(exited);
	await quiet();
	expect(outcomes.slice(1)).toEqual([crashed]);
});

test.each([
	["when it is stopped", (pooled: Awaited<ReturnType<typeof createRunning>>) => pooled.pool.close()],
	["when it is put to rest", async ({ clock }: Awaited<ReturnType<typeof createRunning>>) => clock.advance(5_000)],
])("nothing is told of a server that works, %s", async (_, end) => {
	const pooled = await createRunning();
	await end(pooled);
	await quiet();
	expect(pooled.outcomes).toEqual([{ kind: "ready", tookMs: 40 }]);
});
