import { describe, expect, test } from "bun:test";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { type Answers, callOf, createRelaying, echoTool, type Plan } from "../../test/helpers/relaying.ts";

/** A server whose calls make tasks, with ids that begin with its name; what is asked of a task is answered with the name. */
function planOf(name: string, more: Answers = {}): Plan {
	let last = 0;
	const answer = ({ method, params }: Wire) => ({ result: { by: name, method, params } });
	return {
		tools: [echoTool],
		capabilities: { tasks: { list: {}, cancel: {} } },
		answers: {
			"tools/call": () => ({ result: { task: { taskId: `${name} ${++last}`, status: "working" } } }),
			"tasks/get": answer,
			"tasks/result": answer,
			"tasks/cancel": answer,
			"tasks/list": () => ({ result: { tasks: [{ taskId: `${name} 1` }] } }),
			...more,
		},
	};
}

async function createTasked(plans: Record<"fs" | "git", Plan> = { fs: planOf("fs"), git: planOf("git") }) {
	const relaying = createRelaying(plans);
	const { fs, git, connect } = relaying;
	for (const server of [fs, git]) await server.start();
	const client = await connect({ tasks: {} });
	const call = async (group: string, task: object | null = { ttl: 60_000 }, from = client) => {
		from.send(callOf(`call ${group}`, group, "echo", task === null ? {} : { task }));
		await quiet();
	};
	return { ...relaying, client, call };
}

describe("a call", () => {
	test("may ask for a task, with everything else that its params have", async () => {
		const { fs, client } = await createTasked();
		const more = { task: { ttl: 12345678901 }, other: [null], _meta: { x: {} } };
		client.send(callOf(1, "fs", "echo", more));
		await quiet();
		expect(fs.got("tools/call").map(({ params }) => params)).toEqual([{ name: "echo", arguments: {}, ...more }]);
	});

	test("that made a task is answered as the server answered", async () => {
		const { client, call } = await createTasked();
		await call("fs");
		expect(client.received().map(({ result }) => result)).toEqual([{ task: { taskId: "fs 1", status: "working" } }]);
	});
});

describe("what is asked of a task goes to the group that has it", () => {
	test.each(["tasks/get", "tasks/result", "tasks/cancel"])("%s", async (method) => {
		const { client, call } = await createTasked();
		for (const group of ["fs", "git"]) await call(group);
		const params = { taskId: "git 1", more: [] };
		expect((await client.ask(method, params))?.result).toEqual({ by: "git", method, params });
	});

	test("which is known from a list, too", async () => {
		const { client } = await createTasked();
		await client.ask("tasks/list");
		expect((await client.ask("tasks/get", { taskId: "git 1" }))?.result).toMatchObject({ by: "git" });
	});

	test("and is refused when it is unknown, or another client's", async () => {
		const { client, connect, call } = await createTasked();
		await call("fs", {}, await connect());
		const replies = [
			await client.ask("tasks/get", { taskId: "fs 1" }),
			await client.ask("tasks/result", { taskId: "nope" }),
		];
		expect(replies.map((reply) => reply?.error)).toEqual([
			{ code: -32602, message: "Unknown task: fs 1" },
			{ code: -32602, message: "Unknown task: nope" },
		]);
	});

	test("and is not taken for one when the client did not ask for a task", async () => {
		const { client, call } = await createTasked();
		await call("fs", null);
		expect((await client.ask("tasks/get", { taskId: "fs 1" }))?.error).toMatchObject({ code: -32602 });
	});

	test("and its result is waited for as long as it takes, anything else for its time", async () => {
		const silent = { "tasks/result": () => undefined, "tasks/get": () => undefined };
		const { client, call, clock } = await createTasked({ fs: planOf("fs", silent), git: planOf("git") });
		await call("fs");
		client.send({ id: "result", method: "tasks/result", params: { taskId: "fs 1" } });
		client.send({ id: "get", method: "tasks/get", params: { taskId: "fs 1" } });
		await quiet();
		clock.advance(3_600_000);
		await quiet();
		expect(client.received().slice(1)).toMatchObject([{ id: "get", error: { code: -32603 } }]);
	});
});

describe("the list of tasks", () => {
	test("is that of all running servers that have any", async () => {
		const { client } = await createTasked();
		expect((await client.ask("tasks/list"))?.result).toEqual({ tasks: [{ taskId: "fs 1" }, { taskId: "git 1" }] });
	});

	test("starts no server, and asks none that has no tasks", async () => {
		const { fs, git, connect } = createRelaying({ fs: planOf("fs"), git: { tools: [echoTool] } });
		await git.start();
		const client = await connect({ tasks: {} });
		const reply = await client.ask("tasks/list");
		expect([reply?.result, fs.starts(), git.got("tasks/list")]).toEqual([{ tasks: [] }, 0, []]);
	});

	test.each<[string, Wire]>([
		["an error", { error: { code: 1, message: "no" } }],
		["no object", { result: "x" }],
		["null", { result: null }],
		["no list", { result: { tasks: {} } }],
	])("is had from the others when one answers with %s", async (_, answer) => {
		const { client } = await createTasked({ fs: planOf("fs", { "tasks/list": () => answer }), git: planOf("git") });
		expect((await client.ask("tasks/list"))?.result).toEqual({ tasks: [{ taskId: "git 1" }] });
	});

	test("has all the pages of a server", async () => {
		const pages: Record<string, object> = {
			"{}": { tasks: [{ taskId: "1" }], nextCursor: "next" },
			'{"cursor":"next"}': { tasks: [{ taskId: "2" }] },
		};
		const list = ({ params }: Wire) => ({ result: pages[JSON.stringify(params ?? {})] });
		const { client } = await createTasked({ fs: planOf("fs", { "tasks/list": list }), git: { tools: [] } });
		expect((await client.ask("tasks/list"))?.result).toEqual({ tasks: [{ taskId: "1" }, { taskId: "2" }] });
	});
});

describe("how a task does", () => {
	const status = (taskId: string) => ({
		method: "notifications/tasks/status",
		params: { taskId, status: "completed" },
	});

	test("is told by its server to the client, in the server's words", async () => {
		const { fs, client, call } = await createTasked();
		await call("fs");
		fs.send(status("fs 1"));
		await quiet();
		expect(client.got("notifications/tasks/status")).toEqual([{ jsonrpc: "2.0", ...status("fs 1") }]);
	});

	test("is told by a client that has tasks to the running servers", async () => {
		const { fs, git, connect, client } = await createTasked();
		const other = await connect();
		for (const each of [client, other]) each.send(status(each === client ? "mine" : "none of mine"));
		await quiet();
		const told = [fs, git].map((server) =>
			server.got("notifications/tasks/status").map(({ params }) => params?.["taskId"]),
		);
		expect(told).toEqual([["mine"], ["mine"]]);
	});
});

describe("a task that goes on", () => {
	test("reports its progress after the reply, with the client's own token", async () => {
		const { fs, client } = await createTasked();
		client.send(callOf(1, "fs", "echo", { task: {}, _meta: { progressToken: "mine" } }));
		await quiet();
		const [sent] = fs.got("tools/call");
		const meta = sent?.params?.["_meta"] as { progressToken: number } | undefined;
		fs.send({ method: "notifications/progress", params: { ...meta, progress: 0.5 } });
		await quiet();
		expect(client.received().slice(1)).toMatchObject([
			{ method: "notifications/progress", params: { progressToken: "mine", progress: 0.5 } },
		]);
	});

	test.each<
		[string, (server: { send: (message: Wire) => void }, ask: (method: string) => Promise<unknown>) => unknown]
	>([
		["its status says so", (server) => server.send(statusOf("fs 1", "completed"))],
		["the client has its result", (_, ask) => ask("tasks/result")],
		["the client sees that it has ended", (_, ask) => ask("tasks/get")],
	])("keeps its server running, until %s", async (_, end) => {
		const ended = () => ({ result: { taskId: "fs 1", status: "failed" } });
		const { fs, client, call, relay } = await createTasked({
			fs: planOf("fs", { "tasks/get": ended }),
			git: planOf("git"),
		});
		const needed = [relay.isNeeded("fs")];
		await call("fs");
		needed.push(relay.isNeeded("fs"), relay.isNeeded("git"));
		await end(fs, (method) => client.ask(method, { taskId: "fs 1" }));
		await quiet();
		expect([...needed, relay.isNeeded("fs")]).toEqual([false, true, false, false]);
	});

	test("tells its status to the client that has it, and not to others", async () => {
		const { fs, client, call, connect } = await createTasked();
		const other = await connect({ tasks: {} });
		await call("fs");
		fs.send(statusOf("fs 1", "working"));
		await quiet();
		const got = [client, other].map((each) => each.got("notifications/tasks/status").length);
		expect(got).toEqual([1, 0]);
	});
});

function statusOf(taskId: string, status: string): Wire {
	return { method: "notifications/tasks/status", params: { taskId, status } };
}
