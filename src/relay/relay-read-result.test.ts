import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { quiet } from "../../test/helpers/memory-channel.ts";
import {
	firstText,
	idIn,
	lines,
	openResulting as open,
	sizeOf,
	textResult,
	tool,
} from "../../test/helpers/resulting.ts";

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
			"[searched as plain text, as the regular expression is not understood: a ( without its )]",
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
		[{ limit: 0 }, '"limit" of read_result must be a whole number, 1 or more; it was 0.'],
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
