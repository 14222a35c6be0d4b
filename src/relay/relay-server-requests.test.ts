import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { callOf, type Client, createRelaying, echoTool, type Plan } from "../../test/helpers/relaying.ts";

const all = { sampling: {}, elicitation: {}, roots: {} };
const plan: Plan = { tools: [echoTool] };
const refused = (id: string | number, message: string) => ({ jsonrpc: "2.0", id, error: { code: -32601, message } });

/** Two running servers, `fs` and `git`, and a client that can do these things. */
async function createAsked(capabilities: object = all) {
	const relaying = createRelaying({ fs: plan, git: plan });
	const { fs, git, connect } = relaying;
	for (const server of [fs, git]) await server.start();
	return { ...relaying, client: await connect(capabilities) };
}

/** Sends what is sent, and lets it arrive. */
async function sent(peer: { send: (message: Wire) => void }, ...messages: Wire[]) {
	for (const message of messages) peer.send(message);
	await quiet();
}

/** The client's id for what it was asked last by the method. */
const idOf = (client: Client, method: string) => client.got(method).at(-1)?.id ?? "none";

describe("a server's request reaches the client with an id of the client's link", () => {
	test.each([
		["sampling/createMessage", "sampling"],
		["elicitation/create", "elicitation"],
		["roots/list", "roots"],
		["tasks/get", "tasks"],
		["tasks/result", "tasks"],
		["tasks/cancel", "tasks"],
		["tasks/list", "tasks"],
	])("when it can do that, and its reply goes back: %s", async (method, capability) => {
		const { fs, client } = await createAsked({ [capability]: {} });
		const params = { n: [], more: null };
		await sent(fs, { id: "s", method, params });
		const [asked] = client.received();
		await sent(client, { id: asked?.id ?? "", result: { answer: [1] } });
		expect([asked, fs.answers().at(-1)]).toEqual([
			{ jsonrpc: "2.0", id: 1, method, params },
			{ jsonrpc: "2.0", id: "s", result: { answer: [1] } },
		]);
	});

	test("and a reply that is an error goes back with code and data", async () => {
		const { fs, client } = await createAsked();
		const error = { code: -1, message: "the user said no", data: { by: ["user"] } };
		await sent(fs, { id: 0, method: "elicitation/create", params: {} });
		await sent(client, { id: idOf(client, "elicitation/create"), error });
		expect(fs.answers().at(-1)).toEqual({ jsonrpc: "2.0", id: 0, error });
	});

	test("and a reply that cannot be used is an error for the server", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, { id: 0, method: "roots/list" });
		client.send(`{"jsonrpc":"1.0","id":${idOf(client, "roots/list")},"result":{}}`);
		await quiet();
		expect(fs.answers().at(-1)).toMatchObject({ id: 0, error: { code: -32603 } });
	});

	test("though two servers use the same id, and each gets its own answer", async () => {
		const { fs, git, client } = await createAsked();
		for (const server of [fs, git]) await sent(server, { id: 1, method: "roots/list" });
		const [first, second] = client.got("roots/list");
		await sent(client, { id: second?.id ?? "", result: "for git" }, { id: first?.id ?? "", result: "for fs" });
		expect([fs, git].map((server) => server.answers().at(-1)?.result)).toEqual(["for fs", "for git"]);
	});

	test("and one with an id that is still in use is refused without it", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, { id: 7, method: "roots/list" }, { id: 7, method: "roots/list" });
		expect([client.got("roots/list").length, fs.answers().at(-1)]).toMatchObject([
			1,
			{ id: null, error: { code: -32600 } },
		]);
	});
});

describe("a client is not asked for what it cannot do, and the server is told", () => {
	test.each([
		["sampling/createMessage", "sampling"],
		["elicitation/create", "elicitation"],
		["roots/list", "roots"],
		["tasks/get", "tasks"],
	])("%s", async (method, capability) => {
		const { [capability as "roots"]: _, ...others } = all;
		const { fs, client } = await createAsked(others);
		await sent(fs, { id: "s", method });
		const message = `Method not found: ${method}: the client has no capability "${capability}"`;
		expect([client.received(), fs.answers().at(-1)]).toEqual([[], refused("s", message)]);
	});

	test("by a capability that is no object", async () => {
		const { fs, client } = await createAsked({ roots: true });
		await sent(fs, { id: 0, method: "roots/list" });
		expect([client.received().length, fs.answers().at(-1)]).toMatchObject([0, { error: { code: -32601 } }]);
	});

	test("by an unknown method", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, { id: 0, method: "ui/open" });
		expect([client.received(), fs.answers().at(-1)]).toEqual([[], refused(0, "Method not found: ui/open")]);
	});

	test("because there is none", async () => {
		const { fs } = createRelaying({ fs: plan });
		await fs.start();
		await sent(fs, { id: 0, method: "roots/list" });
		expect(fs.answers().at(-1)).toMatchObject({ error: { code: -32601 } });
	});

	test("because it has not shaken hands", async () => {
		const { fs, client } = await createAsked();
		client.session.version = "";
		await sent(fs, { id: 0, method: "roots/list" });
		expect([client.received(), fs.answers().at(-1)]).toMatchObject([[], { error: { code: -32601 } }]);
	});
});

describe("of several clients is asked", () => {
	async function createShared() {
		const relaying = await createAsked();
		const bob = await relaying.connect(all);
		return { ...relaying, ann: relaying.client, bob };
	}

	test("the one that waits for this server, as long as it does", async () => {
		const { fs, git, ann, bob } = await createShared();
		await sent(ann, callOf(1, "git"));
		await sent(bob, callOf(1, "fs"));
		await sent(fs, { id: 1, method: "roots/list" });
		await sent(git, { id: 1, method: "roots/list" });
		const during = [ann, bob].map((each) => each.got("roots/list").length);
		await sent(fs, { id: fs.got("tools/call")[0]?.id ?? "", result: { content: [] } });
		await sent(ann, callOf(2, "fs"));
		await sent(fs, { id: 2, method: "roots/list" });
		expect([during, [ann, bob].map((each) => each.got("roots/list").length)]).toEqual([
			[1, 1],
			[2, 1],
		]);
	});

	test("the one that waits for anything else than a tool, too", async () => {
		const { fs, ann, bob } = await createShared();
		await sent(bob, { id: 1, method: "resources/read", params: { uri: "x:a", group: "fs" } });
		await sent(fs, { id: 1, method: "roots/list" });
		expect([ann, bob].map((each) => each.got("roots/list").length)).toEqual([0, 1]);
	});

	test("nobody else when the one that waits cannot do it", async () => {
		const { fs, connect, ann } = await createShared();
		const eve = await connect({});
		await sent(eve, callOf(1, "fs"));
		await sent(fs, { id: 1, method: "roots/list" });
		expect([ann.received(), eve.received(), fs.answers().at(-1)]).toMatchObject([[], [], { error: { code: -32601 } }]);
	});

	test("any that can, when none waits", async () => {
		const { fs, connect } = await createAsked({});
		const bob = await connect(all);
		await sent(fs, { id: 1, method: "roots/list" });
		expect(bob.got("roots/list").length).toBe(1);
	});

	test("none that is gone, though its call goes on", async () => {
		const { fs, ann, bob } = await createShared();
		await sent(ann, callOf(1, "fs"));
		await ann.close();
		await quiet();
		await sent(bob, callOf(1, "fs"));
		await sent(fs, { id: 1, method: "roots/list" });
		expect(bob.got("roots/list").length).toBe(1);
	});
});

describe("a request of a server's ends", () => {
	const ask = { id: "s", method: "elicitation/create", params: {} };

	test("at the client with its own id, when the server cancels it, and gets no answer", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, { id: "other", method: "roots/list" }, ask);
		const id = idOf(client, ask.method);
		await sent(fs, { method: "notifications/cancelled", params: { requestId: "s", reason: "too late" } });
		await sent(client, { id, result: {} });
		expect([client.got("notifications/cancelled").map(({ params }) => params), fs.answers().slice(3)]).toEqual([
			[{ requestId: id, reason: "too late" }],
			[],
		]);
	});

	test("with an error for the server, when the client goes", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, ask);
		await client.close();
		await quiet();
		expect(fs.answers().at(-1)).toEqual({
			jsonrpc: "2.0",
			id: "s",
			error: { code: -32603, message: expect.stringMatching(/^the client is gone: /) },
		});
	});

	test("once, by cancelling it at the client, when the server goes", async () => {
		const { fs, client } = await createAsked();
		await sent(fs, ask);
		const id = idOf(client, ask.method);
		await fs.end();
		await sent(client, { id, result: {} });
		expect(client.got("notifications/cancelled").map(({ params }) => params)).toEqual([
			{ requestId: id, reason: "the server is gone: it exited with code 7" },
		]);
	});

	test("by cancelling it at the client, when the server cannot be reached and nobody waits for it", async () => {
		const { fs, client } = await createAsked();
		await sent(client, callOf(1, "fs"));
		await sent(fs, ask);
		const id = idOf(client, ask.method);
		await fs.fail("tools/call");
		expect(client.got("notifications/cancelled").map(({ params }) => params?.["requestId"])).toEqual([id]);
	});

	test("not yet, when the server cannot be reached for one who waits for it, and another waits as well", async () => {
		const { fs, client } = await createAsked();
		for (const id of [1, 2]) await sent(client, callOf(id, "fs"));
		await sent(fs, ask);
		await fs.fail("tools/call");
		expect(client.got("notifications/cancelled")).toEqual([]);
	});

	test("and its id may be used again", async () => {
		const { fs, client } = await createAsked();
		for (const result of ["one", "two"]) {
			await sent(fs, { id: 1, method: "roots/list" });
			await sent(client, { id: idOf(client, "roots/list"), result });
		}
		expect(
			fs
				.answers()
				.slice(-2)
				.map(({ result }) => result),
		).toEqual(["one", "two"]);
	});
});
