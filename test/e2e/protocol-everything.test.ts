/** What the official server-everything offers is the same through the proxy as directly, for the same client. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { connectDirectly, connectToProxy } from "../helpers/sdk-client.ts";
import { officialServer } from "../helpers/servers.ts";
import { openSides, type Sides } from "../helpers/side-by-side.ts";
import type { WholeClient } from "../helpers/whole-client.ts";

const everything = officialServer("everything");
let sides: Sides;

beforeAll(async () => {
	sides = await openSides({
		group: "everything",
		directly: (client) => connectDirectly(everything, client),
		throughProxy: (client) => connectToProxy({ everything }, client),
	});
});

afterAll(() => sides[Symbol.asyncDispose]());

const template = "demo://resource/dynamic/text/{resourceId}";
const completable = { type: "ref/prompt", name: "completable-prompt" } as const;

test.each<[string, (side: WholeClient) => Promise<unknown>, string]>([
	["its prompts", ({ client }) => client.listPrompts(), "completable-prompt"],
	["its resources", ({ client }) => client.listResources(), "demo://resource/static/document/"],
	["its resource templates", ({ client }) => client.listResourceTemplates(), template],
	["a prompt", ({ client }) => client.getPrompt({ name: "simple-prompt" }), "This is a simple prompt"],
	[
		"a prompt with arguments",
		({ client }) => client.getPrompt({ name: "args-prompt", arguments: { city: "Paris", state: "Texas" } }),
		"Paris, Texas",
	],
	[
		"a prompt with a resource in it",
		({ client }) => client.getPrompt({ name: "resource-prompt", arguments: { resourceType: "Blob", resourceId: "3" } }),
		"base64 blob",
	],
	["a prompt without the arguments it needs", ({ client }) => client.getPrompt({ name: "args-prompt" }), "-32602"],
	[
		"a completion of a prompt's argument",
		({ client }) => client.complete({ ref: completable, argument: { name: "department", value: "E" } }),
		"Engineering",
	],
	[
		"a completion that needs what was chosen before",
		({ client }) =>
			client.complete({
				ref: completable,
				argument: { name: "name", value: "" },
				context: { arguments: { department: "Sales" } },
			}),
		"David",
	],
	[
		"a completion of a template",
		({ client }) =>
			client.complete({ ref: { type: "ref/resource", uri: template }, argument: { name: "resourceId", value: "1" } }),
		'"1"',
	],
	[
		"every listed resource",
		async ({ client }) => {
			const { resources } = await client.listResources();
			return Promise.all(resources.map(({ uri }) => client.readResource({ uri })));
		},
		"Everything Server",
	],
	[
		"resources of a template",
		({ client }) =>
			Promise.all(["text/7", "blob/8"].map((end) => client.readResource({ uri: `demo://resource/dynamic/${end}` }))),
		"Resource 8",
	],
	["a resource that is none", ({ client }) => client.readResource({ uri: "nope://x" }), "nope://x"],
	[
		"a resource that its template refuses",
		({ client }) => client.readResource({ uri: "demo://resource/dynamic/text/0" }),
		"text/0",
	],
	["links to resources", ({ call }) => call("get-resource-links", { count: 3 }), "resource_link"],
	["structured content", ({ call }) => call("get-structured-content", { location: "New York" }), "structuredContent"],
])("%s", async (_what, ask, part) => {
	const { expected, actual } = await sides.both(ask);
	expect(JSON.stringify(expected)).toContain(part);
	expect(actual).toEqual(expected);
});
