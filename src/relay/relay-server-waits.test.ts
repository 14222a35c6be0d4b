import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { callOf, createRelaying, echoTool, type Plan } from "../../test/helpers/relaying.ts";

const plan: Plan = { tools: [echoTool] };
const hour = 3_600_000;
const question = { id: "s", method: "elicitation/create", params: {} };

/** A client whose call of `fs` is under way; each call may take a second. */
async function createCalling() {
	const relaying = createRelaying({ fs: plan, git: plan });
	const { fs, git, clock, connect } = relaying;
	for (const server of [fs, git]) await server.start();
	const client = await connect({ elicitation: {} });
	const send = async (peer: { send: (message: Wire) => void }, message: Wire) => {
		peer.send(message);
		await quiet();
	};
	const advance = async (ms: number) => {
		clock.advance(ms);
		await quiet();
	};
	await send(client, callOf("call", "fs"));
	/** What the client has been answered to the call. */
	const answer = () => client.received().find(({ id, method }) => id === "call" && method === undefined)?.result;
	const isCancelled = () => fs.got("notifications/cancelled").length > 0;
	return { ...relaying, client, send, advance, answer, isCancelled };
}

const timedOut = { content: [{ type: "text", text: expect.stringContaining("no answer within 1 s") }], isError: true };

describe("while the client answers a server", () => {
	test("a call of that server does not time out, and has its full time again afterwards", async () => {
		const { fs, client, send, advance, answer, isCancelled } = await createCalling();
		await advance(999);
		await send(fs, question);
		await advance(hour);
		const during = [answer(), isCancelled()];
		await send(client, { id: 1, result: {} });
		await advance(999);
		const before = [answer(), isCancelled()];
		await advance(1);
		expect([during, before, [answer(), isCancelled()]]).toEqual([
			[undefined, false],
			[undefined, false],
			[timedOut, true],
		]);
	});

	test("a call of another server times out as ever", async () => {
		const { fs, client, send, advance } = await createCalling();
		await send(client, callOf("other", "git"));
		await send(fs, question);
		await advance(1_000);
		expect(client.received().filter(({ id }) => id === "other" || id === "call")).toEqual([
			{ jsonrpc: "2.0", id: "other", result: timedOut },
		]);
	});

	test("a request for anything else than a tool does not time out either", async () => {
		const { fs, client, send, advance } = await createCalling();
		await send(client, { id: "read", method: "resources/read", params: { uri: "x:a", group: "fs" } });
		await send(fs, question);
		await advance(hour);
		expect(client.received().filter(({ id }) => id === "read")).toEqual([]);
	});

	test("a reply of the server ends the call", async () => {
		const { fs, send, answer } = await createCalling();
		await send(fs, question);
		await send(fs, { id: fs.got("tools/call")[0]?.id ?? "", result: { content: [] } });
		expect(answer()).toEqual({ content: [] });
	});

	test("the answer may take as long as it takes", async () => {
		const { fs, client, send, advance } = await createCalling();
		await send(fs, question);
		await advance(24 * hour);
		expect([client.got("notifications/cancelled"), fs.answers().filter(({ id }) => id === "s")]).toEqual([[], []]);
	});

	test("what the client asks is answered", async () => {
		const { fs, client, send } = await createCalling();
		await send(fs, question);
		expect((await client.ask("ping"))?.result).toEqual({});
	});
});

describe("the time runs anew", () => {
	test("when all of several questions have been answered", async () => {
		const { fs, client, send, advance, answer } = await createCalling();
		await send(fs, question);
		await send(fs, { ...question, id: "t" });
		await advance(hour);
		await send(client, { id: 2, result: {} });
		await advance(hour);
		const during = answer();
		await send(client, { id: 1, result: {} });
		await advance(1_000);
		expect([during, answer()]).toEqual([undefined, timedOut]);
	});

	test("when the server takes its question back", async () => {
		const { fs, send, advance, answer } = await createCalling();
		await send(fs, question);
		await advance(hour);
		await send(fs, { method: "notifications/cancelled", params: { requestId: "s" } });
		await advance(999);
		const before = answer();
		await advance(1);
		expect([before, answer()]).toEqual([undefined, timedOut]);
	});

	test("when the client that was asked has gone", async () => {
		const { fs, client, connect, send, advance } = await createCalling();
		const other = await connect();
		await send(fs, question);
		await send(other, callOf("other", "fs"));
		await advance(hour);
		await client.close();
		await quiet();
		await advance(1_000);
		expect(other.received()).toEqual([{ jsonrpc: "2.0", id: "other", result: timedOut }]);
	});
});

describe("progress", () => {
	const asking = (token: unknown) => ({ ...question, params: { _meta: { progressToken: token, trace: "x" } } });
	const progress = (progressToken: unknown) => ({
		method: "notifications/progress",
		params: { progressToken, progress: 0.5, more: [] },
	});

	test.each([["abc"], [0], [7]])("of the client goes back to the server under its own token %j", async (token) => {
		const { fs, client, send } = await createCalling();
		await send(fs, asking(token));
		const own = client.got(question.method)[0]?.id;
		await send(client, progress(own));
		await send(client, { id: 1, result: {} });
		await send(client, progress(own));
		expect([own, client.got(question.method)[0]?.params, fs.got("notifications/progress")]).toEqual([
			1,
			{ _meta: { progressToken: 1, trace: "x" } },
			[{ jsonrpc: "2.0", ...progress(token) }],
		]);
	});

	test("of a client that nobody asked for goes nowhere", async () => {
		const { fs, client, send } = await createCalling();
		await send(fs, question);
		for (const token of [1, "s", "abc"]) await send(client, progress(token));
		expect(fs.got("notifications/progress")).toEqual([]);
	});

	test("of a server on what is no tool reaches the client under its own token", async () => {
		const { fs, client, send } = await createCalling();
		const params = { uri: "x:a", group: "fs", _meta: { progressToken: "mine" } };
		await send(client, { id: "read", method: "resources/read", params });
		await send(fs, progress(fs.got("resources/read")[0]?.id));
		expect(client.got("notifications/progress")).toEqual([{ jsonrpc: "2.0", ...progress("mine") }]);
	});

	test("of a server that nobody waits for any more reaches no client, not even one with the same extension", async () => {
		const extensions = { "x/own": {} };
		const { fs, connect } = createRelaying({ fs: { ...plan, capabilities: { extensions } } });
		await fs.start();
		const client = await connect({ extensions });
		fs.send(progress(1));
		await quiet();
		expect(client.received()).toEqual([]);
	});
});
