import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { isObject } from "../base/objects.ts";
import { elements, members, memberSpan, replaceSpan, sliceSpan } from "./json-text.ts";

const spaces = fc.array(fc.constantFrom("", " ", "\n", "\t", "\r\n  "), { minLength: 1, maxLength: 8 });

/** JSON texts with odd whitespace between any two tokens. */
const oddJson = fc.tuple(fc.jsonValue(), spaces).map(([value, gaps]) => {
	let used = 0;
	return print(JSON.parse(JSON.stringify(value)), () => gaps[used++ % gaps.length] ?? "");
});

function print(value: unknown, gap: () => string): string {
	const pad = (text: string) => `${gap()}${text}${gap()}`;
	if (Array.isArray(value)) return pad(`[${value.map((item) => print(item, gap)).join(",") || gap()}]`);
	if (!isObject(value)) return pad(JSON.stringify(value));
	const printed = Object.entries(value).map(([key, item]) => `${pad(JSON.stringify(key))}:${print(item, gap)}`);
	return pad(`{${printed.join(",") || gap()}}`);
}

/** Walks down as long as there are members, taking the ones that `choices` name; returns the path and what is there. */
function walk(root: unknown, choices: readonly number[]): { path: string[]; value: unknown } {
	const path: string[] = [];
	let value = root;
	for (const choice of choices) {
		const keys = isObject(value) ? Object.keys(value) : [];
		const key = keys[choice % keys.length];
		if (key === undefined || !isObject(value)) break;
		path.push(key);
		value = value[key];
	}
	return { path, value };
}

const choices = fc.array(fc.nat(9), { maxLength: 4 });

/** What is found at a path, parsed; undefined when there is nothing. */
function find(text: string, path: readonly string[]): unknown {
	const span = memberSpan(text, path);
	return span === undefined ? undefined : JSON.parse(sliceSpan(text, span));
}

test("property: any value is found at its path", () => {
	fc.assert(
		fc.property(oddJson, choices, (text, taken) => {
			const { path, value } = walk(JSON.parse(text), taken);
			expect(JSON.stringify(find(text, path))).toBe(JSON.stringify(value));
		}),
	);
});

test("property: the members of an object are those that are parsed, in their order", () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spaces, (object, gaps) => {
			const text = print(object, () => gaps[0] ?? "").trim();
			const found = Array.from(members(text, 0), ({ key, value }) => [key, JSON.parse(sliceSpan(text, value))]);
			expect(JSON.stringify(found)).toBe(JSON.stringify(Object.entries(object)));
		}),
	);
});

test("property: the elements of an array are those that are parsed, in their order", () => {
	fc.assert(
		fc.property(fc.array(fc.jsonValue()), spaces, (array, gaps) => {
			let used = 0;
			const text = print(array, () => gaps[used++ % gaps.length] ?? "");
			const found = Array.from(elements(text), (span): unknown => JSON.parse(sliceSpan(text, span)));
			expect(JSON.stringify(found)).toBe(JSON.stringify(array));
		}),
	);
});

test("property: replacing changes exactly the value at the path", () => {
	fc.assert(
		fc.property(oddJson, choices, fc.jsonValue(), (text, taken, replacement) => {
			const { path } = walk(JSON.parse(text), taken);
			const span = memberSpan(text, path);
			const replaced = span === undefined ? "" : replaceSpan(text, span, JSON.stringify(replacement));
			expect(JSON.stringify(JSON.parse(replaced))).toBe(JSON.stringify(withValue(JSON.parse(text), path, replacement)));
		}),
	);
});

function withValue(root: unknown, path: readonly string[], value: unknown): unknown {
	const [key, ...rest] = path;
	if (key === undefined || !isObject(root)) return JSON.parse(JSON.stringify(value));
	const changed = withValue(root[key], rest, value);
	return Object.fromEntries(Object.entries(root).map(([name, old]) => [name, name === key ? changed : old]));
}

describe("a member", () => {
	test.each([
		['{"a":1}', ["a"], "1"],
		['  {"a" : 1 }', ["a"], "1"],
		['{"a":{"b":[1,{"c":2}]},"b":3}', ["a", "b"], '[1,{"c":2}]'],
		['{"a":1,"a":2}', ["a"], "2"],
		['{"a":{"b":1},"a":{"b":2}}', ["a", "b"], "2"],
		['{"a":{"b":1},"a":5}', ["a", "b"], undefined],
		['{"\\u0061":1}', ["a"], "1"],
		['{"a\\"b\\\\":1}', ['a"b\\'], "1"],
		['{"x":"a\\\\","a":"}\\","}', ["a"], '"}\\","'],
		['{"x":"\\"a\\":1","a":2}', ["a"], "2"],
		['{"a":12345678901234567890}', ["a"], "12345678901234567890"],
		['{"a":-1.5e+3}', ["a"], "-1.5e+3"],
		['{"a":null}', ["a"], "null"],
		['{"a":[]}', ["a"], "[]"],
		['{"__proto__":{"a":1}}', ["__proto__", "a"], "1"],
		['{"":1}', [""], "1"],
		["{}", ["a"], undefined],
		['["a"]', ["a"], undefined],
		['"a"', ["a"], undefined],
		['{"a":1}', ["toString"], undefined],
		["  7", [], "7"],
	])("of %s at %j is %s", (text, path, expected) => {
		const span = memberSpan(text, path);
		expect(span && sliceSpan(text, span)).toBe(expected);
	});
});

describe("on text that is no JSON an answer comes", () => {
	const garbage = fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\a1 \n')) });

	/** More than the text has characters means that it never stops. */
	function count(found: Iterable<unknown>, text: string): number {
		let total = 0;
		for (const _ of found) if (++total > text.length) break;
		return total;
	}

	test("property: for elements", () => {
		fc.assert(
			fc.property(garbage, (text) => {
				expect(count(elements(text), text)).toBeLessThanOrEqual(text.length);
			}),
			{ examples: [["[}"]] },
		);
	});

	test("property: for members", () => {
		fc.assert(
			fc.property(garbage, (text) => {
				expect(count(members(`{${text}`, 0), text)).toBeLessThanOrEqual(text.length);
			}),
			{ examples: [['"']] },
		);
	});

	test("property: for a path", () => {
		fc.assert(
			fc.property(garbage, (text) => {
				expect([undefined, "object"]).toContain(memberSpan(text, ["a"]) && "object");
			}),
			{ examples: [['{"']] },
		);
	});
});
