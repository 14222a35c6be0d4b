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
