import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import {
	joinChannels,
	type MemoryPair,
	type MemoryPeer,
	openMemoryPeer,
	quiet,
} from "../../test/helpers/memory-channel.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Event } from "../observe/events.ts";
import type { Channel, Receive } from "../protocol/channel.ts";
import { createPool } from "./pool.ts";

interface Start {
	readonly pair: MemoryPair;
	readonly server: MemoryPeer;
	/** Answers `initialize`. */
	greet(protocolVersion?: string): void;
}

/** A pool of the group `git`, with every start of it in the test's hands. */
function createPooled(open?: (receive: Receive, pair: MemoryPair) => Channel) {
	const clock = createFakeClock();
	const events: Event[] = [];
	const starts: Start[] = [];
	const notified: string[] = [];
	const pool = createPool({
		redact: (text) => text.replaceAll("secret", "[redacted]"),
		groups: [
			{
				name: "git",
				connectTimeoutMs: 1_000,
				open(receive) {
					const pair = joinChannels();
					const server = openMemoryPeer(pair, "right");
					const greet = (protocolVersion = "2025-11-25") => server.send({ id: 1, result: { protocolVersion } });
					starts.push({ pair, server, greet });
					return open === undefined ? pair.left.open(receive) : open(receive, pair);
				},
			},
		],
		clock,
		emit: (event) => events.push(event),
		clientInfo: { name: "dynamic-mcp", version: "2.0.0" },
		onNotification: (group, { method }) => void notified.push(`${group} ${method}`),
	});
	const kinds = () => events.map(({ kind }) => kind);
	return { clock, events, kinds, notified, pool, starts };
}

const failure = (promise: Promise<unknown>) =>
	promise.then(
		() => "no failure",
		(error: unknown) => error,
	);
const exited = { kind: "ended", detail: "it exited with code 3", lastWords: ["fatal: no license"] } as const;

describe("a group", () => {
	test("is started by the first who asks, once for all who ask meanwhile and later", async () => {
		const { pool, starts, kinds } = createPooled();
		const asked = [pool.open("git"), pool.open("git")];
		starts[0]?.greet();
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
		const { pool, starts, kinds } = createPooled();
		const asked = [failure(pool.open("git")), failure(pool.open("git"))];
		starts[0]?.pair.left.end(exited);
		const errors = await Promise.all(asked);
		const again = pool.open("git");
		starts[1]?.greet();
		await again;
		const expected = { name: "UpstreamError", group: "git", phase: "exit", lastWords: ["fatal: no license"] };
		expect({ errors, kinds: kinds() }).toMatchObject({
			errors: [expected, expected],
			kinds: ["group-starting", "group-closed", "group-failed", "group-starting", "group-ready"],
		});
	});

	test("that is silent is given up after its connect timeout and stopped", async () => {
		const { clock, pool, starts } = createPooled();
		const asked = failure(pool.open("git"));
		clock.advance(1_000);
		const error = await asked;
		starts[0]?.greet();
		await quiet();
		expect({ error, sent: starts[0]?.pair.right.sent }).toMatchObject({ error: { phase: "handshake" }, sent: [] });
	});

	test("is started anew after it has ended", async () => {
		const { pool, starts, events } = createPooled();
		const first = pool.open("git");
		starts[0]?.greet();
		const { link } = await first;
		starts[0]?.pair.left.end(exited);
		await link.closed;
		await quiet();
		const second = pool.open("git");
		starts[1]?.greet();
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
		const { pool, starts } = createPooled();
		const running = () => pool.running("git") !== undefined;
		const seen = [running()];
		const opening = pool.open("git");
		seen.push(running());
		starts[0]?.greet();
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

describe("what a server sends of its own accord:", () => {
	/** The pool with its group running. */
	async function createRunning(version?: string) {
		const pooled = createPooled();
		const opening = pooled.pool.open("git");
		const start = pooled.starts[0]!;
		start.greet(version);
		const { link } = await opening;
		await quiet();
		const answers = () => start.server.received().slice(2) as unknown[];
		return { ...pooled, ...start, link, answers };
	}

	test("a ping is answered", async () => {
		const { server, answers } = await createRunning();
		server.send({ id: "p", method: "ping" });
		await quiet();
		expect(answers()).toEqual([{ jsonrpc: "2.0", id: "p", result: {} }]);
	});

	test("any other request is refused", async () => {
		const { server, answers } = await createRunning();
		server.send({ id: 0, method: "roots/list" });
		await quiet();
		expect(answers()).toEqual([
			{ jsonrpc: "2.0", id: 0, error: { code: -32601, message: "Method not found: roots/list" } },
		]);
	});

	test("a notification is told with the group's name", async () => {
		const { server, notified } = await createRunning();
		server.send({ method: "notifications/tools/list_changed" });
		await quiet();
		expect(notified).toEqual(["git notifications/tools/list_changed"]);
	});

	test.each([
		["hello", 'not JSON (Unexpected identifier "hello")'],
		['{"jsonrpc":"2.0","id":99,"result":{}}', "a late or unknown reply, id 99"],
	])("nonsense is reported: %s", async (text, what) => {
		const { server, events } = await createRunning();
		server.send(text);
		await quiet();
		expect(events.at(-1)).toMatchObject({ kind: "group-ignored", group: "git", what });
	});

	test.each<[string, unknown]>([
		["2025-03-26", [[{ jsonrpc: "2.0", id: 5, result: {} }]]],
		["2025-11-25", [{ jsonrpc: "2.0", id: null, error: expect.anything() }]],
	])("a batch in revision %s", async (version, expected) => {
		const { server, answers } = await createRunning(version);
		server.send('[{"jsonrpc":"2.0","id":5,"method":"ping"}]');
		await quiet();
		expect(answers()).toEqual(expected as unknown[]);
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
			const { pool, starts, stop } = createSlow();
			const order: string[] = [];
			const opening = failure(pool.open("git"));
			if (isReady) starts[0]?.greet();
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
		const { pool, starts } = createPooled();
		const opening = pool.open("git");
		starts[0]?.greet();
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
