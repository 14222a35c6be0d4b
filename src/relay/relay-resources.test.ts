import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { type Answers, createRelaying } from "../../test/helpers/relaying.ts";

const read = (text: string): Answers => ({
	"resources/read": ({ params }: Wire) => ({ result: { contents: [{ uri: params?.["uri"], text }] } }),
});
const textOf = (reply: Wire | undefined) =>
	(reply?.result as { contents: { text: string }[] } | undefined)?.contents[0]?.text;
const resource = (uri: string) => ({ uri, name: uri });

describe("a resource is read from", () => {
	test("the group that lists it, which is started for it, and no other", async () => {
		const { fs, git, connect } = createRelaying({
			fs: { known: { resources: [resource("x:a")] }, answers: read("of fs") },
			git: { known: { resources: [resource("x:b")] }, answers: read("of git") },
		});
		const client = await connect();
		const reply = await client.ask("resources/read", { uri: "x:b" });
		expect([textOf(reply), fs.starts(), git.starts()]).toEqual(["of git", 0, 1]);
	});

	test("the group with a template for it", async () => {
		const templates = (uriTemplate: string) => ({ resourceTemplates: [{ uriTemplate, name: "t" }] });
		const { connect } = createRelaying({
			fs: { known: templates("x:///a/{name}"), answers: read("of fs") },
			git: { known: templates("x:///b/{name}"), answers: read("of git") },
		});
		const client = await connect();
		expect(textOf(await client.ask("resources/read", { uri: "x:///b/1" }))).toBe("of git");
	});

	test("a group of which nothing is known, which is started to find out", async () => {
		const { git, connect } = createRelaying({
			fs: { known: { resources: [resource("x:a")], capabilities: { resources: {} } }, answers: read("of fs") },
			db: { known: { resources: [resource("z:a")], capabilities: { resources: {} } }, answers: read("of db") },
			git: { resources: [resource("y:b")], answers: read("of git") },
		});
		const client = await connect();
		const reply = await client.ask("resources/read", { uri: "y:b" });
		expect([textOf(reply), git.starts()]).toEqual(["of git", 1]);
	});

	test("a group of which nothing is known, though all the others together are only one with resources", async () => {
		const { connect } = createRelaying({
			fs: { known: { resources: [resource("x:a")], capabilities: { resources: {} } }, answers: read("of fs") },
			git: { resources: [resource("y:b")], answers: read("of git") },
		});
		const client = await connect();
		expect(textOf(await client.ask("resources/read", { uri: "y:b" }))).toBe("of git");
	});

	test("a group of which nothing is known and that lists it, though another lists a similar one", async () => {
		const { connect } = createRelaying({
			fs: { known: { resources: [resource("file:///a/1")] }, answers: read("of fs") },
			git: { resources: [resource("file:///a/2")], answers: read("of git") },
		});
		const client = await connect();
		expect(textOf(await client.ask("resources/read", { uri: "file:///a/2" }))).toBe("of git");
	});

	test("the group that the client names, whatever the others list", async () => {
		const { git, connect } = createRelaying({
			fs: { known: { resources: [resource("x:a")] }, answers: read("of fs") },
			git: { answers: read("of git") },
		});
		const client = await connect();
		const replies = [
			await client.ask("resources/read", { uri: "x:a", group: "git", more: [] }),
			await client.ask("resources/read", { uri: "x:a", _meta: { "dynamic-mcp/group": "git" } }),
		];
		expect([replies.map(textOf), git.got("resources/read").map(({ params }) => params)]).toEqual([
			["of git", "of git"],
			[
				{ uri: "x:a", more: [] },
				{ uri: "x:a", _meta: { "dynamic-mcp/group": "git" } },
			],
		]);
	});

	test("a group whose tools cannot be listed", async () => {
		const answers = { ...read("of fs"), "tools/list": () => ({ error: { code: -32603, message: "broken" } }) };
		const { connect } = createRelaying({
			fs: { resources: [resource("x:a")], answers },
			git: { known: { resources: [resource("y:b")], capabilities: { resources: {} } }, answers: read("of git") },
			db: { known: { resources: [resource("z:b")], capabilities: { resources: {} } }, answers: read("of db") },
		});
		const client = await connect();
		expect(textOf(await client.ask("resources/read", { uri: "x:a" }))).toBe("of fs");
	});

	test("a group that lists it only since it was asked last", async () => {
		const lists = [[], [resource("x:a")]];
		const answers = {
			...read("of fs"),
			"resources/list": () => ({ result: { resources: lists.shift() ?? [resource("x:a")] } }),
		};
		const { fs, connect } = createRelaying({
			git: { known: { resources: [resource("y:b")], capabilities: { resources: {} } }, answers: read("of git") },
			fs: { resources: [], answers },
		});
		await fs.start();
		const client = await connect();
		const list = await client.ask("resources/list");
		const reply = await client.ask("resources/read", { uri: "x:a" });
		expect([list?.result, textOf(reply)]).toEqual([{ resources: [resource("y:b"), resource("x:a")] }, "of fs"]);
	});
});

describe("a resource that no group can be told to have", () => {
	const known = (uri: string) => ({ known: { resources: [resource(uri)], capabilities: { resources: {} } } });

	test.each(["resources/read", "resources/subscribe", "resources/unsubscribe"])(
		"is refused as the specification has it: %s",
		async (method) => {
			const { connect } = createRelaying({ fs: known("x:a"), git: known("y:a") });
			const client = await connect();
			expect((await client.ask(method, { uri: "z:a" }))?.error).toEqual({
				code: -32002,
				message: expect.stringContaining("Resource not found: z:a"),
				data: { uri: "z:a" },
			});
		},
	);

	test("is refused although a group that might have it cannot be started", async () => {
		const { connect } = createRelaying({
			fs: known("x:a"),
			git: known("y:a"),
			db: { failure: new Error("no such command") },
		});
		const client = await connect();
		expect((await client.ask("resources/read", { uri: "z:a" }))?.error).toMatchObject({ code: -32002 });
	});

	test("is not looked for where resources are switched off", async () => {
		const features = { tools: true, resources: false, prompts: true };
		const { fs, connect } = createRelaying({ fs: { resources: [resource("x:a")], group: { features } } });
		const client = await connect();
		const reply = await client.ask("resources/read", { uri: "x:a" });
		expect([reply?.error, fs.starts()]).toMatchObject([{ code: -32002 }, 0]);
	});
});

describe("while a resource is looked for", () => {
	test("the client's other requests are answered", async () => {
		const { connect } = createRelaying({ fs: {} }, { open: () => new Promise(() => {}) });
		const client = await connect();
		void client.ask("resources/read", { uri: "x:a" });
		expect(await client.ask("ping")).toMatchObject({ result: {} });
	});

	test("the client may cancel, and then nothing is sent", async () => {
		const opening = Promise.withResolvers<void>();
		const { fs, connect } = createRelaying({
			fs: { resources: [resource("x:a")], answers: read("of fs"), opening: opening.promise },
		});
		const client = await connect();
		client.send({ id: 1, method: "resources/read", params: { uri: "x:a" } });
		await quiet();
		client.send({ method: "notifications/cancelled", params: { requestId: 1 } });
		await quiet();
		opening.resolve();
		await quiet();
		expect([fs.starts(), fs.got("resources/read"), client.received().filter(({ id }) => id === 1)]).toEqual([
			1,
			[],
			[],
		]);
	});
});
