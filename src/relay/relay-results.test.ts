import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { quiet, type Wire } from "../../test/helpers/memory-channel.ts";
import { createRelaying, type Plan } from "../../test/helpers/relaying.ts";
import { createMemoryResults } from "../../test/helpers/result-store.ts";

interface Content {
	readonly type: string;
	readonly text?: string;
}

interface Result {
	readonly content: readonly Content[];
	readonly isError?: boolean;
}

const tool = (name: string, more: object = {}) => ({ name, inputSchema: { type: "object" }, ...more });

/** A server, group `fs`, whose tools all answer with the result. */
async function open(result: object, { budget = 2_000, tools = [tool("big")], results = createMemoryResults() } = {}) {
	const plan: Plan = { tools, group: { resultBudget: budget }, answers: { "tools/call": () => ({ result }) } };
	const relaying = createRelaying({ fs: plan }, { results });
	await relaying.fs.start();
	const connect = async () => {
		const client = await relaying.connect();
		const call = async (name: string, args: object = {}) => {
			const reply = await client.ask("tools/call", {
				name: "call_dynamic_tool",
				arguments: { group: "fs", name, args },
			});
			return (await settle(client, reply)).result as Result;
		};
		return { ...client, call };
	};
	return { ...relaying, results, connect, client: await connect() };
}

/** A search reads in several steps. */
async function settle(client: { received: () => Wire[] }, reply: Wire | undefined): Promise<Wire> {
	for (let turn = 0; reply === undefined && turn < 50; turn++) {
		await new Promise((resolve) => setImmediate(resolve));
		reply = client.received().at(-1);
	}
	return reply ?? {};
}

const textResult = (text: string, more: object = {}) => ({ content: [{ type: "text", text }], ...more });
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");
const firstText = (result: Result) => result.content.find(({ type }) => type === "text")?.text ?? "";
const idIn = (result: Result) => /"id":"([^"]+)"/.exec(firstText(result))?.[1] ?? "none";
const sizeOf = (result: Result) => result.content.reduce((sum, { text = "" }) => sum + Buffer.byteLength(text), 0);

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
});

describe("read_result", () => {
	test("gives the next part, and where the one after it begins", async () => {
		const { client } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		const { content } = await client.call("read_result", { id, offset: 7, limit: 14 });
		const notice = `[bytes 7 to 21 of 8893; next: {"id":"${id}","offset":21}]`;
		expect(content.map(({ text }) => text)).toEqual(["line 2\nline 3\n", notice]);
		const last = await client.call("read_result", { id, offset: "8883" });
		expect(last.content.map(({ text }) => text)).toEqual(["line 1000\n", "[bytes 8883 to 8893 of 8893: the end]"]);
	});

	test("finds lines, by a regular expression or a plain text", async () => {
		const { client } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		const { content } = await client.call("read_result", { id, grep: "^line (7|8)77$" });
		expect(content.map(({ text }) => text)).toEqual([
			"777 (6876): line 777\n877 (7776): line 877",
			"[2 of 2 matching lines; a line begins with its number and, in brackets, an offset to read from]",
		]);
		const plain = await client.call("read_result", { id, grep: "line 5(" });
		expect(plain.content.at(-1)?.text).toEndWith(
			"[searched as plain text: as a regular expression it has a ( without its )]",
		);
	});

	test("picks values out of JSON, in parts where they are many", async () => {
		const rows = Array.from({ length: 500 }, (_, index) => `{"id":9007199254740${index + 100},"name":"n"}`);
		const { client } = await open(textResult(`{"rows":[${rows.join(",")}]}`));
		const id = idIn(await client.call("big"));
		expect((await client.call("read_result", { id, jq: ".rows[1].id" })).content).toEqual([
			{ type: "text", text: "9007199254740101" },
		]);
		const first = await client.call("read_result", { id, jq: ".rows[].id" });
		expect(sizeOf(first)).toBeLessThanOrEqual(2_000);
		const [, next] = /"offset":(\d+)/.exec(first.content[1]?.text ?? "") ?? [];
		const second = await client.call("read_result", { id, jq: ".rows[].id", offset: Number(next) });
		expect(firstText(first) + firstText(second)).toMatch(/^(9007199254740\d{3}\n)+(9007199254740\d{3})?$/);
	});

	test.each([
		[{}, /^read_result was given no id, and no result is kept under that/],
		[{ id: 7 }, /^read_result was given no id/],
		[{ id: "../../etc/passwd" }, /^read_result was given "\.\.\/\.\.\/etc\/passwd", and no result is kept/],
		[{ id: "x".repeat(9_000) }, /^read_result was given "x{40}…", and/],
	])("with %j is told that there is no such result", async (args, text) => {
		const { client, fs } = await open(textResult(lines(1_000)));
		await client.call("big");
		const result = await client.call("read_result", args);
		expect({ ...result, content: [] }).toEqual({ content: [], isError: true });
		expect(firstText(result)).toMatch(text);
		expect(fs.got("tools/call")).toHaveLength(1);
	});

	test.each([
		[{ offset: -1 }, '"offset" of read_result must be a whole number of bytes, 0 or more; it was -1.'],
		[{ offset: 8893 }, "The text ends at byte 8893: there is nothing at 8893."],
		[{ limit: 0 }, '"limit" of read_result must be a whole number of bytes, 1 or more; it was 0.'],
		[{ grep: "a", jq: "." }, 'read_result takes "grep" or "jq", not both.'],
		[{ grep: 5 }, '"grep" of read_result must be a text of 1 to 1000 characters.'],
		[{ jq: "." }, "the text is no JSON, so that a path picks nothing in it; use offset or grep."],
	])("with %j says what is wrong", async (args, text) => {
		const { client } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		expect(await client.call("read_result", { id, ...args })).toEqual({
			content: [{ type: "text", text }],
			isError: true,
		});
	});

	test("reads nothing that was kept for another session", async () => {
		const { client, connect, results } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		const reads = results.reads();
		const other = await connect();
		expect((await other.call("read_result", { id })).isError).toBe(true);
		expect(results.reads()).toBe(reads);
		expect((await client.call("read_result", { id })).isError).toBeUndefined();
	});

	test("leaves nothing of a session that has ended", async () => {
		const { client, results } = await open(textResult(lines(1_000)));
		await client.call("big");
		await client.close();
		await quiet();
		expect(results.texts()).toEqual([]);
	});

	test("says that a result is gone", async () => {
		const { client, results } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		results.forget();
		expect(firstText(await client.call("read_result", { id }))).toContain("has to be called again");
	});

	test("of the server's own wins, and what was kept is read under another name", async () => {
		const { client, fs } = await open(textResult(lines(1_000)), { tools: [tool("big"), tool("read_result")] });
		const cut = await client.call("big");
		expect(firstText(cut)).toContain('"name":"dynamic-mcp/read_result"');
		const id = idIn(cut);
		await client.call("read_result", { id });
		expect(fs.got("tools/call").map(({ params }) => params?.["name"])).toEqual(["big", "read_result"]);
		const { content } = await client.call("dynamic-mcp/read_result", { id, limit: 7 });
		expect(content[0]?.text).toBe("line 1\n");
	});

	test("needs no server that runs", async () => {
		const { client, fs } = await open(textResult(lines(1_000)));
		const id = idIn(await client.call("big"));
		await fs.end();
		expect((await client.call("read_result", { id, limit: 7 })).content[0]?.text).toBe("line 1\n");
		expect(fs.starts()).toBe(1);
	});
});

describe("property:", () => {
	const unit = fc.constantFrom("a", " ", "\n", "é", "€", "😀", '"', "\\", "\u0000", "\u{feff}");
	const text = fc.string({ unit, minLength: 1_000, maxLength: 6_000 });
	const budget = fc.integer({ min: 1_000, max: 3_000 });

	test("what is read piece by piece is the text, and every answer is within the budget", async () => {
		await fc.assert(
			fc.asyncProperty(text, budget, fc.boolean(), async (all, most, isError) => {
				const { client } = await open(textResult(all, isError ? { isError } : {}), { budget: most });
				const result = await client.call("big");
				expect(sizeOf(result)).toBeLessThanOrEqual(most);
				if (Buffer.byteLength(all) <= most) return expect(firstText(result)).toBe(all);
				const id = idIn(result);
				let read = "";
				for (let offset: number | undefined = 0; offset !== undefined;) {
					const part = await client.call("read_result", { id, offset });
					expect(sizeOf(part)).toBeLessThanOrEqual(most);
					read += part.content[0]?.text ?? "";
					const next = /"offset":(\d+)/.exec(part.content[1]?.text ?? "")?.[1];
					offset = next === undefined ? undefined : Number(next);
				}
				expect(read).toBe(all);
			}),
			{ numRuns: 60 },
		);
	});
});
