import { describe, expect, test } from "bun:test";

import type { Wire } from "../../test/helpers/memory-channel.ts";
import { type Answers, createRelaying, type Plan } from "../../test/helpers/relaying.ts";

/** Answers with what it was asked. */
const mirror = (name: string): Answers => {
	const answer = ({ params }: Wire) => ({ result: { by: name, params } });
	return { "prompts/get": answer, "completion/complete": answer };
};
const prompts = (...names: string[]) => names.map((name) => ({ name }));
const knowing = (of: string, ...names: string[]): Plan => ({
	prompts: prompts(...names),
	known: { prompts: prompts(...names) },
	answers: mirror(of),
});

describe("a prompt is got from", () => {
	test("the group that lists it, with everything the client has sent", async () => {
		const { fs, connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git", "b") });
		const client = await connect();
		const params = { name: "b", arguments: { group: "mine", n: "1" }, _meta: { x: [] }, more: null };
		const reply = await client.ask("prompts/get", params);
		expect([reply?.result, fs.starts()]).toEqual([{ by: "git", params }, 0]);
	});

	test("the group that it is listed for under another name, under its own", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git", "a") });
		const client = await connect();
		const replies = [
			await client.ask("prompts/get", { name: "a" }),
			await client.ask("prompts/get", { name: "git_a", arguments: {} }),
		];
		expect(replies.map((reply) => reply?.result)).toEqual([
			{ by: "fs", params: { name: "a" } },
			{ by: "git", params: { name: "a", arguments: {} } },
		]);
	});

	test("a group of which nothing is known, which is started to find out", async () => {
		const { connect } = createRelaying({
			fs: knowing("fs", "a"),
			git: { prompts: prompts("b"), answers: mirror("git") },
		});
		const client = await connect();
		expect((await client.ask("prompts/get", { name: "b" }))?.result).toMatchObject({ by: "git" });
	});

	test.each([{ group: "git" }, { _meta: { "dynamic-mcp/group": "git" } }])(
		"the group that the client names: %j",
		async (named) => {
			const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git") });
			const client = await connect();
			const { group: _, ...rest } = { group: "", ...named };
			const reply = await client.ask("prompts/get", { name: "a", ...named });
			expect(reply?.result).toEqual({ by: "git", params: { name: "a", ...rest } });
		},
	);

	test("the group that has been listed with it only since it was asked last", async () => {
		const lists = [prompts("a"), prompts("a", "b")];
		const answers = {
			...mirror("fs"),
			"prompts/list": () => ({ result: { prompts: lists.shift() ?? prompts("a", "b") } }),
		};
		const { fs, connect } = createRelaying({ fs: { prompts: [], answers }, git: knowing("git", "b") });
		await fs.start();
		const client = await connect();
		const list = await client.ask("prompts/list");
		const reply = await client.ask("prompts/get", { name: "b" });
		expect([list?.result, reply?.result]).toMatchObject([{ prompts: prompts("a", "b", "git_b") }, { by: "fs" }]);
	});
});

describe("an unknown prompt", () => {
	test("is refused, and the nearest are named", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "review"), git: knowing("git", "review") });
		const client = await connect();
		const replies = [
			await client.ask("prompts/get", { name: "git_reviw" }),
			await client.ask("prompts/get", { name: "something else" }),
		];
		expect(replies.map((reply) => reply?.error)).toEqual([
			{ code: -32602, message: expect.stringMatching(/^Unknown prompt: git_reviw\. Did you mean "git_review"/) },
			{ code: -32602, message: "Unknown prompt: something else" },
		]);
	});

	test("is refused although a group that might have it cannot be started", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: { failure: new Error("no such command") } });
		const client = await connect();
		expect((await client.ask("prompts/get", { name: "b" }))?.error).toMatchObject({ code: -32602 });
	});

	test("of a group whose prompts are switched off is one", async () => {
		const features = { tools: true, resources: true, prompts: false };
		const { connect } = createRelaying({ fs: { ...knowing("fs", "a"), group: { features } } });
		const client = await connect();
		expect((await client.ask("prompts/get", { name: "a" }))?.error).toMatchObject({ code: -32602 });
	});
});

describe("a completion goes to", () => {
	const argument = { name: "path", value: "/t" };
	const context = { arguments: { group: "x" } };

	test("the group of the prompt, with everything the client has sent", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git", "b") });
		const client = await connect();
		const params = { ref: { type: "ref/prompt", name: "b", title: "B" }, argument, context };
		expect((await client.ask("completion/complete", params))?.result).toEqual({ by: "git", params });
	});

	test("the group of a prompt that is listed under another name, under its own", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git", "a") });
		const client = await connect();
		const ref = { type: "ref/prompt", name: "git_a", title: "A" };
		const reply = await client.ask("completion/complete", { ref, argument });
		expect(reply?.result).toEqual({ by: "git", params: { ref: { ...ref, name: "a" }, argument } });
	});

	test("the group with the template, or with the resource", async () => {
		const { fs, git, connect } = createRelaying({
			fs: { resourceTemplates: [{ uriTemplate: "x:///{a}" }], answers: mirror("fs") },
			git: { resourceTemplates: [{ uriTemplate: "x:///{b}" }], resources: [{ uri: "y:a" }], answers: mirror("git") },
		});
		for (const server of [fs, git]) await server.start();
		const client = await connect();
		const ask = (uri: string) => client.ask("completion/complete", { ref: { type: "ref/resource", uri }, argument });
		const replies = [await ask("x:///{a}"), await ask("x:///{b}"), await ask("y:a")];
		expect(replies.map((reply) => reply?.result)).toMatchObject([{ by: "fs" }, { by: "git" }, { by: "git" }]);
	});

	test.each([
		{ ref: { type: "ref/prompt", name: "a" }, group: "git" },
		{ ref: { type: "ref/resource", uri: "x:{a}" }, group: "git" },
	])("the group that the client names: %j", async (params) => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git") });
		const client = await connect();
		const reply = await client.ask("completion/complete", params);
		expect(reply?.result).toEqual({ by: "git", params: { ref: params.ref } });
	});

	test("nobody when there is nothing to refer to", async () => {
		const { connect } = createRelaying({ fs: knowing("fs", "a"), git: knowing("git", "b") });
		const client = await connect();
		const replies = [
			await client.ask("completion/complete", { ref: { type: "ref/prompt", name: "c" }, argument }),
			await client.ask("completion/complete", { ref: { type: "ref/resource", uri: "z:{a}" }, argument }),
		];
		expect(replies.map((reply) => reply?.error)).toEqual([
			{ code: -32602, message: "Unknown prompt: c" },
			{ code: -32602, message: "no group has the resource z:{a}" },
		]);
	});
});
