/** Requests for which somebody has to sign in first. */
import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { answered, call, createRelayed } from "../../test/helpers/relayed.ts";
import { callOf, createRelaying, echoTool } from "../../test/helpers/relaying.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Connection } from "../protocol/connection.ts";
import type { Caller, ShownAnswer } from "./caller.ts";

const problem = "HTTP 401; it wants you to sign in: run dynamic-mcp auth fs";
const url = "https://auth.example/authorize?state=x";

/** A server at a URL that refuses the first call it gets; whoever opens the group again is noted, and waits for `signedIn`. */
async function createRefused() {
	const callers: (Caller | undefined)[] = [];
	const signedIn = Promise.withResolvers<void>();
	const relayed = createRelayed({
		isRemote: true,
		open: async (_, caller) => {
			callers.push(caller);
			if (caller?.refusal !== undefined) await signedIn.promise;
			return relayed.connection;
		},
	});
	relayed.client.send(call("a"));
	await quiet();
	const refuse = async (index: number) => {
		const id = Number(relayed.sentOf("tools/call")[index]?.id);
		relayed.upstream.leaveUnanswered({ id, problem, remedy: "sign in" });
		await quiet();
	};
	await refuse(0);
	return { ...relayed, callers, signedIn, refuse, got: () => relayed.client.received() };
}

describe("a call that is refused by a running server until somebody has signed in", () => {
	test("is made once more on the same connection, when somebody has", async () => {
		const { callers, got, sentOf, server, signedIn } = await createRefused();
		const before = sentOf("tools/call").length;
		signedIn.resolve();
		await quiet();
		server.send({ id: sentOf("tools/call")[1]?.id ?? null, result: { content: [] } });
		await quiet();
		expect({ before, refused: callers.map((caller) => caller?.refusal), got: got() }).toEqual({
			before: 1,
			refused: [undefined, problem],
			got: [answered("a", { content: [] })],
		});
	});

	test("is told to the client when it is refused again", async () => {
		const { got, refuse, signedIn } = await createRefused();
		signedIn.resolve();
		await quiet();
		await refuse(1);
		expect(got()).toEqual([
			answered("a", {
				content: [{ type: "text", text: `echo of group "fs" got no answer: ${problem}.` }],
				isError: true,
			}),
		]);
	});

	test("is told to the client when nobody has signed in", async () => {
		const { client, got, signedIn } = await createRefused();
		signedIn.reject(new UpstreamError("fs", "sign-in", "nobody has", { next: "Call again." }));
		await quiet();
		client.send({ id: "b", method: "ping" });
		await quiet();
		expect(got()[0]).toMatchObject({
			result: { isError: true, content: [{ text: 'Group "fs" needs a sign-in: nobody has. Call again.' }] },
		});
	});

	test("holds up no other call, and is not made when the client has cancelled it meanwhile", async () => {
		const { callers, client, got, sentOf, server, signedIn } = await createRefused();
		client.send(call("b"));
		await quiet();
		server.send({ id: sentOf("tools/call")[1]?.id ?? null, result: { content: [] } });
		client.send({ method: "notifications/cancelled", params: { requestId: "a", reason: "enough" } });
		await quiet();
		const isAborted = callers[1]?.signal.aborted;
		signedIn.resolve();
		await quiet();
		expect([isAborted, sentOf("tools/call").length, got()]).toEqual([true, 2, [answered("b", { content: [] })]]);
	});
});

test("any other request is made once more, too", async () => {
	const replies: (Wire | undefined)[] = [undefined, { result: { messages: [] } }];
	const callers: (Caller | undefined)[] = [];
	const { fs, connect } = createRelaying(
		{ fs: { prompts: [{ name: "hello" }], answers: { "prompts/get": () => replies.shift() } } },
		{
			open: (_, caller): Promise<Connection> => {
				callers.push(caller);
				return fs.open();
			},
		},
	);
	await fs.start();
	const client = await connect();
	client.send({ id: 1, method: "prompts/get", params: { name: "hello" } });
	await quiet();
	await fs.refuse("prompts/get");
	expect([callers.map((caller) => caller?.refusal), client.received()]).toEqual([
		["HTTP 401"],
		[answered(1, { messages: [] })],
	]);
});

describe("a group's tools that can only be listed by who has signed in", () => {
	test("are listed when somebody has", async () => {
		let lists = 0;
		const relayed = createRelayed({
			isRemote: true,
			list: () => (lists++ === 0 ? undefined : { result: { tools: [echoTool] } }),
		});
		const params = { name: "get_dynamic_tools", arguments: { group: "fs" } };
		relayed.client.send({ id: 1, method: "tools/call", params });
		await quiet();
		const id = Number(relayed.sentOf("tools/list")[0]?.id);
		relayed.upstream.leaveUnanswered({ id, problem, remedy: "sign in" });
		await quiet();
		expect(relayed.client.received()).toEqual([
			answered(1, { content: [{ type: "text", text: expect.stringContaining("\necho(") }] }),
		]);
	});
});

describe("who opens a group", () => {
	/** What the relay says of the client that calls. */
	async function callerFor(capabilities: object) {
		const callers: (Caller | undefined)[] = [];
		const relaying = createRelaying(
			{ fs: { tools: [echoTool] } },
			{
				open: (_, caller) => {
					callers.push(caller);
					return new Promise(() => {});
				},
			},
		);
		const client = await relaying.connect(capabilities);
		client.send(callOf("a", "fs"));
		await quiet();
		const [caller] = callers;
		if (caller === undefined) throw new Error("nobody has opened the group");
		return { client, caller };
	}

	test.each([
		[{}, false],
		[{ elicitation: {} }, false],
		[{ elicitation: { form: {} } }, false],
		[{ elicitation: { form: {}, url: {} } }, true],
		[{ elicitation: { url: {} } }, true],
	])("with the capabilities %j can be shown an address: %p", async (capabilities, expected) => {
		const { caller } = await callerFor(capabilities);
		expect(caller.show !== undefined).toBe(expected);
	});

	test.each<[Wire, ShownAnswer]>([
		[{ result: { action: "accept" } }, "accept"],
		[{ result: { action: "decline" } }, "decline"],
		[{ result: { action: "cancel" } }, "decline"],
		[{ result: {} }, "failed"],
		[{ error: { code: -32_602, message: "no such mode" } }, "failed"],
	])("is asked to show it, and answers %j: %s", async (reply, expected) => {
		const { client, caller } = await callerFor({ elicitation: { url: {} } });
		const shown = caller.show?.(url, "Sign in to fs");
		await quiet();
		const [asked] = client.got("elicitation/create");
		client.send({ id: asked?.id ?? null, ...reply });
		expect(await shown?.answer).toBe(expected);
		expect(asked?.params).toEqual({ mode: "url", message: "Sign in to fs", url, elicitationId: expect.any(String) });
	});

	test("is told when that was of use", async () => {
		const { client, caller } = await callerFor({ elicitation: { url: {} } });
		caller.show?.(url, "Sign in to fs").complete();
		await quiet();
		const { elicitationId } = client.got("elicitation/create")[0]?.params ?? {};
		expect(client.got("notifications/elicitation/complete")[0]?.params).toEqual({ elicitationId });
	});

	test("is told when it need not ask any more", async () => {
		const { client, caller } = await callerFor({ elicitation: { url: {} } });
		const shown = caller.show?.(url, "Sign in to fs");
		shown?.withdraw();
		await quiet();
		const [asked] = client.got("elicitation/create");
		expect([client.got("notifications/cancelled")[0]?.params, await shown?.answer]).toMatchObject([
			{ requestId: asked?.id },
			"failed",
		]);
	});

	test("has gone when the client has cancelled the call", async () => {
		const { client, caller } = await callerFor({});
		client.send({ method: "notifications/cancelled", params: { requestId: "a", reason: "enough" } });
		await quiet();
		expect(caller.signal.aborted).toBe(true);
	});
});

test("who only looks for a resource troubles nobody with signing in", async () => {
	const callers: (Caller | undefined)[] = [];
	const relaying = createRelaying(
		{ fs: { resources: [] } },
		{
			open: (_, caller) => {
				callers.push(caller);
				return Promise.reject(new UpstreamError("fs", "sign-in", "nobody has"));
			},
		},
	);
	const client = await relaying.connect();
	await client.ask("resources/read", { uri: "x://y" });
	expect(callers).toEqual([undefined]);
});
