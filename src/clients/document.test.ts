/** Texts of config files, good and bad. */
import { describe, expect, test } from "bun:test";

import { parseDocument } from "./document.ts";

describe("a document is read", () => {
	test.each([
		["json", '\uFEFF{\r\n\t// one\r\n\t"a": [1, 2,],\r\n}\r\n', { a: [1, 2] }],
		["json", "null", null],
		["toml", '\uFEFF# one\r\n[a]\r\nb = "c"\r\n', { a: { b: "c" } }],
		["yaml", "\uFEFFa:\r\n  - b # one\r\n", { a: ["b"] }],
		["shell", "mcp add a --command b", { mcp: { a: { command: "b" } } }],
	] as const)("%s %j", (format, text, value) => {
		expect(parseDocument(text, format)).toEqual({ value });
	});

	test.each([
		["json", ""],
		["json", " \r\n"],
		["json", "\uFEFF"],
		["json", "// none yet\n/* and\n none here */\n"],
		["toml", "# none yet\n"],
		["yaml", "# none yet\n"],
		["yaml", ""],
	] as const)("%s %j has nothing in it", (format, text) => {
		const parsed = parseDocument(text, format);
		expect(
			"value" in parsed && (parsed.value === undefined || Object.keys(parsed.value as object).length === 0),
		).toBeTrue();
	});
});

describe("a fault is told with its place, and without a word of the text", () => {
	const lines = (...texts: string[]) => texts.join("\n");
	test.each([
		["json", '{\n  "a": 1\n  "b": 2\n}', "3:3: expected a comma"],
		["json", '{ "a": sk-secret }', "1:8: this is not JSON; text needs double quotes"],
		["toml", lines("[a]", "b = 1", "", "# next", "  c = sk-secret", "d = 1"), "5:3: strings must be quoted"],
		["toml", lines("a = 1", "[a]"), "2:1: cannot redefine key as a table"],
		["toml", lines('"sk-secret" = 1', '"sk-secret" = 2', "b = 3"), "2:1: cannot redefine key"],
		["toml", lines("a = [", " 1,", "]", "b = ["), "4:1: unterminated array; expected ']'"],
		["toml", lines('a = """', "x", "y", "z", '"""', "b = 1", "c d"), "7:1: expected '=' after a key but found 'd'"],
		["yaml", lines("a: 1", "b: 'x' sk-secret", "c: 1"), "2:1: unexpected token"],
		["yaml", lines("a:", "  b: 1", "\tc: 2"), "3:2: tab characters cannot be used as indentation"],
		["json", "[".repeat(100_000), "1:1: nested too deeply"],
		["toml", `a = ${"[".repeat(100_000)}`, "1:1: nested too deeply"],
		["yaml", "[".repeat(100_000), "1:1: nested too deeply"],
	] as const)("%s %#", (format, text, problem) => {
		expect(parseDocument(text, format)).toEqual({ problem });
	});
});
