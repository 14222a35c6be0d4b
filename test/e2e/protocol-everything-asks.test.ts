/** What the official server-everything asks and tells its client arrives through the proxy as it does directly. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { CreateTaskResultSchema } from "@modelcontextprotocol/sdk/types.js";

import { cleanEnvironment } from "../helpers/binary.ts";
import type { Message } from "../helpers/messages.ts";
import { openPeer, type Peer } from "../helpers/peer.ts";
import { shakeHands, startProxy } from "../helpers/proxy.ts";
import { connectDirectly, connectToProxy } from "../helpers/sdk-client.ts";
import { officialServer } from "../helpers/servers.ts";
import { askedOf, isNotice, openSides, type Pair, type Sides } from "../helpers/side-by-side.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import type { WholeClient } from "../helpers/whole-client.ts";

const everything = officialServer("everything");
let sides: Sides;

/** What takes seconds is begun at once for all tests. */
let begun: Record<"sampling" | "elicitation" | "research" | "ambiguous", Promise<Pair>>;

beforeAll(async () => {
	sides = await openSides({
		group: "everything",
		directly: (client) => connectDirectly(everything, client),
		throughProxy: (client) => connectToProxy({ everything }, client),
	});
	begun = {
		sampling: sides.both(({ call }) => call("trigger-sampling-request-async", { prompt: "later" })),
		elicitation: sides.both(({ call }) => call("trigger-elicitation-request-async")),
		research: sides.both((side) => research(side, { topic: "bees" })),
		ambiguous: sides.both((side) => research(side, { topic: "python", ambiguous: true })),
	};
});

afterAll(() => sides[Symbol.asyncDispose]());

function paramsOf({ client }: WholeClient, name: string, args: Record<string, unknown>) {
	const isProxied = client === sides.proxied.client;
	return isProxied
		? { name: "call_dynamic_tool", arguments: { group: "everything", name, args } }
		: { name, arguments: args };
}

/** The result of the tool that can only be called as a task, and what the client has seen of the task before. */
async function research(side: WholeClient, args: Record<string, unknown>): Promise<unknown> {
	const { tasks } = side.client.experimental;
	const states = new Set<string>();
	const params = paramsOf(side, "simulate-research-query", args);
	for await (const message of tasks.callToolStream(params, undefined, { task: { ttl: 60_000 } })) {
		states.add(message.type === "taskStatus" ? message.task.status : message.type);
		if (message.type !== "result" && message.type !== "error") continue;
		return { message, states: [...states], asked: askedOf(side, "elicitation/create", "interpretations") };
	}
	return "the stream has ended without a result";
}

function expectSame({ expected, actual }: Pair, ...parts: string[]): void {
	const text = JSON.stringify(expected);
	expect(parts.filter((part) => !text.includes(part))).toEqual([]);
	expect(actual).toEqual(expected);
}

test("sampling", async () => {
	const pair = await sides.both(async (side) => [
		await side.call("trigger-sampling-request", { prompt: "now", maxTokens: 7 }),
		askedOf(side, "sampling/createMessage", "now"),
	]);
	expectSame(pair, "LLM sampling result", "sampled: ", '"maxTokens":7');
});

test("elicitation with a form", async () => {
	const pair = await sides.both(async (side) => [
		await side.call("trigger-elicitation-request"),
		askedOf(side, "elicitation/create", "legacyTitledEnum"),
	]);
	expectSame(pair, "User inputs:\\n- Name: Ada", '"requestedSchema"');
});

test("elicitation with a URL, by a request and by the error that asks for it", async () => {
	const args = { url: "https://example.com/login", elicitationId: "login-1" };
	const pair = await sides.both(async (side) => [
		await side.call("trigger-url-elicitation", args),
		askedOf(side, "elicitation/create", "login-1"),
	]);
	expectSame(pair, "User completed the URL elicitation flow", '"mode":"url"');
	const demand = await sides.both(({ call }) => call("trigger-url-elicitation", { ...args, errorPath: true }));
	expectSame(demand, "-32042", "https://modelcontextprotocol.io");
});

test("roots, and other ones later", async () => {
	expectSame(await sides.both(({ call }) => call("get-roots-list")), "file:///one");
	const pair = await sides.both(async (side) => {
		await side.changeRoots([{ uri: "file:///one" }, { uri: "file:///two", name: "two" }]);
		await side.next(isNotice("notifications/message", "2 root(s) received"));
		return side.call("get-roots-list");
	});
	expectSame(pair, "2 total", "file:///two");
});

test("log messages, from the level on that was set, and with the group as their logger", async () => {
	const [quiet, loud] = ["architecture.md", "features.md"].map((name) => `demo://resource/static/document/${name}`);
	const simulated = /level[ -]message/i;
	const logged = async (side: WholeClient) => {
		const { client } = side;
		await client.setLoggingLevel("error");
		await client.subscribeResource({ uri: quiet! });
		await client.setLoggingLevel("debug");
		await client.subscribeResource({ uri: loud! });
		const told = await side.next(isNotice("notifications/message", loud));
		await side.call("toggle-simulated-logging");
		const random = await side.next(({ params }) => simulated.test(String(params?.["data"])));
		await side.call("toggle-simulated-logging");
		await Promise.all([quiet!, loud!].map((uri) => client.unsubscribeResource({ uri })));
		const unwanted = side
			.messages()
			.filter(isNotice("notifications/message", `Subscribe Resource request for URI: ${quiet}`));
		return { told: told.params, random: random.params, unwanted };
	};
	const [direct, proxied] = await Promise.all([logged(sides.direct), logged(sides.proxied)]);
	expect([direct.unwanted, proxied.unwanted]).toEqual([[], []]);
	expect(direct.told?.["level"]).toBe("info");
	expect(proxied.told).toEqual({ ...direct.told, logger: "everything" });
	const { level, data, ...rest } = proxied.random ?? {};
	expect(rest).toEqual({ logger: "everything" });
	expect(String(data).toLowerCase()).toContain(String(level));
	const own = sides.proxied.messages().find(isNotice("notifications/message", "Roots updated"));
	expect(own?.params?.["logger"]).toBe("everything/everything-server");
});

test("updates of what was subscribed to, and none of what no longer is", async () => {
	const uris = ["extension.md", "how-it-works.md"].map((name) => `demo://resource/static/document/${name}`);
	const { expected, actual } = await sides.both(async (side) => {
		const toggle = () => side.call("toggle-subscriber-updates");
		const nextUri = async () => (await side.next(isNotice("notifications/resources/updated"))).params?.["uri"];
		for (const uri of uris) await side.client.subscribeResource({ uri });
		await toggle();
		const updated = [await nextUri(), await nextUri()];
		await side.client.unsubscribeResource({ uri: uris[0]! });
		const said = [await toggle(), await toggle()];
		// The server tells of them in the order in which they were subscribed to.
		updated.push(await nextUri());
		return { updated, said, stopped: await toggle() };
	});
	expect(expected).toMatchObject({ updated: [...uris, uris[1]] });
	expect(actual).toEqual(expected);
});

test("a resource that a call has made", async () => {
	const args = { name: "hello.gz", data: "data:text/plain,hello", outputType: "resourceLink" };
	const pair = await sides.both(async (side) => {
		const result = await side.call("gzip-file-as-resource", args);
		await side.next(isNotice("notifications/resources/list_changed"));
		const { resources } = await side.client.listResources();
		const uri = "demo://resource/session/hello.gz";
		return [result, resources, await side.client.readResource({ uri })];
	});
	expectSame(pair, '"resource_link"', '"blob":"H4sI');
});

test("a task is listed, tells how it is, and can be cancelled", async () => {
	const pair = await sides.both(async (side) => {
		const { tasks } = side.client.experimental;
		const params = { ...paramsOf(side, "simulate-research-query", { topic: "cut short" }), task: { ttl: 60_000 } };
		const { task } = await side.client.request({ method: "tools/call", params }, CreateTaskResultSchema);
		const { taskId } = task;
		const listed = await tasks.listTasks();
		const { statusMessage: _random, ...state } = await tasks.getTask(taskId);
		const isListed = listed.tasks.some((each) => each.taskId === taskId);
		return [task, state, isListed, await tasks.cancelTask(taskId), await tasks.cancelTask(taskId).catch(String)];
	});
	expectSame(pair, '"working"', "true", '"cancelled"');
});

/** What a client without the SDK sees: the SDK's drops the progress that it reads together with an answer. */
async function progressOf(peer: Peer, params: Record<string, unknown>): Promise<unknown> {
	const { result } = await peer.request("tools/call", { ...params, _meta: { progressToken: "steps" } });
	const isProgress = ({ method }: Message) => method === "notifications/progress";
	return [
		result,
		peer
			.messages()
			.filter(isProgress)
			.map((message) => message.params),
	];
}

test("progress", async () => {
	await using directory = openTempDir();
	await using proxy = await startProxy({ servers: { everything } });
	await using server = openPeer({
		command: [everything.command, ...everything.args],
		cwd: directory.path,
		env: cleanEnvironment(directory.path),
	});
	await shakeHands(server);
	const [name, args] = ["trigger-long-running-operation", { duration: 0.2, steps: 4 }];
	const [expected, actual] = await Promise.all([
		progressOf(server, { name, arguments: args }),
		progressOf(proxy, { name: "call_dynamic_tool", arguments: { group: "everything", name, args } }),
	]);
	expectSame({ expected, actual }, "Steps: 4", '"progress":1', '"progress":4', '"progressToken":"steps"');
});

test("sampling that the client does as a task", async () => {
	expectSame(await begun.sampling, "[COMPLETED]", "sampled: ", "later");
});

test("elicitation that the client does as a task", async () => {
	expectSame(await begun.elicitation, "[COMPLETED]", "Name: Ada");
});

test("a tool that is a task", async () => {
	expectSame(await begun.research, "Research Report: bees", '"taskCreated"', '"working"');
});

test("a tool that is a task and asks its client before it is done", async () => {
	expectSame(await begun.ambiguous, "Research Report: python (technical)", "input_required", '"asked":[{"');
});
