/** Many servers look like one: what each has is found, by the order of the config where several have the same. */
import { expect, test } from "bun:test";

import { type AbleProxy, startAbleProxy } from "../helpers/able-proxy.ts";
import { goodTextOf, type Message, resultOf } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { countStarts, readLines } from "../helpers/starts.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

/** Whose name the fixture has: not the group's, so that the two cannot be confused. */
const servers = {
	a: fixture("whole-protocol", { args: ["alpha"] }),
	b: fixture("whole-protocol", { args: ["beta"] }),
};

async function list(proxy: Proxy, method: string, params?: object): Promise<Record<string, unknown>[]> {
	const items = Object.values(resultOf(await proxy.request(method, params))).find(Array.isArray);
	return items as Record<string, unknown>[];
}

async function namesOf(proxy: Proxy, method: string, key: string, params?: object): Promise<unknown[]> {
	return (await list(proxy, method, params)).map((item) => item[key]);
}

/** Who has read the resource, as it says itself. */
function readerOf({ result, error }: Message): string {
	const [content] = (result?.["contents"] ?? []) as { text: string }[];
	return content?.text ?? JSON.stringify(error);
}

/** Resolves when what these groups offer has been read: from then on the client's lists are complete. */
async function startKnowing(groups: readonly string[]): Promise<AbleProxy> {
	const proxy = await startAbleProxy({ servers });
	await Promise.all(groups.map((group) => proxy.callTool(group, "pid")));
	// What a server offers when it is first read is news.
	for (const _group of groups) {
		await proxy.nextNotice("notifications/prompts/list_changed");
		await proxy.nextNotice("notifications/resources/list_changed");
	}
	return proxy;
}

test("a URI that two groups have is read by the first in the config, unless another is named", async () => {
	await using proxy = await startKnowing(["b", "a"]);
	const uri = "shared://both";
	const _meta = { "dynamic-mcp/group": "b" };
	const read = (params: object) => proxy.request("resources/read", { uri, ...params });
	expect([
		readerOf(await read({})),
		readerOf(await read({ group: "b" })),
		readerOf(await read({ _meta })),
		readerOf(await read({ group: "a", _meta })),
	]).toEqual(["read by alpha", "read by beta", "read by beta", "read by beta"]);
	// `group` is ours: a server with strict params would stumble over it.
	const { _meta: told } = resultOf(await read({ group: "b", "x-more": 1 }));
	expect(told).toEqual({ params: { uri, "x-more": 1 } });
});

test("what only one group has is found there, whether it is listed, fits a template, or only looks like its own", async () => {
	await using proxy = await startProxy({ servers });
	const uris = ["beta://own", "beta://items/7", "alpha://items/7", "beta://own/hidden"];
	const readers = await Promise.all(uris.map(async (uri) => readerOf(await proxy.request("resources/read", { uri }))));
	expect(readers).toEqual(["read by beta", "read by beta", "read by alpha", "read by beta"]);
});

test("no known group is guessed to have what may be of a group that is not known yet", async () => {
	await using proxy = await startKnowing(["b"]);
	const uris = ["alpha://own", "alpha://items/7"];
	const readers = await Promise.all(uris.map(async (uri) => readerOf(await proxy.request("resources/read", { uri }))));
	expect(readers).toEqual(["read by alpha", "read by alpha"]);
});

test("a URI that could be any group's is not found, and a group that is none is named", async () => {
	await using proxy = await startProxy({ servers });
	const uri = "gamma://thing";
	expect((await proxy.request("resources/read", { uri })).error).toMatchObject({ code: -32002, data: { uri } });
	const { error } = await proxy.request("resources/read", { uri, group: "bb" });
	expect(error).toEqual({ code: -32602, message: expect.stringMatching(/no group "bb".*"b"/) as string });
	expect(readerOf(await proxy.request("resources/read", { uri, group: "b" }))).toBe("read by beta");
});

test("subscriptions follow the same rules, and an update is told once", async () => {
	await using proxy = await startAbleProxy({ servers });
	const uri = "shared://both";
	await proxy.request("resources/subscribe", { uri, group: "b" });
	expect(goodTextOf(await proxy.callTool("a", "touch", { uri }))).toBe("nobody wants to know");
	expect(goodTextOf(await proxy.callTool("b", "touch", { uri }))).toBe("told");
	await proxy.request("resources/unsubscribe", { uri, group: "b" });
	expect(goodTextOf(await proxy.callTool("b", "touch", { uri }))).toBe("nobody wants to know");
	expect(proxy.notices("notifications/resources/updated")).toMatchObject([{ params: { uri } }]);
});

test("prompts of the same name have the group before theirs for the later one, and work under that name", async () => {
	await using proxy = await startProxy({ servers });
	// The later one is known first, which must not give it the name.
	expect(await namesOf(proxy, "prompts/list", "name", { group: "b" })).toEqual(["greet", "only-beta"]);
	await proxy.callTool("a", "pid");
	const names = ["greet", "only-alpha", "b_greet", "only-beta"];
	expect(await namesOf(proxy, "prompts/list", "name")).toEqual(names);
	const got = names.map(async (name) => (await proxy.request("prompts/get", { name, arguments: { x: "1" } })).result);
	expect((await Promise.all(got)).map((result) => result?.["_meta"])).toEqual([
		{ by: "alpha", params: { name: "greet", arguments: { x: "1" } } },
		{ by: "alpha", params: { name: "only-alpha", arguments: { x: "1" } } },
		{ by: "beta", params: { name: "greet", arguments: { x: "1" } } },
		{ by: "beta", params: { name: "only-beta", arguments: { x: "1" } } },
	]);
});

test("a completion goes to the server of its prompt or template, under the server's own names", async () => {
	await using proxy = await startProxy({ servers });
	const argument = { name: "id", value: "" };
	const complete = async (ref: object): Promise<unknown> => {
		const { completion, _meta } = resultOf(await proxy.request("completion/complete", { ref, argument }));
		return { completion, ...(_meta as object) };
	};
	const completed = (by: string, ref: object) => ({
		completion: { values: [`completed by ${by}`] },
		params: { ref, argument },
	});
	const prompt = (name: string) => ({ type: "ref/prompt", name });
	const template = { type: "ref/resource", uri: "beta://items/{id}" };
	expect(await complete(prompt("b_greet"))).toEqual(completed("beta", prompt("greet")));
	expect(await complete(prompt("greet"))).toEqual(completed("alpha", prompt("greet")));
	expect(await complete(template)).toEqual(completed("beta", template));
});

test("a second run lists everything as the first one did without starting a server, and starts only the one it uses", async () => {
	await using directory = openTempDir();
	const [a, b] = [countStarts(directory, "a"), countStarts(directory, "b")];
	const configured = { a: { ...servers.a, env: a.env }, b: { ...servers.b, env: b.env } };
	const options = { servers: configured, cacheDir: `${directory.path}/cache` };
	const listAll = (proxy: Proxy) =>
		Promise.all(["prompts/list", "resources/list", "resources/templates/list"].map((method) => list(proxy, method)));

	await using first = await startProxy(options);
	await Promise.all(["a", "b"].map((group) => first.callTool(group, "pid")));
	const known = await listAll(first);
	expect(known.map((items) => items.length)).toEqual([4, 3, 2]);
	await first.closeStdin();
	await first.exited;

	await using second = await startProxy(options);
	expect(await listAll(second)).toEqual(known);
	expect({ starts: [a.pids().length, b.pids().length], children: second.children() }).toEqual({
		starts: [1, 1],
		children: [],
	});
	const { result } = await second.request("prompts/get", { name: "b_greet" });
	expect(result?.["_meta"]).toEqual({ by: "beta", params: { name: "greet" } });
	expect([a.pids().length, b.pids().length]).toEqual([1, 2]);
});

test("a first subscription starts the server and tells it once", async () => {
	await using directory = openTempDir();
	const eventsFile = `${directory.path}/events`;
	const b = { ...servers.b, env: { EVENTS_FILE: eventsFile } };
	await using proxy = await startProxy({ servers: { ...servers, b } });
	await proxy.request("resources/subscribe", { uri: "beta://own", group: "b" });
	expect(readLines(eventsFile).filter((line) => line.startsWith("subscribed"))).toHaveLength(1);
});

test("what a server adds is told to the client, listed, and can be had", async () => {
	await using proxy = await startKnowing(["a", "b"]);
	await proxy.callTool("b", "add", { kind: "prompt", what: "new" });
	await proxy.nextNotice("notifications/prompts/list_changed");
	expect(await namesOf(proxy, "prompts/list", "name")).toEqual(["greet", "only-alpha", "b_greet", "only-beta", "new"]);
	expect((await proxy.request("prompts/get", { name: "new" })).result?.["_meta"]).toMatchObject({ by: "beta" });

	await proxy.callTool("a", "add", { kind: "resource", what: "other:new" });
	await proxy.nextNotice("notifications/resources/list_changed");
	const uris = ["shared://both", "alpha://own", "other:new", "beta://own"];
	expect(await namesOf(proxy, "resources/list", "uri")).toEqual(uris);
	expect(readerOf(await proxy.request("resources/read", { uri: "other:new" }))).toBe("read by alpha");

	await proxy.request("ping");
	const told = (what: string) => proxy.notices(`notifications/${what}/list_changed`).length;
	expect({ prompts: told("prompts"), resources: told("resources") }).toEqual({ prompts: 3, resources: 3 });
});
