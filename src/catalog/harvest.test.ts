import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import type { Connection } from "../protocol/connection.ts";
import { createLink } from "../protocol/link.ts";
import { harvest, harvestTools } from "./harvest.ts";

/** A connection to a server in the hands of a test. */
function connect(facts: Partial<Connection>, onMessage?: Parameters<typeof openMemoryPeer>[2]) {
	const clock = createFakeClock();
	const pair = joinChannels();
	const peer = openMemoryPeer(pair, "right", onMessage);
	const ignore = () => {};
	const handlers = { onRequest: ignore, onNotification: ignore, onUnexpected: ignore, acceptsBatches: () => false };
	const link = createLink({ clock, open: pair.left.open, ...handlers });
	const plain = { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: undefined, instructions: undefined };
	const connection: Connection = { link, isRemote: false, ...plain, ...facts };
	return { clock, peer, upstream: pair.left, connection, options: { group: "git", timeoutMs: 1_000 } };
}

/** A server that answers `tools/list` with what `list` makes of the cursor, or not at all. */
function connectTo(list: (cursor: unknown) => Wire | undefined, capabilities: object = { tools: {} }) {
	const cursors: unknown[] = [];
	const { connection, options, ...rest } = connect({ capabilities: { ...capabilities } }, (message, peer) => {
		if (message.method !== "tools/list") return;
		const cursor = message.params?.["cursor"];
		cursors.push(cursor);
		const answer = list(cursor);
		if (answer !== undefined) peer.send({ id: message.id ?? null, ...answer });
	});
	return { ...rest, cursors, harvest: () => harvestTools(connection, options) };
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

/** A server with every capability that answers each method with what the test says, or not at all. */
function connectToAll(answers: Readonly<Record<string, Wire | undefined>>, facts: Partial<Connection> = {}) {
	const capabilities = { tools: {}, prompts: {}, resources: {} };
	const { clock, peer, connection, options } = connect({ capabilities, ...facts });
	const asked = () => peer.received().flatMap(({ method }) => (method?.endsWith("/list") ? [method] : []));
	/** Answers all that was asked up to now, and what is asked thereupon, the last question first. */
	async function answerAll(): Promise<void> {
		for (let done = 0, questions = peer.received(); questions.length > done; questions = peer.received()) {
			for (const { id, method, params } of questions.slice(done).reverse()) {
				const cursor = params?.["cursor"];
				const answer = answers[typeof cursor === "string" ? `${method} ${cursor}` : (method ?? "")];
				if (answer !== undefined) peer.send({ id: id ?? null, ...answer });
			}
			done = questions.length;
			await quiet();
		}
	}
	return { clock, connection, options, asked, answerAll, harvest: () => harvest(connection, options) };
}

const everyList = ["tools/list", "prompts/list", "resources/list", "resources/templates/list"];
const nothing: Wire = { result: { tools: [], prompts: [], resources: [], resourceTemplates: [] } };
const nothingOfAll = Object.fromEntries(everyList.map((method) => [method, nothing]));
const refusal: Wire = { error: { code: -32601, message: "Method not found" } };

describe("of everything a server offers", () => {
	test("all lists are asked for at once, and what they hold is kept as it came", async () => {
		const prompts = [{ name: "p", arguments: [{ name: "a" }], "x-more": 1 }, { name: "p" }, 7];
		const resources = [{ uri: "file:///a", name: "a", size: 5, _meta: {} }];
		const resourceTemplates = [{ uriTemplate: "file:///{x}", name: "x", icons: [] }];
		const facts = {
			instructions: "Ask first.",
			serverInfo: { name: "s", "x-more": [] },
			protocolVersion: "2025-06-18",
		};
		const { connection, asked, answerAll, harvest } = connectToAll(
			{
				"tools/list": { result: { tools: [tool("t", { "x-more": null }), 7] } },
				"prompts/list": { result: { prompts: prompts.slice(0, 1), nextCursor: "2" } },
				"prompts/list 2": { result: { prompts: prompts.slice(1) } },
				"resources/list": { result: { resources } },
				"resources/templates/list": { result: { resourceTemplates } },
			},
			facts,
		);
		const offer = harvest();
		await quiet();
		const askedAtOnce = asked();
		await answerAll();
		const lists = { tools: [tool("t", { "x-more": null })], prompts, resources, resourceTemplates };
		const { capabilities } = connection;
		expect({ askedAtOnce, offer: await offer }).toEqual({
			askedAtOnce: everyList,
			offer: { ...lists, ...facts, capabilities },
		});
	});

	test.each<[object, string[]]>([
		[{}, ["tools/list"]],
		[{ prompts: {} }, ["tools/list", "prompts/list"]],
		[{ resources: {} }, ["tools/list", "resources/list", "resources/templates/list"]],
	])("a server with the capabilities %j is asked for what it has, and has none of the rest", async (caps, methods) => {
		const { asked, answerAll, harvest } = connectToAll(nothingOfAll, { capabilities: { ...caps } });
		const offer = harvest();
		await answerAll();
		const lists = { prompts: [], resources: [], resourceTemplates: [] };
		expect({ asked: asked(), offer: await offer }).toMatchObject({ asked: methods, offer: lists });
	});

	test.each<[string, string, Wire | undefined]>([
		["a refusal", "prompts", refusal],
		["no object", "resources", { result: [] }],
		["silence", "resourceTemplates", undefined],
	])("%s costs only the list it is about, which is then unknown", async (_, field, answer) => {
		const method = field === "resourceTemplates" ? "resources/templates/list" : `${field}/list`;
		const { clock, answerAll, harvest } = connectToAll({ ...nothingOfAll, [method]: answer });
		const offer = harvest();
		await answerAll();
		clock.advance(1_000);
		const { tools, prompts, resources, resourceTemplates } = await offer;
		const lists = { tools: [], prompts: [], resources: [], resourceTemplates: [] };
		expect({ tools, prompts, resources, resourceTemplates }).toStrictEqual({ ...lists, [field]: undefined });
	});

	test("a list that breaks off on a later page is unknown as a whole", async () => {
		const first = { result: { prompts: [{ name: "p" }], nextCursor: "2" } };
		const { answerAll, harvest } = connectToAll({ ...nothingOfAll, "prompts/list": first, "prompts/list 2": refusal });
		const offer = harvest();
		await answerAll();
		expect((await offer).prompts).toBeUndefined();
	});

	test("a list whose cursors go round is read once round", async () => {
		const round = (name: string) => ({ result: { prompts: [{ name }], nextCursor: "2" } });
		const answers = { "prompts/list": round("a"), "prompts/list 2": round("b") };
		const { answerAll, harvest } = connectToAll({ ...nothingOfAll, ...answers });
		const offer = harvest();
		await answerAll();
		expect((await offer).prompts).toEqual([{ name: "a" }, { name: "b" }]);
	});

	test("the failure of the tools is the failure of the whole, and nothing else is waited for", async () => {
		const { answerAll, harvest } = connectToAll({ "tools/list": refusal });
		const failed = failure(harvest());
		await answerAll();
		expect(await failed).toMatchObject({ phase: "list", detail: expect.stringContaining("tools/list") });
	});

	test("tools that are being read already are not asked for again", async () => {
		const { connection, options, asked, answerAll } = connectToAll(nothingOfAll);
		const offer = harvest(connection, options, Promise.resolve([tool("t")]));
		await answerAll();
		expect({ asked: asked(), tools: (await offer).tools }).toEqual({ asked: everyList.slice(1), tools: [tool("t")] });
	});
});
