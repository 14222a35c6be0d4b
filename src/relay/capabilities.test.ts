import { describe, expect, test } from "bun:test";

import { declares, extensionsOf, isMethodOf, sharedExtensions, sharesExtension } from "./capabilities.ts";

describe("a capability is declared", () => {
	test.each([[{}], [{ form: {} }]])("by an object: %j", (sampling) => {
		expect(declares({ sampling }, "sampling")).toBe(true);
	});

	test.each([[undefined], [null], [true], ["yes"], [[]]])("by nothing else: %j", (sampling) => {
		expect(declares({ sampling }, "sampling")).toBe(false);
	});

	test("by no name that every object has", () => {
		expect(["toString", "constructor"].filter((name) => declares({}, name))).toEqual([]);
	});
});

describe("extensions", () => {
	const ui = "io.modelcontextprotocol/ui";

	test("are shared when both sides name them, whatever they say of them", () => {
		const one = { extensions: { [ui]: { a: 1 }, "x/only": {} } };
		const other = { extensions: { "y/only": {}, [ui]: {} } };
		expect([sharedExtensions(one, other), sharesExtension(one, other)]).toEqual([[ui], true]);
	});

	test.each<[object, object]>([
		[{}, {}],
		[{ extensions: { [ui]: {} } }, {}],
		[{ extensions: { [ui]: {} } }, { extensions: {} }],
		[{ extensions: { toString: {} } }, { extensions: {} }],
		[{ extensions: ["0"] }, { extensions: ["0"] }],
		[{ extensions: null }, { extensions: null }],
	])("of %j and %j have none in common", (one, other) => {
		expect([sharedExtensions(one as never, other as never), sharesExtension(one as never, other as never)]).toEqual([
			[],
			false,
		]);
	});

	test("that are none are none", () => {
		expect([extensionsOf({ extensions: "ui" }), extensionsOf({})]).toEqual([{}, {}]);
	});
});

test.each([
	["io.modelcontextprotocol/ui", "ui/open", true],
	["io.modelcontextprotocol/ui", "ui", true],
	["ui", "ui/open", true],
	["com.example/my-ui", "ui/open", false],
	["com.example/ui-kit", "ui/open", false],
	["com.example/ui", "/open", false],
	["com.example/ui", "", false],
	["com.example/ui", "com.example/ui", false],
])("extension %s, method %s: %p", (extension, method, expected) => {
	expect(isMethodOf(extension, method)).toBe(expected);
});
