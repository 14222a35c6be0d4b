import { expect, test } from "bun:test";

import { renderTools } from "./render.ts";

const tools = [
	{
		name: "read_text_file",
		description: "Read a file as text.",
		inputSchema: {
			$schema: "http://json-schema.org/draft-07/schema#",
			type: "object",
			properties: {
				path: { type: "string" },
				head: { type: "number", description: "If provided, returns only the first N lines of the file" },
			},
			required: ["path"],
		},
		annotations: { readOnlyHint: true },
	},
	{ name: "list_roots", inputSchema: { type: "object" } },
];

test("a group's text says how to call, then each tool", () => {
	expect(renderTools("fs", tools)).toBe(
		[
			'call_dynamic_tool {"group":"fs","name":…,"args":{…}}',
			"read_text_file(path: string, head?: number) [read-only]",
			" Read a file as text.",
			" - head: If provided, returns only the first N lines of the file",
			"list_roots()",
		].join("\n"),
	);
});

test("a group without tools says so, under its note", () => {
	expect(renderTools('a "b"', [], { note: "idle" })).toBe(
		'call_dynamic_tool {"group":"a \\"b\\"","name":…,"args":{…}}\nidle\n(no tools)',
	);
});
