import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createRelaying } from "../../test/helpers/relaying.ts";
import { UpstreamError } from "../base/errors.ts";

const one = { uri: "x:one", name: "one", n: 12345678901 };
const two = { uri: "x:two", name: "two" };
const three = { uri: "x:three", name: "three" };
const broken = { error: { code: -32603, message: "broken" } };
const notStarted = { failure: new Error("it was started") };

/** As many prompts as asked for. */
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `p${index}` }));

describe("a list", () => {
	test.each([
		["resources/list", "resources", "uri"],
		["resources/templates/list", "resourceTemplates", "uriTemplate"],
		["prompts/list", "prompts", "name"],
	] as const)("%s is that of all groups, in config order, as they have it", async (method, field, key) => {
		const [a, b, c] = [
			{ [key]: "a", extra: [] },
			{ [key]: "b", of: "git" },
			{ [key]: "c", _meta: { x: null } },
		];
		const { fs, git, connect } = createRelaying({ git: { [field]: [b, a] }, fs: { [field]: [c] } });
		await fs.start();
		await git.start();
		const client = await connect();
		expect((await client.ask(method))?.result).toEqual({ [field]: [b, a, c] });
	});

	test("of several resources with one URI has that of the first group", async () => {
		const { fs, git, connect } = createRelaying({
			fs: { resources: [{ ...one, of: "fs" }] },
			git: { resources: [two, { ...one, of: "git" }] },
		});
		for (const server of [git, fs]) await server.start();
		const client = await connect();
		expect((await client.ask("resources/list"))?.result).toEqual({ resources: [{ ...one, of: "fs" }, two] });
	});

	test("of several prompts with one name has all, the later ones with their group before the name", async () => {
		const plan = { prompts: [{ name: "review" }] };
		const { fs, git, connect } = createRelaying({ fs: plan, git: plan });
		for (const server of [git, fs]) await server.start();
		const client = await connect();
		const prompts = [{ name: "review" }, { name: "git_review" }];
		expect((await client.ask("prompts/list"))?.result).toEqual({ prompts });
	});

	test("of what does not run is what was last known, and nothing is started for it", async () => {
		const { connect } = createRelaying({ fs: { known: { resources: [one] }, ...notStarted }, git: notStarted });
		const client = await connect();
		expect((await client.ask("resources/list"))?.result).toEqual({ resources: [one] });
	});

	test("of what runs is asked for anew each time", async () => {
		const lists = [[one], [one, two]];
		const answers = { "resources/list": () => ({ result: { resources: lists.shift() ?? [three] } }) };
		const { fs, connect } = createRelaying({ fs: { resources: [], answers } });
		await fs.start();
		const client = await connect();
		const results = [await client.ask("resources/list"), await client.ask("resources/list")];
		expect(results.map((reply) => reply?.result)).toEqual([{ resources: [one, two] }, { resources: [three] }]);
	});

	test("of a server with several pages has them all, each asked for once", async () => {
		const pages: Record<string, object> = {
			"{}": { resources: [one], nextCursor: "2" },
			'{"cursor":"2"}': { resources: [two] },
		};
		const answers = {
			"resources/list": ({ params }: Wire) => ({ result: pages[JSON.stringify(params ?? {})] }),
		};
		const { fs, connect } = createRelaying({ fs: { resources: [], answers } });
		await fs.start();
		const client = await connect();
		const before = fs.got("resources/list").length;
		const reply = await client.ask("resources/list");
		const asked = fs.got("resources/list").slice(before);
		expect([reply?.result, asked.map(({ params }) => params)]).toEqual([
			{ resources: [one, two] },
			[undefined, { cursor: "2" }],
		]);
	});

	test("is empty when there is nothing", async () => {
		const { fs, connect } = createRelaying({ fs: {} });
		await fs.start();
		const client = await connect();
		const replies = await Promise.all(
			["resources/list", "resources/templates/list", "prompts/list"].map((method) => client.ask(method)),
		);
		expect(replies.map((reply) => reply?.result)).toEqual([
			{ resources: [] },
			{ resourceTemplates: [] },
			{ prompts: [] },
		]);
	});

	test("leaves out groups that cannot be used, and those whose feature is switched off", async () => {
		const prompts = [{ name: "p" }];
		const features = { tools: true, resources: true, prompts: false };
		const { connect } = createRelaying({
			fs: { known: { prompts }, group: { features } },
			git: { known: { prompts }, group: { unusable: "no command" } },
			db: { known: { prompts: [{ name: "q" }] } },
		});
		const client = await connect();
		expect((await client.ask("prompts/list"))?.result).toEqual({ prompts: [{ name: "q" }] });
	});

	test("tells that the client reads what there is", async () => {
		let listed = 0;
		const { connect } = createRelaying({ fs: {} }, { onListed: () => void listed++ });
		const client = await connect();
		await client.ask("prompts/list");
		expect(listed).toBe(1);
	});
});

describe("a group that fails to list", () => {
	test("costs the others nothing, and is listed as it was last known", async () => {
		const replies = [{ result: { resources: [one] } }];
		const { fs, git, connect } = createRelaying({
			fs: { resources: [], answers: { "resources/list": () => replies.shift() ?? broken } },
			git: { resources: [two] },
		});
		for (const server of [fs, git]) await server.start();
		const client = await connect();
		expect((await client.ask("resources/list"))?.result).toEqual({ resources: [one, two] });
	});

	test("as soon as it runs is still known as it was, and nobody is told of a change", async () => {
		const { fs, connect } = createRelaying({
			fs: { resources: [], known: { resources: [one] }, answers: { "resources/list": () => broken } },
		});
		const client = await connect();
		await fs.start();
		expect([(await client.ask("resources/list"))?.result, client.received().length]).toEqual([{ resources: [one] }, 1]);
	});

	test("by never answering holds the list up no longer than its time", async () => {
		const { fs, git, clock, connect } = createRelaying({
			fs: { resources: [], answers: { "resources/list": () => undefined } },
			git: { resources: [two] },
		});
		for (const server of [fs, git]) await server.start();
		const client = await connect();
		void client.ask("resources/list");
		await quiet();
		const before = client.received().length;
		clock.advance(1_000);
		await quiet();
		const replies = client.received().filter(({ id }) => id !== undefined);
		expect([before, replies.map(({ result }) => result)]).toEqual([0, [{ resources: [two] }]]);
	});

	test("by never answering is listed as it is known after a moment, however long its time is", async () => {
		const replies = [{ result: { resources: [one] } }];
		const { fs, clock, connect } = createRelaying({
			fs: {
				group: { timeoutMs: { tools: 60_000, resources: 60_000, prompts: 60_000 } },
				resources: [],
				answers: { "resources/list": () => replies.shift() },
			},
		});
		await fs.start();
		const client = await connect();
		void client.ask("resources/list");
		await quiet();
		clock.advance(3_000);
		await quiet();
		expect(client.received().map(({ result }) => result)).toEqual([{ resources: [one] }]);
	});
});

describe("a list of one group, named by the client,", () => {
	test.each([{ group: "git" }, { _meta: { "dynamic-mcp/group": "git" } }])(
		"is that of the group: %j",
		async (params) => {
			const { connect } = createRelaying({
				fs: { known: { prompts: [{ name: "p" }] } },
				git: { known: { prompts: [{ name: "p" }, { name: "q" }] } },
			});
			const client = await connect();
			const reply = await client.ask("prompts/list", params);
			expect(reply?.result).toEqual({ prompts: [{ name: "p" }, { name: "q" }] });
		},
	);

	test("starts it when nothing is known of it, and no other", async () => {
		const { fs, git, connect } = createRelaying({ fs: {}, git: { resources: [two] } });
		const client = await connect();
		const reply = await client.ask("resources/list", { group: "git" });
		expect([reply?.result, fs.starts(), git.starts()]).toEqual([{ resources: [two] }, 0, 1]);
	});

	test("is an error with the reason when the group cannot be started", async () => {
		const failure = new UpstreamError("git", "spawn", "command not found");
		const { connect } = createRelaying({ git: { failure } });
		const client = await connect();
		const reply = await client.ask("resources/list", { group: "git" });
		expect(reply?.error).toEqual({
			code: -32603,
			message: expect.stringMatching(/^Group "git" could not be started: c/),
		});
	});

	test("is an error with the reason when the server cannot list", async () => {
		const { git, connect } = createRelaying({ git: { resources: [], answers: { "resources/list": () => broken } } });
		await git.start();
		const client = await connect();
		const reply = await client.ask("resources/list", { group: "git" });
		expect(reply?.error).toEqual({ code: -32603, message: expect.stringMatching(/^Group "git" failed: .*broken/) });
	});
});

describe("a long list", () => {
	test("comes in pages, which are the whole list when put together, over the border of two groups", async () => {
		const { fs, git, connect } = createRelaying({ fs: { prompts: many(499) }, git: { prompts: many(700) } });
		for (const server of [fs, git]) await server.start();
		const client = await connect();
		const names: unknown[] = [];
		let params: object = {};
		for (let pages = 0; pages < 5; pages++) {
			const result = (await client.ask("prompts/list", params))?.result as { prompts: Wire[]; nextCursor?: string };
			names.push(...result.prompts.map(({ name }) => name));
			if (result.nextCursor === undefined) break;
			params = { cursor: result.nextCursor };
		}
		const own = (name: string, index: number) => (index < 499 ? `git_${name}` : name);
		expect(names).toEqual([
			...many(499).map(({ name }) => name),
			...many(700).map(({ name }, index) => own(name, index)),
		]);
	});

	test("is refused from a cursor that is none of ours", async () => {
		const { connect } = createRelaying({ fs: { known: { prompts: many(3) } } });
		const client = await connect();
		const replies = await Promise.all(
			["prompts/list", "resources/list", "resources/templates/list", "tasks/list"].map((method) =>
				client.ask(method, { cursor: "mine" }),
			),
		);
		const error = { code: -32602, message: "the cursor is none of ours; list again without one" };
		expect(replies.map((reply) => reply?.error)).toEqual(replies.map(() => error));
	});
});
