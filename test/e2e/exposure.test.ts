/** Tools in the client's own list, and tools that the config does not want: what a client sees of either, and can call. */
import { expect, test } from "bun:test";
import { resolve } from "node:path";

import { eventually } from "../helpers/eventually.ts";
import { errorTextOf, goodTextOf, type Message, resultOf } from "../helpers/messages.ts";
import { isWatching } from "../helpers/processes.ts";
import { callTool, printConfig, type Proxy, type ProxyOptions, startProxy } from "../helpers/proxy.ts";
import { saveByRename } from "../helpers/saves.ts";
import { fixture, officialServer } from "../helpers/servers.ts";
import { countStarts } from "../helpers/starts.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

/** Asking for the tools must not start servers behind the back of a test. */
const env = { DYNAMIC_MCP_HARVEST_DELAY_MS: "3600000" };

const start = (options: ProxyOptions) => startProxy({ env, ...options });

/** A program that follows its config by now. */
async function startFollowing(servers: Record<string, unknown>): Promise<Proxy> {
	const proxy = await start({ servers });
	await eventually(
		() => isWatching(proxy.pid),
		(watching) => watching,
	);
	return proxy;
}

interface Definition {
	name: string;
	[more: string]: unknown;
}

const isListChange = ({ method }: Message) => method === "notifications/tools/list_changed";

/** What is in the list beside the two meta tools. */
async function exposed(proxy: Proxy): Promise<Definition[]> {
	const { tools } = resultOf(await proxy.request("tools/list")) as { tools: Definition[] };
	return tools.filter(({ name }) => !name.endsWith("_dynamic_tool") && !name.endsWith("_dynamic_tools"));
}

const namesOf = async (proxy: Proxy) => (await exposed(proxy)).map(({ name }) => name);

/** Has the group read, and waits until that is told: only a client that has seen the list before is told of another. */
async function readGroup(proxy: Proxy, group: string): Promise<void> {
	expect(await exposed(proxy)).toEqual([]);
	const told = proxy.nextMessage(isListChange);
	await proxy.discover(group);
	await told;
}

const search = (proxy: Proxy, query: string, group?: string) => callTool(proxy, "get_dynamic_tools", { query, group });

const full = {
	title: "Draw a thing",
	description: "Draws it",
	inputSchema: { type: "object", properties: { size: { type: "integer" } }, required: ["size"] },
	outputSchema: { type: "object", properties: { area: { type: "integer" } }, required: ["area"] },
	annotations: { title: "Drawing", readOnlyHint: true, openWorldHint: false },
	execution: { taskSupport: "optional" },
	icons: [{ src: "https://example.com/draw.png", mimeType: "image/png", sizes: ["48x48"] }],
	_meta: { "example.com/cost": 3, nested: { kept: [null, 1.5] } },
};

/** A server whose one tool has all that a tool can have. */
const fullProgram = `
import { noteStart } from ${JSON.stringify(resolve(import.meta.dir, "../fixtures/servers/journal.ts"))};
import { send, serve } from ${JSON.stringify(resolve(import.meta.dir, "../fixtures/servers/serve.ts"))};
noteStart();
await serve({
	tools: { draw: { call: ({ size }) => ({ content: [], structuredContent: { area: size * size } }) } },
	onMessage({ id, method }) {
		if (method !== "tools/list") return false;
		send({ id, result: { tools: [{ name: "draw", ...${JSON.stringify(full)} }] } });
		return true;
	},
});
`;

test("a tool is listed in full once it is known, and in the next run before any server is started", async () => {
	await using directory = openTempDir();
	const starts = countStarts(directory);
	const args = [directory.write("full.ts", fullProgram)];
	const art = { description: "Art", command: process.execPath, args, env: starts.env, expose: "direct" };
	const options = { servers: { art }, cacheDir: `${directory.path}/cache` };
	{
		await using proxy = await start(options);
		await readGroup(proxy, "art");
		expect(await exposed(proxy)).toEqual([{ name: "art_draw", ...full }]);
		expect(proxy.messages().filter(isListChange)).toHaveLength(1);
		await proxy.closeStdin();
		await proxy.exited;
	}
	await using proxy = await start(options);
	expect(await exposed(proxy)).toEqual([{ name: "art_draw", ...full }]);
	expect({ starts: starts.pids().length, children: proxy.children() }).toEqual({ starts: 1, children: [] });
	const { result } = await callTool(proxy, "art_draw", { size: 3 });
	expect(result).toEqual({ content: [], structuredContent: { area: 9 } });
	expect(starts.pids()).toHaveLength(2);
	// The server has told the same once more.
	await proxy.discover("art");
	expect(proxy.messages().filter(isListChange)).toEqual([]);
});

test("a call by its own name is the same as one by the group, errors and wrong arguments included", async () => {
	const every = { ...officialServer("everything"), expose: "direct" };
	await using proxy = await start({ servers: { every } });
	await readGroup(proxy, "every");
	const calls: [string, object][] = [
		["get-structured-content", { location: "Chicago" }],
		["get-tiny-image", {}],
		["get-sum", { a: 1, b: 2.5 }],
		["get-sum", { a: "x" }],
		["get-resource-reference", { resourceType: "Text", resourceId: -1 }],
	];
	for (const [name, args] of calls) {
		const [own, byGroup] = await Promise.all([
			callTool(proxy, `every_${name}`, { ...args }),
			proxy.callTool("every", name, args),
		]);
		expect(resultOf(own)).toEqual(resultOf(byGroup));
	}
	const wrong = errorTextOf(await callTool(proxy, "every_get-sum", { a: "x" }));
	expect(wrong).toContain("a: must be number");
	expect(wrong).toContain("get-sum(a: number, b: number)");
});

test("a call by its own name gives the server the arguments and what else the client has put there", async () => {
	await using proxy = await start({ servers: { one: fixture("echo", { expose: ["received"] }) } });
	await readGroup(proxy, "one");
	const more = { arguments: { group: "mine", name: "too", args: { big: 1e21 } }, _meta: { "example.com/trace": [1] } };
	const reply = await proxy.request("tools/call", { name: "one_received", ...more });
	expect(JSON.parse(goodTextOf(reply))).toEqual({ name: "received", ...more });
	const without = await proxy.request("tools/call", { name: "one_received" });
	expect(JSON.parse(goodTextOf(without))).toEqual({ name: "received", arguments: {} });
});

test("progress of a call by its own name comes with the client's own token", async () => {
	await using proxy = await start({ servers: { steps: fixture("progress", { expose: "direct" }) } });
	await readGroup(proxy, "steps");
	const call = (progressToken: string | number) =>
		proxy.request("tools/call", { name: "steps_steps", arguments: { count: 2 }, _meta: { progressToken } });
	expect((await Promise.all([call("mine"), call(0)])).map(goodTextOf)).toEqual(["done 2", "done 2"]);
	const notices = proxy.messages().filter(({ method }) => method === "notifications/progress");
	const progressOf = (token: string | number) =>
		notices.filter(({ params }) => params?.["progressToken"] === token).map(({ params }) => params?.["progress"]);
	expect({ mine: progressOf("mine"), zero: progressOf(0), all: notices.length }).toEqual({
		mine: [1, 2],
		zero: [1, 2],
		all: 4,
	});
});

test("a name that is not in the list is refused with what to do", async () => {
	await using proxy = await start({ servers: { one: fixture("echo", { expose: ["echo"] }) } });
	await readGroup(proxy, "one");
	const { error } = await callTool(proxy, "one_pid");
	expect(error).toEqual({ code: -32602, message: expect.stringContaining('Unknown tool: "one_pid"') as string });
	expect(error?.message).toContain("get_dynamic_tools");
});

test("with `prefix: false` the tools of the only server keep their names", async () => {
	const one = fixture("echo", { expose: ["echo", "pid"] });
	await using proxy = await start({ servers: { one }, settings: { prefix: false } });
	await readGroup(proxy, "one");
	expect(await namesOf(proxy)).toEqual(["echo", "pid"]);
	expect(goodTextOf(await callTool(proxy, "echo", { text: "as it is" }))).toBe("as it is");
	expect(goodTextOf(await callTool(proxy, "pid"))).toBe(goodTextOf(await proxy.callTool("one", "pid")));
});

test("names and patterns expose what they match and nothing else, and all can be called by the group", async () => {
	const every = { ...officialServer("everything"), expose: ["echo", "get-*"] };
	await using proxy = await start({ servers: { every, other: fixture("echo") } });
	await readGroup(proxy, "every");
	await proxy.discover("other");
	const names = await namesOf(proxy);
	expect(names).toContain("every_get-sum");
	expect(names.filter((name) => !/^every_(echo$|get-)/.test(name))).toEqual([]);
	expect(goodTextOf(await callTool(proxy, "every_echo", { message: "hi" }))).toBe("Echo: hi");
	const simulated = await proxy.callTool("every", "toggle-simulated-logging", {});
	expect(goodTextOf(simulated)).toContain("logging");
});

const wanted = { allow: ["echo", "paint*", "pid"], deny: ["*_calls"] };

test("a tool that is not wanted is nowhere, and whoever calls it is told the setting", async () => {
	const one = fixture("echo", { expose: "direct", tools: wanted });
	await using proxy = await start({ servers: { one } });
	await readGroup(proxy, "one");
	expect(await namesOf(proxy)).toEqual(["one_echo", "one_paint", "one_pid"]);
	const shown = goodTextOf(await proxy.discover("one"));
	expect(shown.match(/^\w+(?=\()/gm)).toEqual(["echo", "paint", "pid"]);
	const searches = await Promise.all([
		search(proxy, "paint_calls", "one"),
		search(proxy, "How often paint was called"),
		search(proxy, "directory", "one"),
		search(proxy, "directory"),
	]);
	expect(searches.map(goodTextOf).join("\n")).not.toMatch(/paint_calls\(|directory\(/);

	for (const name of ["paint_calls", "directory"]) {
		const told = errorTextOf(await proxy.callTool("one", name, {}));
		expect(told).toContain(`"${name}"`);
		expect(told).toMatch(/tools\.(allow|deny)/);
		expect((await callTool(proxy, `one_${name}`)).error).toMatchObject({ code: -32602 });
	}
	// A name with the group before it is forgiven, and is no way around.
	expect(goodTextOf(await proxy.callTool("one", "one/echo", { text: "forgiven" }))).toBe("forgiven");
	expect(errorTextOf(await proxy.callTool("one", "one/directory", {}))).toMatch(/^"directory" .*tools\.(allow|deny)/);
});

test("a tool that is not wanted is not called before anything is known of its server, either", async () => {
	const one = fixture("echo", { expose: "direct", tools: wanted });
	await using proxy = await start({ servers: { one } });
	expect(errorTextOf(await proxy.callTool("one", "directory", {}))).toMatch(/tools\.(allow|deny)/);
});

test("an empty `allow` leaves nothing", async () => {
	await using proxy = await start({ servers: { one: fixture("echo", { expose: "direct", tools: { allow: [] } }) } });
	expect(goodTextOf(await proxy.discover("one"))).toContain("(no tools)");
	expect(await namesOf(proxy)).toEqual([]);
	expect(errorTextOf(await proxy.callTool("one", "pid"))).toContain("tools.allow");
});

test("an edit of `expose` or `tools` takes effect at once, is told once, and restarts nothing", async () => {
	const kept = fixture("echo");
	await using proxy = await startFollowing({ kept });
	const pid = goodTextOf(await proxy.callTool("kept", "pid"));
	expect(await namesOf(proxy)).toEqual([]);
	const edit = async (more: object, settings?: Record<string, unknown>) => {
		const told = proxy.nextMessage(isListChange);
		saveByRename(proxy.configPath, printConfig({ kept: { ...kept, ...more } }, settings));
		await told;
		return namesOf(proxy);
	};
	expect(await edit({ expose: ["p*", "echo"] })).toEqual(["kept_echo", "kept_paint", "kept_paint_calls", "kept_pid"]);
	expect(await edit({ expose: ["p*"], tools: { deny: ["paint"] } })).toEqual(["kept_paint_calls", "kept_pid"]);
	expect(errorTextOf(await proxy.callTool("kept", "paint", { color: "red" }))).toContain("tools.deny");
	expect((await callTool(proxy, "kept_paint", { color: "red" })).error).toMatchObject({ code: -32602 });
	expect(await edit({ expose: ["p*"] })).toEqual(["kept_paint", "kept_paint_calls", "kept_pid"]);
	expect(goodTextOf(await callTool(proxy, "kept_paint", { color: "red" }))).toContain("painted");
	expect(await edit({ expose: ["pid"] }, { prefix: false })).toEqual(["pid"]);
	expect(goodTextOf(await callTool(proxy, "pid"))).toBe(pid);
	expect(await edit({})).toEqual([]);
	expect(goodTextOf(await proxy.callTool("kept", "pid"))).toBe(pid);
	expect(proxy.messages().filter(isListChange)).toHaveLength(5);
});
