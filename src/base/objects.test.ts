import { expect, test } from "bun:test";

import { isObject } from "./objects.ts";

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
