/** The official servers behind one config give the official client what they give it directly. */
import { afterAll, beforeAll, expect, test } from "bun:test";

import { connectDirectly, connectToProxy, type SdkClient } from "../helpers/sdk-client.ts";
import { officialServer, type ServerEntry } from "../helpers/servers.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";

type Group = "everything" | "filesystem" | "memory";

const stack = new AsyncDisposableStack();
let folder: TempDir;
let proxy: SdkClient;
let direct: Record<Group, SdkClient>;

beforeAll(async () => {
	folder = stack.use(openTempDir());
	folder.write("files/a.txt", "first line\nsecond line ü🚀\n");
	folder.write("files/sub/b.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
	proxy = stack.use(await connectToProxy(servers("through")));
	const { everything, filesystem, memory } = servers("direct");
	direct = {
		everything: stack.use(await connectDirectly(everything)),
		filesystem: stack.use(await connectDirectly(filesystem)),
		memory: stack.use(await connectDirectly(memory)),
	};
});

afterAll(() => stack.disposeAsync());

function servers(run: string): Record<Group, ServerEntry> {
	return {
		everything: officialServer("everything"),
		filesystem: officialServer("filesystem", `${folder.path}/files`),
		memory: { ...officialServer("memory"), env: { MEMORY_FILE_PATH: `${folder.path}/${run}.jsonl` } },
	};
}

test("the client sees two tools", async () => {
	const { tools } = await proxy.client.listTools();
	expect(tools.map(({ name }) => name)).toEqual(["get_dynamic_tools", "call_dynamic_tool"]);
});

test.each(["everything", "filesystem", "memory"] as const)("discovery of %s names every tool of it", async (group) => {
	const { tools } = await direct[group].client.listTools();
	const result = await proxy.client.callTool({ name: "get_dynamic_tools", arguments: { group } });
	const [content] = result.content as { text: string }[];
	expect(tools.filter(({ name }) => content?.text.includes(`${name}(`) !== true)).toEqual([]);
	expect(tools.length).toBeGreaterThan(5);
});

const entities = [{ name: "Ada", entityType: "person", observations: ["writes programs"] }];
const relations = [{ from: "Ada", to: "Ada", relationType: "knows" }];
const observations = [{ entityName: "Ada", contents: ["likes 🚀"] }];
const gzip = { name: "hello.gz", data: "data:text/plain,hello" };

test.each([
	["everything", "echo", { message: "hello 🚀" }],
	["everything", "get-sum", { a: 0.1, b: 0.2 }],
	["everything", "get-tiny-image", {}],
	["everything", "get-annotated-message", { messageType: "error", includeImage: true }],
	["everything", "get-resource-links", { count: 4 }],
	["everything", "get-structured-content", { location: "Chicago" }],
	["everything", "gzip-file-as-resource", { ...gzip, outputType: "resource" }],
	["everything", "gzip-file-as-resource", { ...gzip, outputType: "resourceLink" }],
	["filesystem", "list_allowed_directories", {}],
	["filesystem", "list_directory", { path: "{files}" }],
	["filesystem", "directory_tree", { path: "{files}" }],
	["filesystem", "read_text_file", { path: "{files}/a.txt", tail: 1 }],
	["filesystem", "read_media_file", { path: "{files}/sub/b.png" }],
	["filesystem", "read_text_file", { path: "{files}/missing.txt" }],
	["filesystem", "read_text_file", { path: "/etc/hostname" }],
	["filesystem", "write_file", { path: "{files}/c.txt", content: "third" }],
	["filesystem", "edit_file", { path: "{files}/a.txt", edits: [{ oldText: "first", newText: "1st" }], dryRun: true }],
	["memory", "create_entities", { entities }],
	["memory", "create_relations", { relations }],
	["memory", "add_observations", { observations }],
	["memory", "add_observations", { observations: [{ entityName: "Nobody", contents: ["x"] }] }],
	["memory", "search_nodes", { query: "programs" }],
	["memory", "read_graph", {}],
] as const)("%s %s gives the same as directly, for %j", async (group, name, given) => {
	const args = JSON.parse(JSON.stringify(given).replaceAll("{files}", `${folder.path}/files`)) as Record<
		string,
		unknown
	>;
	const expected = await direct[group].client.callTool({ name, arguments: args });
	const actual = await proxy.client.callTool({ name: "call_dynamic_tool", arguments: { group, name, args } });
	expect(actual).toEqual(expected);
});

test("an embedded text resource comes through, but for the time that is in it", async () => {
	const args = { resourceType: "Text", resourceId: 3 };
	const withoutTime = (result: unknown) => JSON.stringify(result).replace(/created at [^"]*/, "created at");
	const expected = await direct.everything.client.callTool({ name: "get-resource-reference", arguments: args });
	const call = { group: "everything", name: "get-resource-reference", args };
	const actual = await proxy.client.callTool({ name: "call_dynamic_tool", arguments: call });
	expect(withoutTime(actual)).toEqual(withoutTime(expected));
});

test("a long operation reports its progress to the client", async () => {
	const seen: unknown[] = [];
	const args = { duration: 0.1, steps: 2 };
	const call = { group: "everything", name: "trigger-long-running-operation", args };
	const onprogress = (progress: unknown) => seen.push(progress);
	await proxy.client.callTool({ name: "call_dynamic_tool", arguments: call }, undefined, { onprogress });
	// The SDK drops progress that it reads together with the answer, as happens with the last step.
	expect(seen[0]).toEqual({ progress: 1, total: 2 });
});
