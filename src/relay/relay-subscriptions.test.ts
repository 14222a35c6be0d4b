import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { type Answers, createRelaying, type Plan } from "../../test/helpers/relaying.ts";

const resources = [
	{ uri: "x:a", name: "a" },
	{ uri: "x:b", name: "b" },
];
const plan: Plan = { resources, known: { resources, capabilities: { resources: {} } } };
const updated = (uri: string) => ({ method: "notifications/resources/updated", params: { uri, n: [] } });
const a = { uri: "x:a" };
const refusal = { error: { code: -32000, message: "no" } };

/** Two clients and a running server, group `fs`. */
async function createFollowed(answers: Answers = {}) {
	const relaying = createRelaying({ fs: { ...plan, answers } });
	const { fs, connect } = relaying;
	await fs.start();
	const [ann, bob] = [await connect(), await connect()];
	/** The URIs of what the server was told by the method. */
	const told = (method: string) => fs.got(`resources/${method}`).map(({ params }) => params?.["uri"]);
	const tell = async (uri: string) => {
		fs.send(updated(uri));
		await quiet();
	};
	return { ...relaying, ann, bob, told, tell };
}

describe("the server is told", () => {
	test("once that two clients follow a resource", async () => {
		const { ann, bob, told } = await createFollowed();
		const replies = [await ann.ask("resources/subscribe", a), await bob.ask("resources/subscribe", a)];
		expect([replies.map((reply) => reply?.result), told("subscribe")]).toEqual([[{}, {}], ["x:a"]]);
	});

	test("once when it has to be started for it", async () => {
		const { fs, connect } = createRelaying({ fs: plan });
		const client = await connect();
		await client.ask("resources/subscribe", a);
		expect(fs.got("resources/subscribe").length).toBe(1);
	});

	test("with the last client that no longer does", async () => {
		const { ann, bob, told } = await createFollowed();
		for (const each of [ann, bob]) await each.ask("resources/subscribe", a);
		const first = await ann.ask("resources/unsubscribe", a);
		const before = told("unsubscribe");
		const second = await bob.ask("resources/unsubscribe", a);
		expect([first?.result, before, second?.result, told("unsubscribe")]).toEqual([{}, [], {}, ["x:a"]]);
	});

	test("nothing when a client stops what it never began, as long as another follows it", async () => {
		const { ann, bob, told, tell } = await createFollowed();
		await ann.ask("resources/subscribe", a);
		await bob.ask("resources/unsubscribe", a);
		await tell("x:a");
		expect([told("unsubscribe"), ann.got(updated("").method).length]).toEqual([[], 1]);
	});

	test("when a client goes, of what nobody else follows", async () => {
		const { ann, bob, told, relay } = await createFollowed();
		for (const uri of ["x:a", "x:b"]) await ann.ask("resources/subscribe", { uri });
		await bob.ask("resources/subscribe", a);
		await ann.close();
		await quiet();
		expect([told("unsubscribe"), relay.isNeeded("fs")]).toEqual([["x:b"], true]);
	});

	test("with the client's own params", async () => {
		const { ann, fs } = await createFollowed();
		await ann.ask("resources/subscribe", { ...a, group: "fs", _meta: { x: 1 } });
		expect(fs.got("resources/subscribe").map(({ params }) => params)).toEqual([{ ...a, _meta: { x: 1 } }]);
	});

	test("to stop by the group that was told to begin, though the client does not name it again", async () => {
		const { fs, git, connect, relay } = createRelaying({ git: plan, fs: {} });
		const client = await connect();
		const { result } = (await client.ask("resources/subscribe", { ...a, group: "fs" })) ?? {};
		await client.ask("resources/unsubscribe", a);
		expect({
			result,
			fs: fs.got("resources/unsubscribe").length,
			git: git.starts(),
			isNeeded: relay.isNeeded("fs"),
		}).toEqual({
			result: {},
			fs: 1,
			git: 0,
			isNeeded: false,
		});
	});
});

describe("of a change is told", () => {
	test("who follows the resource, in the server's words, and nobody else", async () => {
		const { ann, bob, tell } = await createFollowed();
		await ann.ask("resources/subscribe", a);
		await bob.ask("resources/subscribe", { uri: "x:b" });
		await tell("x:a");
		const { method } = updated("");
		expect([ann.got(method), bob.got(method)]).toEqual([[{ jsonrpc: "2.0", ...updated("x:a") }], []]);
	});

	test("nobody who follows it no longer, or follows the same of another group", async () => {
		const { fs, git, connect } = createRelaying({ fs: plan, git: {} });
		for (const server of [fs, git]) await server.start();
		const [ann, bob] = [await connect(), await connect()];
		for (const method of ["subscribe", "unsubscribe"]) await ann.ask(`resources/${method}`, a);
		await bob.ask("resources/subscribe", { ...a, group: "git" });
		fs.send(updated("x:a"));
		await quiet();
		expect([ann, bob].map((each) => each.got(updated("").method))).toEqual([[], []]);
	});

	test("who follows what it is below, and what it cannot be told from", async () => {
		const { ann, bob, tell } = await createFollowed();
		await ann.ask("resources/subscribe", a);
		await tell("x:a/1");
		expect([ann, bob].map((each) => each.got(updated("").method).length)).toEqual([1, 0]);
	});
});

describe("a group that is followed", () => {
	test("is needed until nobody follows anything of it", async () => {
		const { ann, relay } = await createFollowed();
		const seen = [relay.isNeeded("fs")];
		for (const method of ["subscribe", "unsubscribe"]) {
			await ann.ask(`resources/${method}`, a);
			seen.push(relay.isNeeded("fs"));
		}
		expect(seen).toEqual([false, true, false]);
	});

	test("is asked again for each resource when its server has been restarted, and for nothing else", async () => {
		const { ann, bob, fs, told, tell } = await createFollowed();
		for (const uri of ["x:a", "x:b"]) await ann.ask("resources/subscribe", { uri });
		await ann.ask("resources/unsubscribe", { uri: "x:b" });
		await bob.ask("resources/subscribe", a);
		await fs.end();
		await fs.start();
		await tell("x:a");
		const counts = [ann, bob].map((each) => each.got(updated("").method).length);
		expect([told("subscribe"), counts]).toEqual([["x:a"], [1, 1]]);
	});
});

describe("a subscription that comes to nothing keeps no server running:", () => {
	test("one that the server refuses", async () => {
		const { ann, relay } = await createFollowed({ "resources/subscribe": () => refusal });
		const reply = await ann.ask("resources/subscribe", a);
		expect([reply?.error, relay.isNeeded("fs")]).toEqual([refusal.error, false]);
	});

	test("one that the server does not answer in time", async () => {
		const { ann, clock, relay } = await createFollowed({ "resources/subscribe": () => undefined });
		ann.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		clock.advance(1_000);
		await quiet();
		expect([ann.received()[0]?.error, relay.isNeeded("fs")]).toEqual([
			{ code: -32603, message: expect.stringMatching(/no answer within 1 s \(timeout\.resources in the config\)/) },
			false,
		]);
	});

	test("one that the client cancels", async () => {
		const { ann, relay } = await createFollowed({ "resources/subscribe": () => undefined });
		ann.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		ann.send({ method: "notifications/cancelled", params: { requestId: 1 } });
		await quiet();
		expect(relay.isNeeded("fs")).toBe(false);
	});

	test("one that the client cancels while the server is being started", async () => {
		const opening = Promise.withResolvers<void>();
		const { fs, connect, relay } = createRelaying({ fs: { ...plan, opening: opening.promise } });
		const client = await connect();
		client.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		client.send({ method: "notifications/cancelled", params: { requestId: 1 } });
		await quiet();
		opening.resolve();
		await quiet();
		expect([fs.starts(), fs.got("resources/subscribe"), relay.isNeeded("fs")]).toEqual([1, [], false]);
	});

	test("one to a server that cannot be started", async () => {
		const { connect, relay } = createRelaying({ fs: { ...plan, failure: new Error("no such command") } });
		const client = await connect();
		const reply = await client.ask("resources/subscribe", a);
		expect([reply?.error, relay.isNeeded("fs")]).toMatchObject([{ code: -32603 }, false]);
	});

	test("one that the client stops before the server has answered", async () => {
		const { ann, fs, relay } = await createFollowed({ "resources/subscribe": () => undefined });
		ann.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		await ann.ask("resources/unsubscribe", a);
		for (const { id } of fs.got("resources/subscribe")) fs.send({ id: id ?? "", result: {} });
		await quiet();
		expect([fs.got("resources/unsubscribe").length, relay.isNeeded("fs")]).toEqual([1, false]);
	});

	test("one that the client stops while the server is being started", async () => {
		const opening = Promise.withResolvers<void>();
		const { fs, connect, relay } = createRelaying({ fs: { ...plan, opening: opening.promise } });
		const client = await connect();
		for (const [id, method] of ["resources/subscribe", "resources/unsubscribe"].entries()) {
			client.send({ id, method, params: a });
			await quiet();
		}
		opening.resolve();
		await quiet();
		const counts = ["resources/subscribe", "resources/unsubscribe"].map((method) => fs.got(method).length);
		expect([new Set(counts).size, relay.isNeeded("fs")]).toEqual([1, false]);
	});

	test("one of a client that goes before the server has answered", async () => {
		const { ann, fs, relay } = await createFollowed({ "resources/subscribe": () => undefined });
		ann.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		await ann.close();
		await quiet();
		for (const { id } of fs.got("resources/subscribe")) fs.send({ id: id ?? "", result: {} });
		await quiet();
		expect(relay.isNeeded("fs")).toBe(false);
	});

	test("one of a client that joins in before the server refuses, and is told so, too", async () => {
		const { ann, bob, fs, relay } = await createFollowed({ "resources/subscribe": () => undefined });
		for (const each of [ann, bob]) each.send({ id: 1, method: "resources/subscribe", params: a });
		await quiet();
		for (const { id } of fs.got("resources/subscribe")) fs.send({ id: id ?? "", ...refusal });
		await quiet();
		const errors = [ann, bob].map((each): Wire["error"] => each.received()[0]?.error);
		expect([errors, relay.isNeeded("fs")]).toEqual([[refusal.error, refusal.error], false]);
	});

	test("but one that is made once more and refused then leaves the first", async () => {
		const replies = [{ result: {} }, refusal];
		const { ann, relay } = await createFollowed({ "resources/subscribe": () => replies.shift() });
		for (const _ of [1, 2]) await ann.ask("resources/subscribe", a);
		expect(relay.isNeeded("fs")).toBe(true);
	});
});
