import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { promptMs } from "../../../test/helpers/patience.ts";
import { compilePattern } from "./pattern.ts";

function matches(source: string, line: string): boolean {
	const pattern = compilePattern(source);
	if ("problem" in pattern) throw new Error(pattern.problem);
	let found = pattern.find(line, 0);
	while (typeof found !== "number") found = found.goOn();
	return found !== -1;
}

test.each([
	["error|warn", "a warning", true],
	["^a+b$", "aaab", true],
	["^a+b$", "aaabc", false],
	["\\bcat\\b", "a cat.", true],
	["\\bcat\\b", "concatenate", false],
	["\\d{3}-\\d{2,}", "555-1234", true],
	["[A-Z][^ ]{2}", "in Oslo", true],
	["[]]", "a]", false],
	["(?i)straße ÄB", "STRASSE", false],
	["(?i)äb", "ÄB", true],
	["(?ims)^äb$", "ÄB", true],
	["(?s)a.b", "a-b", true],
	["colou?r", "color", true],
	["a{2}", "aba", false],
	["{", "a { b", true],
	["😀.x", "😀😀x", true],
	["\\u{1F600}", "😀", true],
	["(?<year>\\d{4})-(?:0[1-9]|1[0-2])", "on 2026-11-22", true],
	["a.*?b", "a then b", true],
	["\\.json\\$", "a.json$", true],
])("%s in %p: %p", (source, line, expected) => {
	expect(matches(source, line)).toBe(expected);
});

test.each([
	["(a", "a ( without its )"],
	["a)", "a ) without its ("],
	["[a", "a [ without its ]"],
	["*a", "nothing to repeat before *"],
	["a(?=b)", "looking ahead or behind is not possible"],
	["a(?<!b)", "looking ahead or behind is not possible"],
	["(?i:a)", "(?i: is not understood"],
	["[[:alpha:]_]+", "[:alpha:] is not understood; there are \\w, \\d and \\s"],
	["(a)\\1", "\\1 has no meaning here"],
	["a{5,2}", "{5,2} is no number of times up to 1000"],
	["a{1001}", "{1001} is no number of times up to 1000"],
	["(a{1000}){1000}", "it repeats too much"],
	["a\\", "a \\ with nothing behind it"],
])("%s is refused: %s", (source, problem) => {
	expect(compilePattern(source)).toEqual({ problem });
});

test.each(["(a+)+$", "a*a*a*a*a*a*c", "(a|a)*c", "(.*)(.*)(.*)(.*)x", "(a?){50}a{50}b"])(
	"%s takes no longer for a long line than for a short one, each character",
	(source) => {
		const startedAt = performance.now();
		expect(matches(source, `${"a".repeat(20_000)}!`)).toBe(false);
		expect(performance.now() - startedAt).toBeLessThan(promptMs);
	},
);

describe("property:", () => {
	const atom = fc.constantFrom(
		"a",
		"b",
		"c",
		".",
		"[ab]",
		"[^a]",
		"\\w",
		"\\s",
		"\\d",
		"^",
		"$",
		"\\b",
		"\\B",
		" ",
		"1",
	);
	const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
		pattern: fc.oneof(
			{ depthSize: "small" },
			atom,
			fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
			fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|${b})`),
			fc
				.tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?"))
				.map(([inside, count]) => `(?:${inside})${count}`),
		),
	}));
	const line = fc
		.array(fc.constantFrom("a", "b", "c", " ", "1", "-", "é"), { maxLength: 8 })
		.map((all) => all.join(""));

	test("it finds what JavaScript's own finds", () => {
		fc.assert(
			fc.property(pattern, line, (source, text) => {
				expect(matches(source, text)).toBe(new RegExp(source, "u").test(text));
			}),
			{ numRuns: 500 },
		);
	});
});
