import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import type { Connection } from "../protocol/connection.ts";
import { createLink } from "../protocol/link.ts";
import { harvestTools } from "./harvest.ts";

/** A connection to a server that answers `tools/list` with what `list` makes of the cursor, or not at all. */
function connectTo(list: (cursor: unknown) => Wire | undefined, capabilities: object = { tools: {} }) {
	const clock = createFakeClock();
	const pair = joinChannels();
	const cursors: unknown[] = [];
	openMemoryPeer(pair, "right", ({ id, method, params }, peer) => {
		if (method !== "tools/list") return;
		cursors.push(params?.["cursor"]);
		const answer = list(params?.["cursor"]);
		if (answer !== undefined) peer.send({ id: id ?? null, ...answer });
	});
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock, open: pair.left.open, ...handlers });
	const facts = { protocolVersion: "2025-11-25", serverInfo: undefined, instructions: undefined };
	const connection = { link, ...facts, capabilities } as Connection;
	const harvest = () => harvestTools(connection, { group: "git", timeoutMs: 1_000 });
	return { clock, upstream: pair.left, cursors, harvest };
}

const tool = (name: string, more: object = {}) => ({ name, inputSchema: {}, ...more });
const page = (names: readonly string[], nextCursor?: unknown): Wire => ({
	result: { tools: names.map((name) => tool(name)), nextCursor },
});
const namesOf = (tools: readonly { name: string }[]) => tools.map(({ name }) => name);
const failure = (promise: Promise<unknown>) =>
	promise.then(
		() => "no failure",
		(error: unknown) => error,
	);

describe("all pages are read", () => {
	test("in the server's order", async () => {
		const { cursors, harvest } = connectTo((cursor) =>
			cursor === undefined ? page(["b", "a"], "2") : cursor === "2" ? page(["d"], "3") : page(["c"]),
		);
		expect([namesOf(await harvest()), cursors]).toEqual([
			["b", "a", "d", "c"],
			[undefined, "2", "3"],
		]);
	});

	test("without going round when a cursor comes again", async () => {
		const { cursors, harvest } = connectTo((cursor) => page([`of ${String(cursor)}`], cursor === "1" ? "2" : "1"));
		expect([namesOf(await harvest()), cursors]).toEqual([
			["of undefined", "of 1", "of 2"],
			[undefined, "1", "2"],
		]);
	});

	test("up to a thousand of a server that never stops", async () => {
		let count = 0;
		const { harvest } = connectTo(() => page([`tool ${++count}`], `${count}`));
		expect(await harvest()).toHaveLength(1_000);
	});

	test.each([[undefined], [null], [5], [{}]])("and %p is no further page", async (next) => {
		const { cursors, harvest } = connectTo(() => page(["a"], next));
		expect([namesOf(await harvest()), cursors.length]).toEqual([["a"], 1]);
	});
});

test("of a tool listed twice the first counts", async () => {
	const first = tool("a", { description: "first" });
	const { harvest } = connectTo(() => ({
		result: { tools: [first, tool("b"), tool("a", { description: "second" })] },
	}));
	expect(await harvest()).toEqual([first, tool("b")]);
});

test("a tool keeps every field, known or not", async () => {
	const odd = tool("a", { title: "A", _meta: { x: [1] }, icons: [], "x-more": null });
	const { harvest } = connectTo(() => ({ result: { tools: [odd] } }));
	expect(await harvest()).toEqual([odd]);
});

test.each<[string, unknown, string[]]>([
	["entries without a name", [null, "a", [], {}, { name: 7 }, tool("ok")], ["ok"]],
	["no list", undefined, []],
	["something else", { a: tool("a") }, []],
])("a list with %s costs only what cannot be used", async (_, tools, expected) => {
	const { harvest } = connectTo(() => ({ result: { tools } }));
	expect(namesOf(await harvest())).toEqual(expected);
});

describe("a server that never announced tools", () => {
	test("and refuses to list them has none", async () => {
		const { harvest } = connectTo(() => ({ error: { code: -32601, message: "Method not found" } }), {});
		expect(await harvest()).toEqual([]);
	});

	test("and lists them all the same has them", async () => {
		const { harvest } = connectTo(() => page(["a"]), {});
		expect(namesOf(await harvest())).toEqual(["a"]);
	});
});

describe("what went wrong is told by phase:", () => {
	test.each<[string, Wire, string]>([
		[
			"an error",
			{ error: { code: -32603, message: "disk full" } },
			"it answered tools/list with an error: disk full (-32603)",
		],
		["no object", { result: [] }, "its answer to tools/list is not an object"],
		["null", { result: null }, "its answer to tools/list is not an object"],
	])("%s", async (_, answer, detail) => {
		const { harvest } = connectTo(() => answer);
		expect(await failure(harvest())).toMatchObject({ name: "UpstreamError", group: "git", phase: "list", detail });
	});

	test("an error on a later page", async () => {
		const { harvest } = connectTo((cursor) =>
			cursor === undefined ? page(["a"], "2") : { error: { code: 1, message: "gone" } },
		);
		expect(await failure(harvest())).toMatchObject({ phase: "list", detail: expect.stringContaining("gone") });
	});

	test("no answer in time, on any page", async () => {
		const { clock, harvest } = connectTo((cursor) => (cursor === undefined ? page(["a"], "2") : undefined));
		const failed = failure(harvest());
		clock.advance(900);
		await quiet();
		clock.advance(1_000);
		expect(await failed).toMatchObject({ phase: "timeout", detail: "no answer to tools/list within 1 s" });
	});

	test("the end of the server, with its last words", async () => {
		const { upstream, harvest } = connectTo(() => undefined);
		const failed = failure(harvest());
		upstream.end({ kind: "ended", detail: "it exited with code 7", lastWords: ["fatal"] });
		expect(await failed).toMatchObject({ phase: "exit", detail: "it exited with code 7", lastWords: ["fatal"] });
	});
});
