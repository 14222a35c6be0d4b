import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { answered, call, cancel, createRelayed, echo, type Options, told } from "../../test/helpers/relayed.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Remedy } from "../protocol/channel.ts";
import type { Connection } from "../protocol/connection.ts";

const problem = "it no longer knows the session";
const ended = { kind: "ended", detail: problem, lastWords: [], isClean: true } as const;

/** A call that has reached a server at a URL. */
async function createCalled(message: string | Wire = call("a"), options: Options = {}) {
	const relayed = createRelayed({ isRemote: true, ...options });
	relayed.client.send(message);
	await quiet();
	const { client, starts } = relayed;
	/** The `index`th start of the server leaves the call without an answer. */
	const leave = async (index: number, remedy: Remedy) => {
		const { sentOf, upstream } = starts[index]!;
		upstream.leaveUnanswered({ id: Number(sentOf("tools/call")[0]?.id), problem, remedy });
		await quiet();
	};
	const end = async (index: number) => {
		starts[index]?.upstream.end(ended);
		await quiet();
	};
	const callsOf = (index: number) => starts[index]?.sentOf("tools/call");
	return { ...relayed, callsOf, end, got: () => client.received(), leave };
}

describe("a call that the server has lost", () => {
	test("is made once more when the old connection has ended, on a new one", async () => {
		const { callsOf, end, got, leave, starts } = await createCalled();
		await leave(0, "repeat");
		const before = [starts.length, got().length];
		await end(0);
		const [repeated] = callsOf(1) ?? [];
		starts[1]?.server.send({ id: repeated?.id ?? null, result: { content: [] } });
		await quiet();
		expect({ before, starts: starts.length, got: got() }).toEqual({
			before: [1, 0],
			starts: 2,
			got: [answered("a", { content: [] })],
		});
	});

	test("is made with the arguments as they were written, and the rest of its _meta", async () => {
		const args = '{ "n" : 12345678901234567890 }';
		const head = '{"name":"call_dynamic_tool","arguments":{"group":"fs","name":"echo","args":';
		const params = `${head}${args}},"_meta":{"trace": "x"}}`;
		const { end, leave, starts } = await createCalled(
			`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`,
		);
		await leave(0, "repeat");
		await end(0);
		const texts = starts.map(({ upstream }) => upstream.sent.find((text) => text.includes("tools/call")));
		const sent = expect.stringContaining(`"params":{"name":"echo","arguments":${args},"_meta":{"trace": "x"}}}`);
		expect(texts).toEqual([sent, sent]);
	});

	test.each([["abc"], [0]])("keeps the client's progress token %p", async (token) => {
		const { callsOf, client, end, got, leave, starts } = await createCalled(
			call("a", {}, { _meta: { progressToken: token } }),
		);
		await leave(0, "repeat");
		await end(0);
		const id = Number(callsOf(1)?.[0]?.id);
		const method = "notifications/progress";
		starts[1]?.server.send({ method, params: { progressToken: id, progress: 1 } });
		await quiet();
		expect({ meta: callsOf(1)?.[0]?.params?.["_meta"], got: got() }).toEqual({
			meta: { progressToken: id },
			got: [{ jsonrpc: "2.0", method, params: { progressToken: token, progress: 1 } }],
		});
		expect(client.received().length).toBe(1);
	});

	test("need not be in the list that the new connection has not read yet", async () => {
		const { callsOf, end, leave, starts } = await createCalled();
		await leave(0, "repeat");
		await end(0);
		expect([starts[1]?.sentOf("tools/list"), callsOf(1)?.length]).toEqual([[], 1]);
	});

	test("is one of several, and each is made once more", async () => {
		const { client, end, starts } = await createCalled(call(1, { text: "1" }));
		client.send(call(2, { text: "2" }));
		await quiet();
		for (const { id } of starts[0]?.sentOf("tools/call") ?? []) {
			starts[0]?.upstream.leaveUnanswered({ id: Number(id), problem, remedy: "repeat" });
		}
		await end(0);
		const texts = starts[1]?.sentOf("tools/call").map(({ params }) => params?.["arguments"]);
		expect([texts, starts.length]).toEqual([[{ text: "1" }, { text: "2" }], 2]);
	});

	test("is told to the client when it is lost again", async () => {
		const { end, got, leave, starts } = await createCalled(call(1));
		await leave(0, "repeat");
		await end(0);
		await leave(1, "repeat");
		await end(1);
		expect([got(), starts.length]).toEqual([
			[told(1, /^echo of group "fs" got no answer: it no longer knows the session\.$/)],
			2,
		]);
	});

	test("is told to the client when there is no new connection", async () => {
		let opened = 0;
		const error = new UpstreamError("fs", "connect", "nothing listens there");
		const relayed = createRelayed({
			isRemote: true,
			open: () => (opened++ === 0 ? Promise.resolve(relayed.connection) : Promise.reject(error)),
		});
		relayed.client.send(call(1));
		await quiet();
		const { id } = relayed.sentOf("tools/call")[0] ?? {};
		relayed.upstream.leaveUnanswered({ id: Number(id), problem, remedy: "repeat" });
		relayed.upstream.end(ended);
		await quiet();
		expect([relayed.client.received(), opened]).toEqual([
			[told(1, /^Group "fs" could not be reached: nothing listens there\. The next call tries again\.$/)],
			2,
		]);
	});

	test("is not made again when the client has cancelled it before the old connection ended", async () => {
		const { client, end, got, leave, starts } = await createCalled(call(1));
		await leave(0, "repeat");
		client.send(cancel(1));
		await end(0);
		expect([starts.length, got()]).toEqual([1, []]);
	});

	test("is not made again when the client has cancelled it while the new one was being opened", async () => {
		const { connection, sentOf } = createRelayed();
		const opening = Promise.withResolvers<Connection>();
		let opened = 0;
		const relayed = createRelayed({
			isRemote: true,
			open: () => (opened++ === 0 ? Promise.resolve(relayed.connection) : opening.promise),
		});
		relayed.client.send(call(1));
		await quiet();
		relayed.upstream.leaveUnanswered({ id: Number(relayed.sentOf("tools/call")[0]?.id), problem, remedy: "repeat" });
		relayed.upstream.end(ended);
		await quiet();
		relayed.client.send(cancel(1));
		await quiet();
		opening.resolve(connection);
		await quiet();
		expect([opened, sentOf("tools/call"), relayed.client.received()]).toEqual([2, [], []]);
	});

	test("can be cancelled on the new connection", async () => {
		const { callsOf, client, end, got, leave, starts } = await createCalled(call(1));
		await leave(0, "repeat");
		await end(0);
		client.send(cancel(1, "enough"));
		await quiet();
		expect([starts[1]?.sentOf("notifications/cancelled"), got()]).toEqual([
			[{ jsonrpc: "2.0", ...cancel(Number(callsOf(1)?.[0]?.id), "enough") }],
			[],
		]);
	});
});

describe("a call whose server is lost while its tools are being read", () => {
	/** The `index`th start leaves its list without an answer, and ends; how many starts there were before the end. */
	async function loseList({ starts }: ReturnType<typeof createRelayed>, index: number, meanwhile = () => {}) {
		const { sentOf, upstream } = starts[index]!;
		upstream.leaveUnanswered({ id: Number(sentOf("tools/list")[0]?.id), problem, remedy: "repeat" });
		await quiet();
		const before = starts.length;
		meanwhile();
		await quiet();
		upstream.end(ended);
		await quiet();
		return before;
	}

	test("is made when those of the new connection have been read", async () => {
		const lists = [undefined, { result: { tools: [echo] } }];
		const relayed = createRelayed({ isRemote: true, list: () => lists.shift() });
		relayed.client.send(call(1));
		await quiet();
		const before = await loseList(relayed, 0);
		const calls = relayed.starts.map(({ sentOf }) => sentOf("tools/call").length);
		expect({ before, calls, got: relayed.client.received() }).toEqual({ before: 1, calls: [0, 1], got: [] });
	});

	test("is told when that happens again", async () => {
		const relayed = createRelayed({ isRemote: true, list: () => undefined });
		relayed.client.send(call(1));
		await quiet();
		await loseList(relayed, 0);
		await loseList(relayed, 1);
		expect([relayed.starts.length, relayed.client.received()]).toEqual([
			2,
			[told(1, /^Group "fs" ended during the call of echo: it no longer knows the session\./)],
		]);
	});

	test.each(["before the loss", "before the end of the connection"])(
		"is not made when the client has cancelled it %s",
		async (when) => {
			const relayed = createRelayed({ isRemote: true, list: () => undefined });
			const { client, starts } = relayed;
			client.send(call(1));
			await quiet();
			if (when === "before the loss") client.send(cancel(1));
			await loseList(relayed, 0, () => client.send(cancel(1)));
			expect([starts.length, client.received()]).toEqual([1, []]);
		},
	);
});

describe("a call without an answer is told at once", () => {
	test.each(["wait", "change"] as const)("when it cannot be repeated: %s", async (remedy) => {
		const { end, got, leave, starts } = await createCalled(call(1));
		await leave(0, remedy);
		const before = got();
		await end(0);
		expect({ before, after: got().length, starts: starts.length }).toEqual({
			before: [told(1, /^echo of group "fs" got no answer: it no longer knows the session\.$/)],
			after: 1,
			starts: 1,
		});
	});

	test("when its server is a process of ours", async () => {
		const { end, got, leave, starts } = await createCalled(call(1), { isRemote: false });
		await leave(0, "repeat");
		const before = got();
		await end(0);
		expect([before, starts.length]).toEqual([[told(1, /^echo of group "fs" got no answer: /)], 1]);
	});
});

test("each end of a call is reported, also of the one that is made once more", async () => {
	const { callsOf, end, events, leave, starts } = await createCalled(call(1));
	await leave(0, "repeat");
	await end(0);
	starts[1]?.server.send({ id: callsOf(1)?.[0]?.id ?? null, result: {} });
	await quiet();
	const outcomes = events.map((event) => (event.kind === "call" ? event.outcome : event.kind));
	expect(outcomes).toEqual(["unanswered", "reply"]);
});
