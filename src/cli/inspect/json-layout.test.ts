import { expect, test } from "bun:test";

import { assert, json, property } from "fast-check";

import { indentJson, minifyJson } from "./json-layout.ts";

test("any JSON is laid out as JSON.stringify does it, from whatever layout", () => {
	assert(
		property(json(), (text) => {
			const value: unknown = JSON.parse(text);
			for (const given of [JSON.stringify(value), JSON.stringify(value, undefined, "\t")]) {
				expect(minifyJson(given)).toBe(JSON.stringify(value));
				expect(indentJson(given)).toBe(JSON.stringify(value, undefined, 2));
			}
		}),
	);
});

test("numbers keep the digits they have, and strings all of their characters", () => {
	const text = '{"big":12345678901234567890,"one":1.0,"far":1E400,"zero":-0,"text":"a  b\\"{,:}\\\\"}';
	expect(minifyJson(text)).toBe(text);
	expect(indentJson(text).replaceAll(/\n\s*/g, "").replaceAll('": ', '":')).toBe(text);
});

test("a text of some MB stays whole, with many escapes and without any", () => {
	const text = JSON.stringify({ plain: "x".repeat(3_000_000), lines: '\\\n"'.repeat(1_000_000) });
	expect(minifyJson(text) === text).toBe(true);
	expect(indentJson(text) === JSON.stringify(JSON.parse(text), undefined, 2)).toBe(true);
});
