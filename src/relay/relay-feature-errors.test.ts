import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createRelaying, type Plan } from "../../test/helpers/relaying.ts";
import { UpstreamError } from "../base/errors.ts";
import type { CloseReason } from "../protocol/channel.ts";

/** What a client may ask of group `fs` that is no tool. */
const requests: [string, object][] = [
	["resources/read", { uri: "x:a", group: "fs" }],
	["resources/subscribe", { uri: "x:a", group: "fs" }],
	["prompts/get", { name: "p", group: "fs" }],
	["completion/complete", { ref: { type: "ref/prompt", name: "p" }, group: "fs" }],
	["own/go", { _meta: { "dynamic-mcp/group": "fs" } }],
];

const extensions = { "x/own": {} };
const silent = Object.fromEntries(requests.map(([method]) => [method, () => undefined]));

/** A client and a running server that answers nothing but lists, or as told. */
async function createSilent(plan: Plan = {}) {
	const relaying = createRelaying({ fs: { capabilities: { extensions }, answers: silent, ...plan } });
	const { fs, connect } = relaying;
	if (plan.failure === undefined) await fs.start();
	const client = await connect({ extensions });
	const send = async (method: string, params: object) => {
		client.send({ id: 1, method, params: { ...params } });
		await quiet();
	};
	const advance = async (ms: number) => {
		relaying.clock.advance(ms);
		await quiet();
	};
	return { ...relaying, client, send, advance };
}

const internal = (message: RegExp) => [
	{ jsonrpc: "2.0", id: 1, error: { code: -32603, message: expect.stringMatching(message) } },
];

describe("what goes wrong with a request that is no tool's is a JSON-RPC error:", () => {
	test.each(requests)("the server answers with one, whose code and data stay: %s", async (method, params) => {
		const error = { code: -32099, message: "no", data: { why: [] } };
		const { client, send } = await createSilent({ answers: { [method]: () => ({ error }) } });
		await send(method, params);
		expect(client.received()).toEqual([{ jsonrpc: "2.0", id: 1, error }]);
	});

	test.each(requests)("the server does not answer in time, and is told: %s", async (method, params) => {
		const { fs, client, send, advance } = await createSilent();
		await send(method, params);
		await advance(999);
		const before = client.received().length;
		await advance(1);
		expect([before, client.received(), fs.got("notifications/cancelled").length]).toEqual([
			0,
			internal(new RegExp(`^${method} of group "fs" gave no answer within 1 s \\(timeout\\.`)),
			1,
		]);
	});

	test.each(requests)("the server ends, with its last words: %s", async (method, params) => {
		const { fs, client, send } = await createSilent();
		await send(method, params);
		const reason: CloseReason = { kind: "ended", detail: "it exited with code 7", lastWords: ["out of paper"] };
		await fs.end(reason);
		const text = `^Group "fs" ended during ${method}: it exited with code 7\\.[^]*\\n {2}out of paper$`;
		expect(client.received()).toEqual(internal(new RegExp(text)));
	});

	test.each(requests.slice(0, -1))("the server cannot be started, with its last words: %s", async (method, params) => {
		const failure = new UpstreamError("fs", "spawn", "command not found", { lastWords: ["fatal: no license"] });
		const { client, send } = await createSilent({ failure });
		await send(method, params);
		const text = /^Group "fs" could not be started: command not found\.[^]*\n {2}fatal: no license$/;
		expect(client.received()).toEqual(internal(text));
	});

	test("a fault of ours, which is reported", async () => {
		const failure = new Error("a fault");
		const { client, send, events } = await createSilent({ failure });
		await send("resources/read", { uri: "x:a", group: "fs" });
		expect([client.received(), events]).toEqual([internal(/^internal error$/), [{ kind: "internal", error: failure }]]);
	});
});

describe("the time of a request is", () => {
	const group = { timeoutMs: { tools: 100, resources: 200, prompts: 300 } };
	test.each<[string, object, number, string]>([
		["resources/read", { uri: "x:a", group: "fs" }, 200, "resources"],
		["prompts/get", { name: "p", group: "fs" }, 300, "prompts"],
		["completion/complete", { ref: { type: "ref/prompt", name: "p" }, group: "fs" }, 300, "prompts"],
		["completion/complete", { ref: { type: "ref/resource", uri: "x:a" }, group: "fs" }, 200, "resources"],
		["own/go", { _meta: { "dynamic-mcp/group": "fs" } }, 100, "tools"],
	])("that of its feature: %s %j", async (method, params, ms, feature) => {
		const { client, send, advance } = await createSilent({ group });
		await send(method, params);
		await advance(ms - 1);
		const before = client.received().length;
		await advance(1);
		expect([before, client.received()]).toEqual([0, internal(new RegExp(`timeout\\.${feature} in the config`))]);
	});
});

describe("a request whose session the server has lost", () => {
	test.each(requests)("is made once more, on a new connection: %s", async (method, params) => {
		const { fs, client, send } = await createSilent();
		await send(method, params);
		const first = fs.got(method).map(({ params }) => params);
		await fs.lose(method);
		const again = fs.got(method).at(-1);
		fs.send({ id: again?.id ?? "", result: "done" });
		await quiet();
		expect([fs.starts(), [again?.params], client.received()]).toEqual([
			2,
			first,
			[{ jsonrpc: "2.0", id: 1, result: "done" }],
		]);
	});

	test("twice is not made a third time", async () => {
		const { fs, client, send } = await createSilent();
		await send("resources/read", { uri: "x:a", group: "fs" });
		for (const _ of [1, 2]) await fs.lose("resources/read");
		const text = /^resources\/read of group "fs" got no answer: it no longer knows the session\.$/;
		expect([fs.starts(), client.received()]).toEqual([2, internal(text)]);
	});

	test("is not made once more when the client has cancelled it meanwhile", async () => {
		const opening = Promise.withResolvers<void>();
		const { fs, connect } = createRelaying({ fs: { answers: silent, opening: opening.promise } });
		await fs.start();
		const client = await connect();
		client.send({ id: 1, method: "resources/read", params: { uri: "x:a", group: "fs" } });
		await quiet();
		await fs.lose("resources/read");
		client.send({ method: "notifications/cancelled", params: { requestId: 1 } });
		await quiet();
		opening.resolve();
		await quiet();
		expect([fs.starts(), fs.got("resources/read"), client.received()]).toEqual([2, [], []]);
	});

	test("and that is a subscription is one subscription afterwards", async () => {
		const { fs, relay, send } = await createSilent();
		await send("resources/subscribe", { uri: "x:a", group: "fs" });
		await fs.lose("resources/subscribe");
		for (const { id } of fs.got("resources/subscribe")) fs.send({ id: id ?? "", result: {} });
		await quiet();
		expect([fs.got("resources/subscribe").length, relay.isNeeded("fs")]).toEqual([1, true]);
	});
});

describe("a request that the client cancels", () => {
	test.each(requests)("is cancelled at the server, and gets no answer: %s", async (method, params) => {
		const { fs, client, send } = await createSilent();
		await send(method, params);
		client.send({ method: "notifications/cancelled", params: { requestId: 1, reason: "Esc" } });
		await quiet();
		const own = fs.got(method)[0]?.id;
		fs.send({ id: own ?? "", result: {} });
		await quiet();
		const cancels = fs.got("notifications/cancelled").map(({ params }: Wire) => params);
		expect([cancels, client.received()]).toEqual([[{ requestId: own, reason: "Esc" }], []]);
	});
});
