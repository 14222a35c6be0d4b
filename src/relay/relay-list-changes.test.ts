import { describe, expect, test } from "bun:test";

import { quiet } from "../../test/helpers/memory-channel.ts";
import { createRelaying, type Plan } from "../../test/helpers/relaying.ts";
import { bareOffer } from "../../test/helpers/stored.ts";

const before = {
	...bareOffer,
	tools: [],
	prompts: [{ name: "p" }],
	resources: [{ uri: "x:a" }],
	resourceTemplates: [],
};
const told = (...lists: string[]) => lists.map((list) => `notifications/${list}/list_changed`);

/** What two clients are told when group `fs` offers something else than before. */
async function tell(change: object, group: Plan["group"] = {}) {
	const { relay, connect } = createRelaying({ fs: { group } });
	const clients = [await connect(), await connect()];
	relay.offered("fs", { ...before, ...change }, before);
	await quiet();
	const [one, other] = clients.map((client) => client.received().map(({ method }) => method));
	expect(other).toEqual(one ?? []);
	return one;
}

describe("when a server offers something else than before, clients are told", () => {
	test.each<[string, object, string[]]>([
		["prompts", { prompts: [] }, ["prompts"]],
		["a prompt's details", { prompts: [{ name: "p", title: "P" }] }, ["prompts"]],
		["resources", { resources: [{ uri: "x:a" }, { uri: "x:b" }] }, ["resources"]],
		["templates", { resourceTemplates: [{ uriTemplate: "x:{a}" }] }, ["resources"]],
		["templates and resources, once", { resources: [], resourceTemplates: [{ uriTemplate: "x:{a}" }] }, ["resources"]],
		["all of it", { prompts: [], resources: [] }, ["prompts", "resources"]],
		["nothing", {}, []],
		["tools, of which they see none", { tools: [{ name: "t", inputSchema: {} }] }, []],
	])("%s", async (_, change, lists) => {
		expect(await tell(change)).toEqual(told(...lists));
	});

	test("but not of what is switched off", async () => {
		const features = { tools: true, resources: false, prompts: false };
		expect(await tell({ prompts: [], resources: [] }, { features })).toEqual([]);
	});
});

test("a first reading is told when it found something, and not otherwise", async () => {
	const { relay, connect } = createRelaying({ fs: {}, git: {} });
	const client = await connect();
	relay.offered("fs", { ...before, prompts: [], resources: undefined }, undefined);
	relay.offered("git", { ...before, resources: [] }, undefined);
	await quiet();
	expect(client.received().map(({ method }) => method)).toEqual(told("prompts"));
});

test("what a group offers that is no longer there is told to nobody", async () => {
	const { relay, connect } = createRelaying({ fs: {} });
	const client = await connect();
	relay.update([]);
	await quiet();
	const count = client.received().length;
	relay.offered("fs", { ...before, prompts: [] }, before);
	await quiet();
	expect(client.received().length).toBe(count);
});

test("a client that has not shaken hands is told nothing", async () => {
	const { relay, connect } = createRelaying({ fs: {} });
	const client = await connect();
	client.session.version = "";
	relay.offered("fs", { ...before, prompts: [] }, before);
	await quiet();
	expect(client.received()).toEqual([]);
});

describe("when the config has other groups, clients are told", () => {
	test("that lists may be others which a group that is gone had a part in", async () => {
		const known = { prompts: [{ name: "p" }], resources: [{ uri: "x:a" }] };
		const { relay, groups, connect } = createRelaying({ fs: {}, git: { known } });
		const client = await connect();
		relay.update(groups.slice(0, 1));
		await quiet();
		const methods = client.received().map(({ method }) => method);
		expect(new Set(methods)).toEqual(new Set(told("tools", "prompts", "resources")));
	});
});

test("a server that has been started offers what clients are told of", async () => {
	const { fs, connect } = createRelaying({ fs: { prompts: [{ name: "p" }] } });
	const client = await connect();
	await fs.start();
	expect(client.received().map(({ method }) => method)).toEqual(told("prompts"));
});
