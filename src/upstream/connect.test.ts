import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createPooled } from "../../test/helpers/pooled.ts";

describe("what a server sends of its own accord:", () => {
	/** The pool with its group running. */
	async function createRunning(version?: string) {
		const pooled = createPooled();
		const opening = pooled.pool.open("git");
		await pooled.greet(0, version);
		const start = pooled.starts[0]!;
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
