import { describe, expect, test } from "bun:test";

import { createFakeClock } from "../../test/helpers/fake-clock.ts";
import { groupOf } from "../../test/helpers/groups.ts";
import { joinChannels, openMemoryPeer, quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { forgetful } from "../../test/helpers/offer-store.ts";
import { createMemoryResults } from "../../test/helpers/result-store.ts";
import { createCatalogs } from "../catalog/catalogs.ts";
import type { Event } from "../observe/events.ts";
import type { Id, Request } from "../protocol/jsonrpc.ts";
import type { RelayParts } from "./parts.ts";
import { createRelay } from "./relay.ts";

/** One client of a relay whose only group, `slow`, never gets started. */
function createClient() {
	const events: Event[] = [];
	const parts: RelayParts = {
		describeState: () => undefined,
		discoveryBudget: () => 8_000,
		onInitialized: () => {},
		onListed: () => {},
		running: () => undefined,
		open: () => new Promise(() => {}),
		catalogs: createCatalogs({ timeoutMs: () => 1_000, fingerprint: (group) => group, store: forgetful }),
		checkArguments: () => [],
		results: createMemoryResults(),
		serverInfo: { name: "dynamic-mcp", version: "2.0.0" },
		clock: createFakeClock(),
		emit: (event) => events.push(event),
	};
	const relay = createRelay(parts, [groupOf("slow", { description: "Slow" })]);
	const pair = joinChannels();
	const session = relay.serve(pair.right.open);
	return { ...openMemoryPeer(pair, "left"), events, session };
}

const answered = (id: Id, result: unknown): Wire => ({ jsonrpc: "2.0", id, result });
const refused = (id: Id | null, code: number, message: string): Wire => ({
	jsonrpc: "2.0",
	id,
	error: { code, message: expect.stringContaining(message) as string },
});
const someRequest: Request = { kind: "request", id: 1, method: "m", params: undefined, text: "" };
const slowCall = { method: "tools/call", params: { name: "get_dynamic_tools", arguments: { group: "slow" } } };
const initialize = (protocolVersion: string) => ({ id: 0, method: "initialize", params: { protocolVersion } });

test("initialize, the list and ping are answered without any server", async () => {
	const client = createClient();
	client.send(initialize("2025-06-18"));
	client.send({ id: "list", method: "tools/list" });
	client.send({ id: 2, method: "ping" });
	await quiet();
	expect(client.received()).toEqual([
		answered(0, expect.objectContaining({ protocolVersion: "2025-06-18" })),
		answered("list", { tools: [expect.anything(), expect.anything()] }),
		answered(2, {}),
	]);
});

test("an id still in use is refused without naming it", async () => {
	const client = createClient();
	client.send({ id: 1, ...slowCall });
	client.send({ id: 1, method: "ping" });
	await quiet();
	expect(client.received()).toEqual([refused(null, -32600, "request id 1 is still in use")]);
});

test("the text and the number of an id are two ids", async () => {
	const client = createClient();
	client.send({ id: 1, ...slowCall });
	client.send({ id: "1", method: "ping" });
	await quiet();
	expect(client.received()).toEqual([answered("1", {})]);
});

test("an id may be used again after its answer, and after it was cancelled", async () => {
	const client = createClient();
	client.send({ id: 0, method: "ping" });
	client.send({ id: 0, ...slowCall });
	client.send({ method: "notifications/cancelled", params: { requestId: 0 } });
	client.send({ id: 0, method: "ping" });
	await quiet();
	expect(client.received()).toEqual([answered(0, {}), answered(0, {})]);
});

test.each([[undefined], [{}], [{ requestId: null }], [{ requestId: "1" }], [{ requestId: 99 }], [{ requestId: {} }]])(
	"cancelling with the params %j cancels nothing and is not answered",
	async (params) => {
		const client = createClient();
		const job = client.session.begin(someRequest);
		client.send({ method: "notifications/cancelled", ...(params === undefined ? {} : { params }) });
		await quiet();
		expect([job?.isOver, client.received()]).toEqual([false, []]);
	},
);

test("of a job only the first end counts", async () => {
	const { session, received } = createClient();
	const job = session.begin(someRequest)!;
	void session.answer(job, '"first"');
	void session.answer(job, '"second"');
	void session.refuse(job, { code: 1, message: "third" });
	void session.forward(job, { kind: "reply", id: 5, result: 0, error: undefined, text: "{}" });
	expect([job.isOver, received()]).toEqual([true, [answered(1, "first")]]);
});

test("whoever works on a request is told once that it was cancelled, and why", () => {
	const { session } = createClient();
	const reasons: string[] = [];
	const job = session.begin(someRequest)!;
	job.onCancel = (reason) => reasons.push(reason);
	const params = { requestId: 1, reason: "Esc" };
	for (const _ of [1, 2]) session.cancel({ kind: "notification", method: "notifications/cancelled", params, text: "" });
	expect([reasons, job.isOver]).toEqual([["Esc"], true]);
});

describe("a batch", () => {
	const batch = '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]';

	test.each(["2024-11-05", "2025-03-26"])("is answered as one in revision %s", async (version) => {
		const client = createClient();
		for (const message of [initialize(version), batch]) client.send(message);
		await quiet();
		expect(client.received()[1] as unknown).toEqual([answered(1, {}), answered(2, {})]);
	});

	test.each(["2025-06-18", "2025-11-25"])("is refused in revision %s", async (version) => {
		const client = createClient();
		for (const message of [initialize(version), batch]) client.send(message);
		await quiet();
		expect(client.received().slice(1)).toEqual([refused(null, -32600, "batches were removed from MCP")]);
	});

	test("does not wait for a request that was cancelled", async () => {
		const client = createClient();
		const items = [
			{ jsonrpc: "2.0", id: 1, ...slowCall },
			{ jsonrpc: "2.0", id: 2, method: "ping" },
		];
		client.send(JSON.stringify(items));
		client.send({ method: "notifications/cancelled", params: { requestId: 1 } });
		await quiet();
		expect(client.received() as unknown).toEqual([[answered(2, {})]]);
	});
});

describe("nonsense from the client", () => {
	test.each<[string, number, string | null]>([
		["no JSON", -32700, null],
		['{"jsonrpc":"1.0","id":"a","method":"m"}', -32600, "a"],
		['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
		["[]", -32600, null],
	])("is answered with what is wrong: %s", async (text, code, id) => {
		const client = createClient();
		client.send(text);
		await quiet();
		expect({ got: client.received(), kinds: client.events.map(({ kind }) => kind) }).toEqual({
			got: [refused(id, code, "Not a message: ")],
			kinds: ["client-ignored"],
		});
	});

	test.each(['{"jsonrpc":"2.0","id":9,"result":{}}', '{"jsonrpc":"1.0","id":9,"result":{}}'])(
		"that is a reply is not answered: %s",
		async (text) => {
			const client = createClient();
			client.send(text);
			await quiet();
			expect([client.received(), client.events.map(({ kind }) => kind)]).toEqual([[], ["client-ignored"]]);
		},
	);
});
