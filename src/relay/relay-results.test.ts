import { describe, expect, test } from "bun:test";

import { createRelaying } from "../../test/helpers/relaying.ts";
import { createMemoryResults } from "../../test/helpers/result-store.ts";
import {
	firstText,
	lines,
	openResulting as open,
	type Result,
	sizeOf,
	textResult,
	tool,
} from "../../test/helpers/resulting.ts";

describe("a result within the budget", () => {
	test("is passed on as it is, and nothing is kept", async () => {
		const result = textResult("é".repeat(1_000));
		const { client, results } = await open(result);
		expect(await client.call("big")).toEqual(result as never);
		expect(results.texts()).toEqual([]);
	});

	test("may have as much else as it likes", async () => {
		const image = { type: "image", data: "A".repeat(9_000), mimeType: "image/png" };
		const result = { content: [{ type: "text", text: "see" }, image], structuredContent: { all: "B".repeat(9_000) } };
		const { client } = await open(result);
		expect(await client.call("big")).toEqual(result);
	});

	test("is all that there is when the budget is switched off", async () => {
		const { client } = await open(textResult(lines(1_000)), { budget: 0 });
		expect(await client.call("big")).toEqual(textResult(lines(1_000)));
	});
});

describe("a result above the budget", () => {
	test("is given by its head, which ends with a line, and says how to read on", async () => {
		const { client, results } = await open(textResult(lines(1_000)));
		const result = await client.call("big");
		const [head = "", notice = ""] = firstText(result).split("\n[");
		expect(head).toEndWith("\n");
		expect(lines(1_000)).toStartWith(head);
		expect(notice).toStartWith(
			`dynamic-mcp: these are the first ${head.length} of 8893 bytes of text; the rest is kept for this session. To read on: call_dynamic_tool {"group":"fs","name":"read_result","args":{"id":"`,
		);
		expect(sizeOf(result)).toBeLessThanOrEqual(2_000);
		expect(sizeOf(result)).toBeGreaterThan(1_600);
		expect(results.texts()).toEqual([lines(1_000)]);
	});

	test("keeps all that is no text in its place, and all of its fields", async () => {
		const image = { type: "image", data: "A".repeat(9_000), mimeType: "image/png" };
		const blob = { type: "resource", resource: { uri: "x://b", blob: "AAEC" } };
		const more = { structuredContent: { rows: lines(900) }, _meta: { a: 1 }, unknown: [null] };
		const first = { type: "text", text: lines(500), annotations: { audience: ["user"] } };
		const resource = { type: "resource", resource: { uri: "x://t", text: "of a resource" } };
		const content = [image, first, blob, resource, { type: "text", text: "last" }];
		const { client, results } = await open({ content, ...more });
		const result = await client.call("big");
		expect(result as unknown).toEqual({
			content: [image, { ...first, text: firstText(result) }, blob],
			...more,
		});
		expect(results.texts()).toEqual([`${lines(500)}\nof a resource\nlast`]);
	});

	test("may be a resource alone, which stays one", async () => {
		const resource = { uri: "x://t", mimeType: "text/plain", text: lines(500) };
		const { client } = await open({ content: [{ type: "resource", resource }] });
		const [block] = (await client.call("big")).content as unknown as [{ type: string; resource: typeof resource }];
		expect({ ...block, resource: { ...block.resource, text: "" } }).toEqual({
			type: "resource",
			resource: { ...resource, text: "" },
		});
		expect(block.resource.text).toMatch(/^line 1\n[^]+\n\[dynamic-mcp: these are the first/);
	});

	test("that is an error keeps its head and its tail", async () => {
		const { client } = await open(textResult(lines(1_000), { isError: true }));
		const result = await client.call("big");
		expect(result.isError).toBe(true);
		expect(firstText(result)).toMatch(
			/^line 1\n[^]+of 8893 bytes of text those from \d+ to \d+ are left out[^]+\nline 1000\n$/,
		);
		expect(sizeOf(result)).toBeLessThanOrEqual(2_000);
		const [, from, to] = /those from (\d+) to (\d+) are/.exec(firstText(result)) ?? [];
		const left = lines(1_000).slice(Number(from), Number(to));
		const [head = "", tail = ""] = firstText(result).split(/\n\[dynamic-mcp.*\]\n/);
		expect(head + left + tail).toBe(lines(1_000));
	});

	test("of a tool that stands in the client's own list is cut, too", async () => {
		const results = createMemoryResults();
		const group = { resultBudget: 2_000, expose: "direct" } as const;
		const answers = { "tools/call": () => ({ result: textResult(lines(1_000)) }) };
		const { fs, connect } = createRelaying({ fs: { tools: [tool("big")], group, answers } }, { results });
		await fs.start();
		const client = await connect();
		const reply = await client.ask("tools/call", { name: "fs_big", arguments: {} });
		expect(firstText(reply?.result as Result)).toContain('{"group":"fs","name":"read_result","args":{"id":');
	});

	test.each([
		["its tool says", [tool("big", { _meta: { "anthropic/maxResultSizeChars": 5_000 } })], {}],
		["it says itself", [tool("big")], { _meta: { "anthropic/maxResultSizeChars": 5_000 } }],
	])("is whole up to the size that %s, and no less is given of a larger one", async (_, tools, more) => {
		const allowed = textResult("é".repeat(5_000), more);
		const within = await open(allowed, { tools });
		expect(await within.client.call("big")).toEqual(allowed as never);
		const above = await open(textResult("é".repeat(5_001), more), { tools });
		expect(firstText(await above.client.call("big"))).toStartWith(`${"é".repeat(5_000)}\n[dynamic-mcp: these are`);
	});

	test("is passed on whole, with a warning, when it cannot be kept", async () => {
		const results = createMemoryResults(new Error("no space left on device"));
		const { client, events } = await open(textResult(lines(1_000)), { results });
		expect(await client.call("big")).toEqual(textResult(lines(1_000)));
		const problem = `a result of group "fs" is passed on whole, 8893 bytes of it: it could not be kept: no space left on device`;
		expect(events.filter(({ kind }) => kind === "cache")).toEqual([{ kind: "cache", problem }]);
	});

	test("that is had as a task's is cut, too", async () => {
		const answers = {
			"tools/call": () => ({ result: { task: { taskId: "t", status: "working" } } }),
			"tasks/result": () => ({ result: textResult(lines(1_000)) }),
		};
		const plan = { tools: [tool("big")], capabilities: { tasks: {} }, group: { resultBudget: 2_000 }, answers };
		const { fs, connect } = createRelaying({ fs: plan });
		await fs.start();
		const client = await connect({ tasks: {} });
		await client.ask("tools/call", {
			name: "call_dynamic_tool",
			arguments: { group: "fs", name: "big", args: {} },
			task: { ttl: 1_000 },
		});
		const result = (await client.ask("tasks/result", { taskId: "t" }))?.result as Result;
		expect(firstText(result)).toContain('{"group":"fs","name":"read_result","args":{"id":');
		expect(sizeOf(result)).toBeLessThanOrEqual(2_000);
	});

	test("of anything but a tool is passed on whole", async () => {
		const result = { contents: [{ uri: "x://a", text: lines(1_000) }] };
		const plan = {
			resources: [{ uri: "x://a", name: "a" }],
			group: { resultBudget: 2_000 },
			answers: { "resources/read": () => ({ result }) },
		};
		const { fs, connect } = createRelaying({ fs: plan });
		await fs.start();
		const client = await connect();
		expect((await client.ask("resources/read", { uri: "x://a" }))?.result).toEqual(result);
	});
});
