/** What the config switches off is neither announced nor listed, cannot be used, and says which setting is the reason. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { startAbleProxy } from "../helpers/able-proxy.ts";
import { eventually } from "../helpers/eventually.ts";
import { goodTextOf, type Message, resultOf } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";

const group = (name: string, features: object = {}) => fixture("whole-protocol", { args: [name], features });

const servers = {
	full: group("full"),
	bookless: group("bookless", { resources: false }),
	wordless: group("wordless", { prompts: false }),
};

/** Runs every server, so that nothing is missing from a list only because it is not known yet. */
async function startAll(): Promise<Proxy> {
	const proxy = await startProxy({ servers });
	await Promise.all(Object.keys(servers).map((name) => proxy.callTool(name, "pid")));
	return proxy;
}

async function list(proxy: Proxy, method: string, field: string, key: string): Promise<unknown[]> {
	const items = resultOf(await proxy.request(method))[field] as Record<string, unknown>[];
	return items.map((item) => item[key]);
}

test("only what is switched on is listed", async () => {
	await using proxy = await startAll();
	expect({
		prompts: await list(proxy, "prompts/list", "prompts", "name"),
		resources: await list(proxy, "resources/list", "resources", "uri"),
		templates: await list(proxy, "resources/templates/list", "resourceTemplates", "uriTemplate"),
	}).toEqual({
		prompts: ["greet", "only-full", "bookless_greet", "only-bookless"],
		resources: ["shared://both", "full://own", "wordless://own"],
		templates: ["full://items/{id}", "wordless://items/{id}"],
	});
});

const resource = { type: "ref/resource", uri: "bookless://items/{id}" };
const prompt = { type: "ref/prompt", name: "only-wordless" };
const argument = { name: "id", value: "" };

const switchedOff: [string, string, string, Record<string, unknown>][] = [
	["bookless", "resources", "resources/read", { uri: "bookless://own" }],
	["bookless", "resources", "resources/subscribe", { uri: "bookless://own" }],
	["bookless", "resources", "resources/unsubscribe", { uri: "bookless://own" }],
	["bookless", "resources", "resources/list", {}],
	["bookless", "resources", "resources/templates/list", {}],
	["bookless", "resources", "completion/complete", { ref: resource, argument }],
	["wordless", "prompts", "prompts/get", { name: "only-wordless" }],
	["wordless", "prompts", "prompts/list", {}],
	["wordless", "prompts", "completion/complete", { ref: prompt, argument }],
];

describe("what is switched off is refused with the setting, without a start", () => {
	let proxy: Proxy;
	beforeAll(async () => void (proxy = await startProxy({ servers })));
	afterAll(() => proxy[Symbol.asyncDispose]());

	test.each(switchedOff)("of %s, %s: %s", async (group, feature, method, params) => {
		const { error } = await proxy.request(method, { ...params, group });
		expect(error).toEqual({ code: -32602, message: expect.stringContaining(`features.${feature}`) as string });
		expect(error?.message).toContain(`"${group}"`);
		expect(proxy.children()).toEqual([]);
	});
});

test("what only such a group has cannot be had without naming it, either, and its server is not asked", async () => {
	await using proxy = await startAll();
	const replies = [
		await proxy.request("resources/read", { uri: "bookless://own" }),
		await proxy.request("prompts/get", { name: "only-wordless" }),
		await proxy.request("completion/complete", { ref: prompt, argument }),
	];
	expect(replies.map(({ result }) => result)).toEqual([undefined, undefined, undefined]);
	const used = await Promise.all(
		Object.keys(servers).map(async (name) => {
			const received = JSON.parse(goodTextOf(await proxy.callTool(name, "received"))) as Message[];
			return received.filter(({ method }) => /^(prompts\/get|resources\/read|completion)/.test(method ?? ""));
		}),
	);
	expect(used).toEqual([[], [], []]);
});

test("a change of what is switched off is not told", async () => {
	await using proxy = await startAbleProxy({ servers: { bookless: servers.bookless } });
	await proxy.callTool("bookless", "pid");
	await proxy.nextNotice("notifications/prompts/list_changed");
	await proxy.callTool("bookless", "add", { kind: "resource", what: "bookless://new" });
	// Once this one is told, the one before has been read, too.
	await proxy.callTool("bookless", "add", { kind: "prompt", what: "new" });
	await proxy.nextNotice("notifications/prompts/list_changed");
	await proxy.request("ping");
	expect(proxy.notices("notifications/resources/list_changed")).toEqual([]);
});

describe("what any group has is announced, and nothing else", () => {
	const listChanged = { listChanged: true };
	const always = {
		tools: listChanged,
		logging: {},
		tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
	};
	const resources = { subscribe: true, listChanged: true };

	test.each<[string, object, object[]]>([
		[
			"all",
			{ ...always, resources, prompts: listChanged, completions: {} },
			[{}, { resources: false, prompts: false }],
		],
		["no resources", { ...always, prompts: listChanged, completions: {} }, [{ resources: false }]],
		["no prompts", { ...always, resources, completions: {} }, [{ prompts: false }, { prompts: false }]],
		["neither", always, [{ prompts: false, resources: false }]],
	])("%s", async (_what, capabilities, features) => {
		const configured = features.map((each, index) => [`group${index}`, group(`group${index}`, each)]);
		await using proxy = await startProxy({ servers: Object.fromEntries(configured) as Record<string, unknown> });
		expect(proxy.greeting?.result?.["capabilities"]).toEqual(capabilities);
	});
});

test("a group without tools is read in the background, and its prompts and resources are listed", async () => {
	const env = { DYNAMIC_MCP_HARVEST_DELAY_MS: "0" };
	await using proxy = await startProxy({ servers: { silent: group("silent", { tools: false }) }, env });
	await proxy.request("tools/list");
	const prompts = await eventually(
		() => list(proxy, "prompts/list", "prompts", "name"),
		(names) => names.length > 0,
	);
	expect(prompts).toEqual(["greet", "only-silent"]);
	expect(await list(proxy, "resources/list", "resources", "uri")).toEqual(["shared://both", "silent://own"]);
});
