import { expect, test } from "bun:test";

import { isObject, valueAt } from "./objects.ts";

test.each([
	["an object", {}, true],
	["an object with fields", { a: 1 }, true],
	["null", null, false],
	["a list", [], false],
	["a string", "{}", false],
	["a number", 1, false],
	["nothing", undefined, false],
])("%s", (_, value, expected) => {
	expect(isObject(value)).toBe(expected);
});

test.each([
	[["a", "b"], 1],
	[["a"], { b: 1 }],
	[[], { a: { b: 1 } }],
	[["a", "c"], undefined],
	[["a", "b", "c"], undefined],
	[["constructor"], undefined],
])("what the keys %j lead to", (keys, expected) => {
	expect(valueAt({ a: { b: 1 } }, keys)).toEqual(expected);
});
