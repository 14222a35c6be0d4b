/** What a client loads before it does anything: the two tools, small and always the same. */
import { expect, test } from "bun:test";

import { goodTextOf, type Message } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

interface Definition {
	name: string;
	description: string;
	inputSchema: { type: string; properties: object; required?: string[] };
}

const four = {
	zulu: fixture("echo", { description: "Last letter first" }),
	alpha: fixture("slow", { description: "Takes time" }),
	mike: fixture("paged", { description: "Has many pages" }),
	"under_score.dot": fixture("progress", { description: "Reports" }),
};

async function listTools(proxy: Proxy): Promise<Definition[]> {
	const { result } = await proxy.request("tools/list");
	return (result as { tools: Definition[] }).tools;
}

function groupsNamed(count: number, name: (index: number) => string, description: string): Record<string, unknown> {
	return Object.fromEntries(
		Array.from({ length: count }, (_, index) => [name(index), fixture("echo", { description })]),
	);
}

function longestDescription(tools: Definition[]): number {
	return Math.max(...tools.map(({ description }) => Buffer.byteLength(description)));
}

test("lists exactly the two tools, without a cursor", async () => {
	await using proxy = await startProxy({ servers: four });
	const { result } = await proxy.request("tools/list", {});
	expect(result).toEqual({
		tools: [
			expect.objectContaining({
				name: "get_dynamic_tools",
				annotations: expect.objectContaining({ readOnlyHint: true }),
			}),
			expect.objectContaining({ name: "call_dynamic_tool" }),
		],
	});
});

test("asks clients to load both tools at once", async () => {
	await using proxy = await startProxy({ servers: four });
	const { result } = await proxy.request("tools/list");
	const _meta = { "anthropic/alwaysLoad": true };
	expect(result).toMatchObject({ tools: [{ _meta }, { _meta }] });
});

test("has plain schemas that every client understands", async () => {
	await using proxy = await startProxy({ servers: four });
	const [discover, call] = await listTools(proxy);
	expect(discover?.inputSchema).toMatchObject({ type: "object", properties: { group: { type: "string" } } });
	expect(call?.inputSchema).toMatchObject({
		type: "object",
		properties: { group: { type: "string" }, name: { type: "string" }, args: { type: "object" } },
		required: ["group", "name"],
	});
	expect(JSON.stringify([discover, call])).not.toMatch(/"(\$ref|\$schema|anyOf|oneOf|allOf|outputSchema)"/);
});

test("names the groups in the order of the config, with their descriptions", async () => {
	await using proxy = await startProxy({ servers: four });
	const [discover] = await listTools(proxy);
	const words = Object.entries(four).flatMap(([name, { description }]) => [name, description]);
	const places = words.map((word) => discover?.description.indexOf(word) ?? -1);
	expect(places).toEqual(places.filter((place) => place >= 0).sort((a, b) => a - b));
	expect(places).toHaveLength(words.length);
});

test("is byte-identical from run to run, also after a group was used", async () => {
	await using home = openTempDir();
	const lines: string[] = [];
	for (const _run of [1, 2, 3]) {
		await using proxy = await startProxy({ servers: four, home: home.path });
		const reply = await proxy.request("tools/list", {}, { id: "list" });
		lines.push(lineOf(proxy, reply));
		await proxy.discover("mike");
		const later = await proxy.request("tools/list", {}, { id: "list" });
		lines.push(lineOf(proxy, later));
	}
	expect(new Set(lines).size).toBe(1);
});

test("starts no server to answer", async () => {
	await using proxy = await startProxy({ servers: four });
	await proxy.request("tools/list");
	expect(proxy.children()).toEqual([]);
});

test("does not change when a server fails", async () => {
	await using proxy = await startProxy({ servers: { ...four, broken: fixture("crashes-at-start") } });
	const before = await proxy.request("tools/list", {}, { id: "list" });
	await proxy.discover("broken");
	const after = await proxy.request("tools/list", {}, { id: "list" });
	expect(after).toEqual(before);
});

test("shortens long descriptions to stay under 2,000 bytes, and names every group", async () => {
	const servers = groupsNamed(10, (index) => `group${index}`, "ein süßes Gerät 🚀 ".repeat(40));
	await using proxy = await startProxy({ servers });
	const tools = await listTools(proxy);
	expect(longestDescription(tools)).toBeLessThanOrEqual(2_000);
	expect(Object.keys(servers).filter((name) => !tools[0]?.description.includes(name))).toEqual([]);
});

test("names sixty groups when there is no room for their descriptions", async () => {
	const servers = groupsNamed(60, (index) => `group${index}`, "A description of one group that is not very short");
	await using proxy = await startProxy({ servers });
	const tools = await listTools(proxy);
	expect(longestDescription(tools)).toBeLessThanOrEqual(2_000);
	expect(Object.keys(servers).filter((name) => !tools[0]?.description.includes(name))).toEqual([]);
});

test("says how many groups it could not name among two hundred, and lists them all on request", async () => {
	const servers = groupsNamed(200, (index) => `a-group-with-a-long-name-${index}-ü`, "x".repeat(500));
	await using proxy = await startProxy({ servers });
	const tools = await listTools(proxy);
	expect(longestDescription(tools)).toBeLessThanOrEqual(2_000);
	expect(tools[0]?.description).toContain("a-group-with-a-long-name-0-ü");
	expect(tools[0]?.description).toMatch(/\d+ more/);
	const everything = goodTextOf(await proxy.discover());
	expect(Object.keys(servers).filter((name) => !everything.includes(name))).toEqual([]);
});

test("lists the two tools even without any group", async () => {
	await using proxy = await startProxy({ servers: {} });
	expect((await listTools(proxy)).map(({ name }) => name)).toEqual(["get_dynamic_tools", "call_dynamic_tool"]);
});

function lineOf(proxy: Proxy, reply: Message): string {
	return proxy.lines.find(({ value }) => value === reply)?.text ?? "";
}
