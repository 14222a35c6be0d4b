import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled, exited, failure } from "../../test/helpers/pooled.ts";

/** A group that is being started, and a client that has not said yet what it can do. */
async function createWaiting() {
	const client = Promise.withResolvers<string>();
	const pooled = createPooled(undefined, {}, { capabilities: () => client.promise });
	const opening = failure(pooled.pool.open("git").then(() => Promise.reject("ready")));
	await quiet();
	const sent = () => pooled.starts[0]?.server.received().map(({ method }) => method);
	const advance = async (ms: number) => {
		pooled.clock.advance(ms);
		await quiet();
	};
	const arrive = async (capabilities = "{}") => {
		client.resolve(capabilities);
		await quiet();
	};
	return { ...pooled, opening, sent, advance, arrive };
}

describe("a server that is started before there is a client", () => {
	test("hears nothing until the client has said what it can do, and then exactly that", async () => {
		const { starts, sent, arrive } = await createWaiting();
		const before = sent();
		await arrive('{ "roots":{} }');
		expect([before, starts[0]?.pair.left.sent[0]]).toEqual([
			[],
			expect.stringContaining('"capabilities":{ "roots":{} },'),
		]);
	});

	test("may wait for as long as it takes, and has all its time to answer afterwards", async () => {
		const { advance, arrive, sent, starts, opening } = await createWaiting();
		await advance(3_600_000);
		await arrive();
		await advance(999);
		const before = sent();
		starts[0]?.greet();
		expect([before, await opening]).toEqual([["initialize"], "ready"]);
	});

	test("fails when it is silent for all its time afterwards", async () => {
		const { advance, arrive, opening } = await createWaiting();
		await advance(3_600_000);
		await arrive();
		await advance(1_000);
		expect(await opening).toMatchObject({ phase: "handshake", detail: expect.stringContaining("within 1 s") });
	});

	test("fails when it ends meanwhile", async () => {
		const { starts, opening } = await createWaiting();
		starts[0]?.pair.left.end(exited);
		expect(await opening).toMatchObject({ phase: "exit", detail: expect.stringContaining("it exited with code 3") });
	});

	test("is stopped with the program, and nobody waits any longer", async () => {
		const { pool, opening, sent } = await createWaiting();
		await pool.close();
		expect([await opening, sent()]).toMatchObject([{ group: "git" }, []]);
	});
});

test("what a start takes before it waits for the client counts, and nothing more", async () => {
	const preparing = Promise.withResolvers<void>();
	const client = Promise.withResolvers<string>();
	const base = createPooled();
	const prepare = () => preparing.promise.then(() => base.git.prepare());
	const { pool, clock } = createPooled(undefined, { prepare }, { capabilities: () => client.promise });
	const opening = failure(pool.open("git"));
	clock.advance(400);
	preparing.resolve();
	await quiet();
	clock.advance(10_000);
	client.resolve("{}");
	await quiet();
	clock.advance(599);
	await quiet();
	const before = pool.state("git")?.kind;
	clock.advance(1);
	await opening;
	expect([before, pool.state("git")?.kind]).toEqual(["starting", "failed"]);
});
