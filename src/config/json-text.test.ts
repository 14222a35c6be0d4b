import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { parseJsonText } from "./json-text.ts";

test("comments and trailing commas are fine", () => {
	const text = '// first\n{"a": [1, 2,], /* and */ "b": "//x", }\n// last\n';
	expect(parseJsonText(text)).toEqual({ value: { a: [1, 2], b: "//x" } });
});

test.each([
	['{"a":1} x', "1:9: this is not JSON; text needs double quotes"],
	['{"a":1} {"b":2}', "1:9: unexpected text after the end"],
	['{"a":1},', "1:8: unexpected text after the end"],
	['{\n\t"a": 1\n\t"b": 2\n}', "3:2: expected a comma"],
	['{"a" 1}', "1:6: expected a colon"],
	['{"a":}', "1:6: expected a value"],
	['{"a":1', "1:7: expected a closing brace }"],
	["[1", "1:3: expected a closing bracket ]"],
	["{a:1}", "1:2: this is not JSON; text needs double quotes"],
	["{1:1}", "1:2: expected a name in double quotes"],
	["{'a':1}", "1:2: this is not JSON; text needs double quotes"],
	['{"a":"x}\r\n', "1:6: this string is not closed"],
	['{"a":"C:\\path"}', "1:6: this escape is not known; write a backslash as \\\\"],
	['{"a":"x\ty"}', "1:6: a control character must be escaped, as in \\n or \\t"],
	["{} /* x", "1:4: this comment is not closed"],
	["// only a comment", "1:18: expected a value"],
	["[".repeat(200_000), "1:1: nested too deeply"],
])("%j: %s", (text, problem) => {
	expect(parseJsonText(text)).toEqual({ problems: [problem] });
});

test("__proto__ is a key like any other, with comments and without", () => {
	for (const text of ['{"__proto__": 1}', '{"__proto__": 1} // x']) {
		const parsed = parseJsonText(text);
		expect("value" in parsed && Object.entries(parsed.value as object)).toEqual([["__proto__", 1]]);
	}
});

test("property: a comment changes nothing", () => {
	fc.assert(
		fc.property(fc.json(), (text) => {
			expect(JSON.stringify(parseJsonText(`${text}\n// x`))).toBe(JSON.stringify({ value: JSON.parse(text) }));
		}),
	);
});

test("property: no text makes it throw, and no problem repeats the text", () => {
	const secret = "Hush1234";
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\", "/*", "//", "\n", "1", secret)),
			(parts) => {
				const parsed = parseJsonText(parts.join(""));
				if ("problems" in parsed) expect(parsed.problems.join()).not.toContain(secret);
			},
		),
	);
});
