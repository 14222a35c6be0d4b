/** Servers ask the client: each gets its own answer, however many ask, and nobody loses patience meanwhile. */
import { expect, test } from "bun:test";

import { type AbleProxy, startAbleProxy } from "../helpers/able-proxy.ts";
import { errorTextOf, goodTextOf, type Message } from "../helpers/messages.ts";
import { fixture } from "../helpers/servers.ts";

const pair = { one: fixture("whole-protocol", { args: ["one"] }), two: fixture("whole-protocol", { args: ["two"] }) };
const single = { one: pair.one };

const elicit = (message: string) => ({
	method: "elicitation/create",
	params: { mode: "form", message, requestedSchema: { type: "object", properties: { name: { type: "string" } } } },
});
const sample = (text: string) => ({
	method: "sampling/createMessage",
	params: { messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 10, tools: [] },
});

/** What the `ask` tool got for an answer. */
function gotOf(reply: Message): unknown {
	return JSON.parse(goodTextOf(reply));
}

async function receivedBy(proxy: AbleProxy, group: string): Promise<Message[]> {
	return JSON.parse(goodTextOf(await proxy.callTool(group, "received"))) as Message[];
}

test("two servers that ask at the same time, with the same ids, each get their own answers", async () => {
	await using proxy = await startAbleProxy({ servers: pair });
	const questions = [
		{ group: "one", ...elicit("for one") },
		{ group: "two", ...elicit("for two") },
		{ group: "one", ...sample("from one") },
		{ group: "two", ...sample("from two") },
	];
	const asked = await Promise.all(
		questions.map(async ({ group, method, params }) => {
			const call = await proxy.beginCall(group, "ask", { method, params });
			return { call, group, params, request: await proxy.nextRequest(method, JSON.stringify(params)) };
		}),
	);
	expect(new Set(asked.map(({ request }) => request.id)).size).toBe(4);
	expect(asked.map(({ request }) => request.params)).toEqual(questions.map(({ params }) => params));
	for (const { request, params } of asked.toReversed()) await proxy.answer(request, { answerTo: params });
	const replies = await Promise.all(asked.map(({ call }) => proxy.replyTo(call)));
	expect(replies.map(gotOf)).toEqual(asked.map(({ group, params }) => ({ by: group, result: { answerTo: params } })));
});

test("cancelling one call takes back what its server asked, and leaves the other server's question", async () => {
	await using proxy = await startAbleProxy({ servers: pair });
	const [first, second] = [
		await proxy.beginCall("one", "ask", elicit("a")),
		await proxy.beginCall("two", "ask", elicit("b")),
	];
	const [mine, other] = [
		await proxy.nextRequest("elicitation/create", '"a"'),
		await proxy.nextRequest("elicitation/create", '"b"'),
	];
	await proxy.notify("notifications/cancelled", { requestId: first, reason: "changed my mind" });
	expect(await proxy.nextNotice("notifications/cancelled")).toMatchObject({
		params: { requestId: mine.id, reason: "one needs it no more" },
	});
	// What is answered all the same is for nobody.
	await proxy.answer(mine, { action: "accept" });
	await proxy.answer(other, { action: "decline" });
	expect(gotOf(await proxy.replyTo(second))).toEqual({ by: "two", result: { action: "decline" } });
	const replies = (await receivedBy(proxy, "one")).filter(({ method }) => method === undefined);
	expect({ replies, answers: proxy.repliesTo(first) }).toEqual({ replies: [], answers: [] });
	expect(proxy.notices("notifications/cancelled")).toHaveLength(1);
});

test("an error that the client answers with, and fields nobody knows, reach the server as they are", async () => {
	await using proxy = await startAbleProxy({ servers: single });
	const question = { ...elicit("?"), params: { ...elicit("?").params, "x-more": [1e300, null, { deep: "é" }] } };
	const call = await proxy.beginCall("one", "ask", question);
	const request = await proxy.nextRequest("elicitation/create");
	expect(request.params).toEqual(question.params);
	const error = { code: -1, message: "the user has said no", data: { "x-more": true } };
	await proxy.sendRaw(`${JSON.stringify({ jsonrpc: "2.0", id: request.id, error })}\n`);
	expect(gotOf(await proxy.replyTo(call))).toEqual({ by: "one", error });
});

test("a question and its answer may be large", async () => {
	await using proxy = await startAbleProxy({ servers: single, settings: { resultBudget: 0 } });
	const { method, params } = sample("é".repeat(1_500_000));
	const call = await proxy.beginCall("one", "ask", { method, params });
	const request = await proxy.nextRequest(method);
	expect(Bun.deepEquals(request.params, params)).toBe(true);
	const result = { content: "🚀".repeat(1_000_000) };
	await proxy.answer(request, result);
	expect(Bun.deepEquals(gotOf(await proxy.replyTo(call)), { by: "one", result })).toBe(true);
});

test("progress of the client's on a question reaches the server under the server's own token", async () => {
	await using proxy = await startAbleProxy({ servers: single });
	const { method, params } = sample("slow");
	const call = await proxy.beginCall("one", "ask", { method, params: { ...params, _meta: { progressToken: "mine" } } });
	const request = await proxy.nextRequest(method);
	const { _meta } = request.params as { _meta: { progressToken: string | number } };
	await proxy.notify("notifications/progress", { ..._meta, progress: 1, total: 2 });
	await proxy.answer(request, { ok: true });
	await proxy.replyTo(call);
	const seen = (await receivedBy(proxy, "one")).filter((message) => message.method === "notifications/progress");
	expect(seen.map((message) => message.params)).toEqual([{ progressToken: "mine", progress: 1, total: 2 }]);
});

test("a call does not time out while its server waits for the client, and does afterwards", async () => {
	const impatient = { timeout: { tools: "300ms" } };
	const servers = { one: { ...pair.one, ...impatient }, clock: fixture("slow", impatient) };
	await using proxy = await startAbleProxy({ servers });
	const answered = await proxy.beginCall("one", "ask", elicit("first"));
	const forgotten = await proxy.beginCall("one", "ask", { ...elicit("second"), thenHang: true });
	const requests = [
		await proxy.nextRequest("elicitation/create", "first"),
		await proxy.nextRequest("elicitation/create", "second"),
	];
	// Each of these takes the time that the calls above have, and is given up then.
	for (const _round of [1, 2, 3]) expect(errorTextOf(await proxy.callTool("clock", "hang"))).toContain("timeout.tools");
	expect([...proxy.repliesTo(answered), ...proxy.repliesTo(forgotten)]).toEqual([]);
	for (const request of requests) await proxy.answer(request, { action: "accept" });
	expect(gotOf(await proxy.replyTo(answered))).toEqual({ by: "one", result: { action: "accept" } });
	expect(errorTextOf(await proxy.replyTo(forgotten))).toMatch(/ask[^]*0\.3 s[^]*timeout\.tools/);
});

test("a question that nobody's call is behind reaches the client, and its answer the server", async () => {
	await using proxy = await startAbleProxy({ servers: single });
	const call = await proxy.beginCall("one", "ask", { ...elicit("later"), alone: true });
	expect(goodTextOf(await proxy.replyTo(call))).toBe("asked");
	await proxy.answer(await proxy.nextRequest("elicitation/create", "later"), { action: "accept" });
	const replies = (await receivedBy(proxy, "one")).filter(({ method }) => method === undefined);
	expect(replies.map(({ result }) => result)).toEqual([{ action: "accept" }]);
});
