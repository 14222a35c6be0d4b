import { expect, test } from "bun:test";

import { renderTool } from "./render.ts";

test("a tool is its signature, and below it, indented, what it does and what there is to say of its parameters", () => {
	const tool = {
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
	};
	expect(renderTool(tool)).toBe(
		[
			"read_text_file(path: string, head?: number) [read-only]",
			" Read a file as text.",
			" - head: If provided, returns only the first N lines of the file",
		].join("\n"),
	);
});
