import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { answered, call, cancel, createRelayed, echo, told } from "../../test/helpers/relayed.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";

describe("a call", () => {
	test("goes to its server with the arguments as they were written", async () => {
		const { client, upstream } = createRelayed();
		const args = '{ "n" : 12345678901234567890 }';
		const params = `{"name":"call_dynamic_tool","arguments":{"group":"fs","name":"echo","args":${args}}}`;
		client.send(`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":${params}}`);
		await quiet();
		const sent = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":${args}}}`;
		expect(upstream.sent).toEqual(['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', sent]);
	});

	test.each([
		'{"jsonrpc":"2.0","id":2,"result":{"content":[],"n":12345678901234567890,"id":2,"_meta":{"x": 1.0}}}',
		'{"result" : {"content" : [ ]} , "extra":[1e2], "id" : 2 , "jsonrpc":"2.0"}',
		'{"jsonrpc":"2.0","id":2,"error":{"code":-32099,"message":"no","data":{"why":12345678901234567890}}}',
	])("is answered with what the server answered, unchanged but for the id: %s", async (text) => {
		const { client } = createRelayed({ onCall: (_, server) => server.send(text) });
		client.send(call("a"));
		await quiet();
		expect(client.texts).toEqual([text.replace(/("id"\s?:\s?)2(?=\s?,)/, '$1"a"')]);
	});

	test("of a tool that the server got meanwhile is sent after one look at the new list", async () => {
		const lists = [[], [echo]];
		const { client, sentOf } = createRelayed({ list: () => ({ result: { tools: lists.shift() } }) });
		client.send({ id: 0, method: "tools/call", params: { name: "get_dynamic_tools", arguments: { group: "fs" } } });
		await quiet();
		client.send(call(1));
		await quiet();
		expect([sentOf("tools/list").length, sentOf("tools/call").length]).toEqual([2, 1]);
	});

	test("of an unknown tool is not sent, and names the nearest; a list just read is not read again", async () => {
		const { client, sentOf } = createRelayed();
		client.send({ id: 1, method: "tools/call", params: { name: "call_dynamic_tool", arguments: { name: "fs/ecko" } } });
		await quiet();
		expect({ lists: sentOf("tools/list").length, calls: sentOf("tools/call"), got: client.received() }).toEqual({
			lists: 1,
			calls: [],
			got: [told(1, /^Group "fs" has no tool "ecko"\. Did you mean "echo"\?/)],
		});
	});

	test("with the group in the tool's name as well is understood", async () => {
		const { client, sentOf } = createRelayed();
		const args = { group: "fs", name: "fs/echo" };
		client.send({ id: 1, method: "tools/call", params: { name: "call_dynamic_tool", arguments: args } });
		await quiet();
		expect(sentOf("tools/call")).toMatchObject([{ params: { name: "echo", arguments: {} } }]);
	});

	test("with wrong arguments is not sent, and the tool is shown", async () => {
		const { client, sentOf } = createRelayed();
		client.send(call(1, { wrong: 1 }));
		await quiet();
		expect({ calls: sentOf("tools/call"), got: client.received() }).toEqual({
			calls: [],
			got: [told(1, /^The arguments do not fit echo .*\n- wrong: is not a parameter\n\necho\(/)],
		});
	});

	test("with wrong arguments shows no more of a huge tool than discoveries do", async () => {
		const huge = { ...echo, description: "Says it again. ".repeat(100_000) };
		const { client } = createRelayed({ list: () => ({ result: { tools: [huge] } }) });
		client.send(call(1, { wrong: 1 }));
		await quiet();
		const [text = ""] = client.texts;
		expect(text).toMatch(/- wrong: is not a parameter\\n\\necho\(.*Says it again\..*…/);
		expect(Buffer.byteLength(text)).toBeLessThan(8_200);
	});

	test("is sent all the same when the list cannot be had", async () => {
		const { client, sentOf } = createRelayed({ list: () => ({ error: { code: -32603, message: "broken" } }) });
		client.send(call(1));
		await quiet();
		expect(sentOf("tools/call")).toMatchObject([{ params: { name: "echo", arguments: { text: "hi" } } }]);
	});

	test("that times out is told, and cancelled at the server", async () => {
		const { client, clock, sentOf } = createRelayed();
		client.send(call(1));
		await quiet();
		clock.advance(1_000);
		await quiet();
		expect({ got: client.received(), cancels: sentOf("notifications/cancelled").length }).toEqual({
			got: [told(1, /^echo of group "fs" gave no answer within 1 s .* was cancelled/)],
			cancels: 1,
		});
	});

	test("ends with the server, and its last words are quoted", async () => {
		const { client, upstream } = createRelayed();
		client.send(call(1));
		await quiet();
		upstream.end({ kind: "ended", detail: "it exited with code 7", lastWords: ["fatal: out of paper"] });
		await quiet();
		const text = /^Group "fs" ended during the call of echo: it exited with code 7\. [^]*\n {2}fatal: out of paper$/;
		expect(client.received()).toEqual([told(1, text)]);
	});

	test("tells why its server cannot be started, with its last words", async () => {
		const error = new UpstreamError("fs", "spawn", "command not found", { lastWords: ["fatal: no license"] });
		const { client } = createRelayed({ open: () => Promise.reject(error) });
		client.send(call(1));
		await quiet();
		const text = /^Group "fs" could not be started: command not found\. [^]*stderr:\n {2}fatal: no license$/;
		expect(client.received()).toEqual([told(1, text)]);
	});

	test("keeps its place among others, to a group that starts as to one that runs", async () => {
		const { client, sentOf } = createRelayed();
		for (const id of [1, 2]) client.send(call(id, { text: `${id}` }));
		await quiet();
		for (const id of [3, 4, 5]) client.send(call(id, { text: `${id}` }));
		await quiet();
		const texts = sentOf("tools/call").map(
			({ params }) => (params?.["arguments"] as { text: string } | undefined)?.text,
		);
		expect([texts, sentOf("tools/list").length]).toEqual([["1", "2", "3", "4", "5"], 1]);
	});

	test("that runs into a fault of ours is answered, and the fault is reported", async () => {
		const error = new Error("a fault");
		const { client, events } = createRelayed({ open: () => Promise.reject(error) });
		client.send(call(1));
		await quiet();
		expect({ got: client.received(), events }).toEqual({
			got: [{ jsonrpc: "2.0", id: 1, error: { code: -32603, message: "internal error" } }],
			events: [{ kind: "internal", error }],
		});
	});

	test("holds up nothing that comes after it", async () => {
		const { client } = createRelayed({ open: () => new Promise(() => {}) });
		client.send(call(1));
		client.send({ id: 2, method: "ping" });
		await quiet();
		expect(client.received()).toEqual([answered(2, {})]);
	});
});

describe("a cancelled call gets no answer", () => {
	test("and is not sent when its server was still being started", async () => {
		const opening = Promise.withResolvers<Connection>();
		const { client, connection, sentOf } = createRelayed({ open: () => opening.promise });
		client.send(call(1));
		client.send(cancel(1));
		await quiet();
		opening.resolve(connection);
		await quiet();
		expect([sentOf("tools/call"), client.received()]).toEqual([[], []]);
	});

	test("and is cancelled at the server, under the id it has there and with the client's reason", async () => {
		const { client, server, sentOf } = createRelayed();
		client.send(call(7));
		await quiet();
		client.send(cancel(7, "the user pressed Esc"));
		await quiet();
		server.send({ id: 2, result: { content: [] } });
		await quiet();
		expect({ cancels: sentOf("notifications/cancelled"), got: client.received() }).toEqual({
			cancels: [{ jsonrpc: "2.0", ...cancel(2, "the user pressed Esc") }],
			got: [],
		});
	});

	test("but one that has been answered already is not cancelled any more", async () => {
		const { client, sentOf } = createRelayed({ onCall: ({ id }, server) => server.send({ id: id ?? 0, result: {} }) });
		client.send(call(1));
		await quiet();
		client.send(cancel(1));
		await quiet();
		expect([sentOf("notifications/cancelled"), client.received()]).toEqual([[], [answered(1, {})]]);
	});
});

describe("progress", () => {
	const progress = (progressToken: unknown, more: object = {}) => ({
		method: "notifications/progress",
		params: { progressToken, progress: 0.5, ...more },
	});

	test.each([["abc"], [0], [77]])(
		"reaches the client under its own token %p, and none after the end",
		async (token) => {
			const { client, server, sentOf } = createRelayed();
			client.send(call(1, {}, { _meta: { progressToken: token, trace: "x" } }));
			await quiet();
			for (const message of [progress(2, { more: 1 }), { id: 2, result: {} }, progress(2)]) server.send(message);
			await quiet();
			expect({ meta: sentOf("tools/call")[0]?.params?.["_meta"], got: client.received() }).toEqual({
				meta: { progressToken: 2, trace: "x" },
				got: [{ jsonrpc: "2.0", ...progress(token, { more: 1 }) }, answered(1, {})],
			});
		},
	);

	test("that nobody asked for goes nowhere", async () => {
		const { client, server } = createRelayed();
		client.send(call(1));
		await quiet();
		server.send(progress(2));
		await quiet();
		expect(client.received()).toEqual([]);
	});
});

test("two clients on one server, with the same ids and tokens, do not mix", async () => {
	const { client, connect, server } = createRelayed();
	const clients = [client, connect()];
	for (const [index, each] of clients.entries()) each.send(call(1, { of: index }, { _meta: { progressToken: "t" } }));
	await quiet();
	const messages = [3, 2].flatMap((id) => [
		{ method: "notifications/progress", params: { progressToken: id, progress: id } },
		{ id, result: `of ${id}` },
	]);
	for (const message of messages) server.send(message);
	await quiet();
	const got = clients.map((each) => each.received().map(({ params, result }) => result ?? params?.["progress"]));
	expect(got).toEqual([
		[2, "of 2"],
		[3, "of 3"],
	]);
});
