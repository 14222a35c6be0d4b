/** A model is told of many tools in few words, and of groups that nobody has described. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { goodTextOf } from "../helpers/messages.ts";
import { callTool, type Proxy, startProxy } from "../helpers/proxy.ts";
import { fixture, officialServer } from "../helpers/servers.ts";
import { openTempDir } from "../helpers/temp-dir.ts";

const ask = async (proxy: Proxy, args: Record<string, unknown>) =>
	goodTextOf(await callTool(proxy, "get_dynamic_tools", args));

test("a group's answer stays within its budget, and what is left out is got by the tool's name", async () => {
	await using directory = openTempDir();
	const files = officialServer("filesystem", directory.path);
	await using proxy = await startProxy({ settings: { discoveryBudget: "1500B" }, servers: { files } });
	const text = await ask(proxy, { group: "files" });
	expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_500);
	expect(text).toMatch(/\nLeft out: .*get_dynamic_tools \{group, query: "<tool name>"\} shows one in full\.$/s);
	expect(text).not.toContain("edit_file(path: string");
	expect(text).toContain("edit_file");
	const one = await ask(proxy, { group: "files", query: "edit_file" });
	expect(one).toContain("edit_file(path: string, edits: {oldText: string, newText: string}[]");
	expect(Buffer.byteLength(one)).toBeLessThanOrEqual(1_500);
});

test("a server's own budget and format win over those of the settings", async () => {
	const servers = { a: fixture("echo"), b: fixture("echo", { format: "signature", discoveryBudget: 0 }) };
	await using proxy = await startProxy({ settings: { format: "json", discoveryBudget: 1_000 }, servers });
	const [a, b] = [await ask(proxy, { group: "a" }), await ask(proxy, { group: "b" })];
	expect([Buffer.byteLength(a) <= 1_000, a.includes("Left out: "), b.includes("Left out: ")]).toEqual([
		true,
		true,
		false,
	]);
	expect(b).toContain("\necho(text: string)");
	const [, line = ""] = (await ask(proxy, { group: "a", query: "echo" })).split("\n");
	expect(JSON.parse(line)).toMatchObject({ name: "echo", inputSchema: { type: "object", required: ["text"] } });
});

test("the menu describes a group by its tools from the second run on, and does not change within one", async () => {
	await using directory = openTempDir();
	const { description: _, ...undescribed } = fixture("paged");
	const options = { cacheDir: `${directory.path}/cache`, servers: { book: undescribed } };
	const menu = async (proxy: Proxy) => JSON.stringify((await proxy.request("tools/list")).result);

	async function run() {
		await using proxy = await startProxy(options);
		const before = await menu(proxy);
		expect(await ask(proxy, { group: "book" })).toContain("one()");
		await eventually(
			() => ask(proxy, {}),
			(text) => text.includes("two"),
		);
		const after = await menu(proxy);
		await proxy.closeStdin();
		await proxy.exited;
		return { before, after };
	}
	const [first, second, third] = [await run(), await run(), await run()];
	expect([first.before === first.after, second.before === second.after]).toEqual([true, true]);
	expect(first.before).not.toContain("book: ");
	expect(second.before).toContain("book: one, two, three, four, five, six");
	expect(third).toEqual(second);
});
