import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { ask, createLink, type LinkOptions } from "./link.ts";
import type { Outcome } from "./pending.ts";

const hour = 3_600_000;

/** A link whose peer is in the test's hands. What reaches the link's owner is written to `seen`. */
function createLinked(options: Partial<LinkOptions> = {}) {
	const clock = createFakeClock();
	const pair = joinChannels();
	const seen: string[] = [];
	const link = createLink({
		clock,
		open: pair.left.open,
		onRequest: ({ id, method }) => void seen.push(`request ${JSON.stringify(id)} ${method}`),
		onNotification: ({ method }) => void seen.push(`notification ${method}`),
		onUnexpected: ({ kind, id }) => void seen.push(`unexpected ${kind} ${JSON.stringify(id)}`),
		acceptsBatches: () => true,
		...options,
	});
	const peer = openMemoryPeer(pair, "right");
	const outcomes: string[] = [];
	const start = (method = "m", timeoutMs = hour) =>
		link.request({ method, timeoutMs }, (outcome) => void outcomes.push(show(outcome)));
	return { clock, pair, link, peer, seen, outcomes, start };
}

function show(outcome: Outcome): string {
	switch (outcome.kind) {
		case "reply":
			return `reply ${outcome.reply.kind === "reply" ? JSON.stringify(outcome.reply.error?.message ?? outcome.reply.result) : "long"}`;
		case "timeout":
			return `timeout after ${outcome.afterMs}`;
		case "cancelled":
			return `cancelled: ${outcome.reason}`;
		case "closed":
			return `closed: ${outcome.reason.detail}`;
		case "unanswered":
			return `unanswered: ${outcome.problem} (${outcome.remedy})`;
		default:
			return outcome satisfies never;
	}
}

const cancelled = (requestId: number, reason: string) => ({
	jsonrpc: "2.0",
	method: "notifications/cancelled",
	params: { requestId, reason },
});

describe("a request", () => {
	test("is answered with the reply to its id, in whatever order replies come", async () => {
		const { link, peer } = createLinked();
		const replies = [1, 2, 3].map(() => ask(link, { method: "m", timeoutMs: hour }));
		for (const id of [2, 3, 1]) peer.send({ id, result: `of ${id}` });
		expect((await Promise.all(replies)).map(show)).toEqual(['reply "of 1"', 'reply "of 2"', 'reply "of 3"']);
	});

	test("may put its own id into its params", async () => {
		const { link, peer, start } = createLinked();
		start();
		link.request({ method: "m", params: (id) => `{"token":${id}}`, timeoutMs: hour }, () => {});
		await quiet();
		expect(peer.received()[1]).toEqual({ jsonrpc: "2.0", id: 2, method: "m", params: { token: 2 } });
	});

	test("that times out is cancelled at the peer", async () => {
		const { clock, peer, outcomes, start } = createLinked();
		start("tools/call", 50);
		clock.advance(50);
		await quiet();
		expect({ outcomes, sent: peer.received().slice(1) }).toEqual({
			outcomes: ["timeout after 50"],
			sent: [cancelled(1, "timed out")],
		});
	});

	test("that times out is not cancelled when it is initialize", async () => {
		const { clock, peer, outcomes, start } = createLinked();
		start("initialize", 50);
		clock.advance(50);
		await quiet();
		expect({ outcomes, sent: peer.received().length }).toEqual({ outcomes: ["timeout after 50"], sent: 1 });
	});

	test("that is cancelled settles at once, and once", async () => {
		const { peer, outcomes, start } = createLinked();
		const cancel = start();
		cancel("no longer wanted");
		cancel("again");
		await quiet();
		expect({ outcomes, sent: peer.received().slice(1) }).toEqual({
			outcomes: ["cancelled: no longer wanted"],
			sent: [cancelled(1, "no longer wanted")],
		});
	});

	test("settles with the reason when the channel goes", async () => {
		const { pair, outcomes, start } = createLinked();
		start();
		start();
		pair.left.end({ kind: "failed", detail: "exit code 7", lastWords: [] });
		await quiet();
		expect(outcomes).toEqual(["closed: exit code 7", "closed: exit code 7"]);
	});

	test("after the close settles at once and is not sent", async () => {
		const { link, pair, outcomes, start } = createLinked();
		await link.close();
		start();
		expect({ outcomes, sent: pair.left.sent }).toEqual({ outcomes: ["closed: closed by this side"], sent: [] });
	});
});

test("ids are never used again", async () => {
	const { clock, peer, start } = createLinked();
	start("m", 10);
	clock.advance(10);
	start()("cancelled");
	start();
	peer.send({ id: 3, result: 0 });
	await quiet();
	start();
	const ids = peer.received().flatMap(({ id }) => (id === undefined ? [] : [id]));
	expect(ids).toEqual([1, 2, 3, 4]);
});

test("property: every request settles exactly once, over any mixture of replies, cancels, time and a close", async () => {
	const id = fc.integer({ min: 1, max: 6 });
	const step = fc.oneof(
		fc.constant({ kind: "ask" as const, id: 0 }),
		fc.record({ kind: fc.constantFrom("reply", "cancel", "wait", "progress", "malformed", "batch"), id }),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, isClosedByPeer) => {
			const { clock, peer, link, outcomes, start } = createLinked();
			const cancels: (() => void)[] = [];
			for (const { kind, id } of steps) {
				if (kind === "ask") cancels.push(start("m", 20));
				else if (kind === "reply") peer.send({ id, result: 0 });
				else if (kind === "cancel") cancels[id]?.();
				else if (kind === "wait") clock.advance(id);
				else if (kind === "progress") peer.send({ method: "notifications/progress", params: { progressToken: id } });
				else if (kind === "malformed") peer.send({ jsonrpc: "1.0", id, result: 0 });
				else peer.send(`[{"jsonrpc":"2.0","id":${id},"result":0}]`);
				if (id % 2 === 0) await quiet();
			}
			await (isClosedByPeer ? peer.close() : link.close());
			await quiet();
			expect(outcomes).toHaveLength(cancels.length);
		}),
		{ numRuns: 60 },
	);
});

describe("what arrives", () => {
	test.each<[string, Wire | string, string[]]>([
		["a request", { id: 7, method: "roots/list" }, ["request 7 roots/list"]],
		["a request with the id 0", { id: 0, method: "roots/list" }, ["request 0 roots/list"]],
		["a request with a string for an id", { id: "1", method: "roots/list" }, ['request "1" roots/list']],
		["a notification", { method: "notifications/message" }, ["notification notifications/message"]],
		["a reply to nothing", { id: 99, result: {} }, ["unexpected reply 99"]],
		["a reply to our number as a string", { id: "1", result: {} }, ['unexpected reply "1"']],
		["progress of nothing", { method: "notifications/progress" }, ["notification notifications/progress"]],
		["no JSON", "hello", ["unexpected malformed null"]],
		["what is neither request nor reply, with our id", '{"jsonrpc":"2.0","id":1}', ["unexpected malformed 1"]],
		["a broken request with our id", '{"jsonrpc":"1.0","id":1,"method":"m"}', ["unexpected malformed 1"]],
	])("is told to the right one: %s", async (_, message, expected) => {
		const { peer, seen, outcomes, start } = createLinked();
		start();
		peer.send(message);
		await quiet();
		expect({ seen, outcomes }).toEqual({ seen: expected, outcomes: [] });
	});

	test("late, after a timeout or a cancel, is unexpected", async () => {
		const { clock, peer, seen, start } = createLinked();
		start("m", 10);
		clock.advance(10);
		start()();
		for (const id of [1, 2]) peer.send({ id, result: {} });
		await quiet();
		expect(seen).toEqual(["unexpected reply 1", "unexpected reply 2"]);
	});

	test.each([
		'{"jsonrpc":"1.0","id":1,"result":{}}',
		'{"id":1,"result":{}}',
		'{"jsonrpc":"1.0","id":1,"result":{"method":"GET"}}',
	])("and cannot be used as a reply fails its request at once: %s", async (text) => {
		const { peer, outcomes, seen, start } = createLinked();
		start();
		peer.send(text);
		await quiet();
		expect({ seen, outcomes }).toEqual({ seen: [], outcomes: [expect.stringContaining("the answer cannot be used")] });
	});
});

describe("progress", () => {
	test("goes to its request and pushes the timeout back", async () => {
		const { clock, link, peer, seen, outcomes } = createLinked();
		const progress = (token: Wire) => void seen.push(`progress ${JSON.stringify(token["params"])}`);
		const onProgress = ({ text }: { text: string }) => progress(JSON.parse(text) as Wire);
		link.request({ method: "m", timeoutMs: 100, onProgress }, (outcome) => void outcomes.push(show(outcome)));
		clock.advance(99);
		peer.send({ method: "notifications/progress", params: { progressToken: 1, progress: 5 } });
		await quiet();
		clock.advance(99);
		seen.push("198 ms");
		clock.advance(1);
		expect([...seen, ...outcomes]).toEqual([
			'progress {"progressToken":1,"progress":5}',
			"198 ms",
			"timeout after 100",
		]);
	});
});

describe("a batch", () => {
	test("is answered as one array, with the answers that others give and without what needs none", async () => {
		const { link, peer, seen } = createLinked();
		const items = [
			'{"jsonrpc":"2.0","id":0,"method":"m"}',
			'{"jsonrpc":"2.0","method":"n"}',
			'{"jsonrpc":"2.0","id":"b","method":"m"}',
		];
		peer.send(`[${items.join(",")}]`);
		await quiet();
		void link.answer("b", '{"x":1}');
		void link.refuse(0, { code: 1, message: "no" });
		const sent: readonly unknown[] = peer.received();
		expect({ seen, sent }).toEqual({
			seen: ["request 0 m", "notification n", 'request "b" m'],
			sent: [
				[
					{ jsonrpc: "2.0", id: "b", result: { x: 1 } },
					{ jsonrpc: "2.0", id: 0, error: { code: 1, message: "no" } },
				],
			],
		});
	});

	test("of requests is refused, and nothing of it done, where batches are not allowed", async () => {
		const { peer, seen } = createLinked({ acceptsBatches: () => false });
		peer.send('[{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","method":"n"}]');
		await quiet();
		expect({ seen, sent: peer.received() }).toEqual({
			seen: [],
			sent: [{ jsonrpc: "2.0", id: null, error: { code: -32600, message: expect.stringContaining("2025-06-18") } }],
		});
	});

	test.each([true, false])("brings its replies to who waits for them, batches allowed: %p", async (isAllowed) => {
		const { peer, outcomes, start } = createLinked({ acceptsBatches: () => isAllowed });
		start();
		peer.send('[{"jsonrpc":"2.0","id":1,"result":"here"},{"jsonrpc":"2.0","id":5,"method":"ping"}]');
		await quiet();
		expect(outcomes).toEqual(['reply "here"']);
	});

	test("no longer waits for a dropped request", async () => {
		const { link, peer } = createLinked();
		peer.send('[{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","id":2,"method":"m"}]');
		await quiet();
		void link.answer(1, "{}");
		link.drop(2);
		expect(peer.received() as unknown).toEqual([[{ jsonrpc: "2.0", id: 1, result: {} }]]);
	});
});
