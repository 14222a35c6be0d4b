import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { pathSyntax, pickValues } from "./json-path.ts";

const pick = (text: string, path: string) => pickValues(text, path, async () => {});

test("a long list is gone through in steps", async () => {
	let pauses = 0;
	const rows = Array.from({ length: 100_000 }, (_, id) => `{"id":${id}}`);
	const found = await pickValues(`[${rows.join(",")}]`, ".[].id", async () => void pauses++);
	expect(found).toHaveLength(100_000);
	expect(pauses).toBeGreaterThan(1);
});

const json = `{"items": [{"name":"a","id":12345678901234567890},{"name":"b", "tags":[1,2,3]}], "a key":{"x":1.0}, "none":null, "s":"😀x"}`;

test.each([
	[".", [json]],
	[".items[0].name", ['"a"']],
	[".items[].name", ['"a"', '"b"']],
	[".items[].id", ["12345678901234567890", "null"]],
	[".items[-1].tags[1:]", ["[2,3]"]],
	[".items[1].tags[:-1] | length", ["2"]],
	[".items | length", ["2"]],
	["length", ["4"]],
	["keys", ['["items","a key","none","s"]']],
	[". | keys", ['["items","a key","none","s"]']],
	[".items[1] | keys", ['["name","tags"]']],
	['."a key".x', ["1.0"]],
	['.["a key"]["x"]', ["1.0"]],
	['.["a key"][]', ["1.0"]],
	[".items | .[0] | .name", ['"a"']],
	[".none.x[3]", ["null"]],
	[".missing", ["null"]],
	[".items[7]", ["null"]],
	[".s | length", ["2"]],
	[".items[]?.name", ['"a"', '"b"']],
])("%s", async (path, expected) => {
	expect(await pick(json, path)).toEqual(expected);
});

test.each(["items", "map(.x)", ".items[] | select(.id)", ".a |", "..", ".items[1", "", ".a,.b", '."\\q"'])(
	"%p is refused with what there is",
	async (path) => {
		expect(await pick(json, path)).toEqual({
			problem: `the path ${JSON.stringify(path)} is not understood; there is ${pathSyntax}`,
		});
	},
);

test.each([
	[".s.x", 'a string has no "x"; that is where the path leads'],
	[".items.name", 'a list has no "name"; that is where the path leads'],
	[".s[]", "a string has no elements; that is where the path leads"],
	['.["a key"].x | keys', "a number has no keys; that is where the path leads"],
	['.["a key"][0]', "an object has no numbered elements; that is where the path leads"],
])("%s says what it has led to", async (path, problem) => {
	expect(await pick(json, path)).toEqual({ problem });
});

test.each([
	["lines of JSON", '{"a":1}\n{"a":12345678901234567890}\r\n{"b":0}\n', ["1", "12345678901234567890", "null"]],
	["printed over several lines", '{\n  "a": [1]\n}\n{\n  "a": "]"\n}', ["[1]", '"]"']],
])("in each of several texts a path picks: %s", async (_, text, expected) => {
	expect(await pick(text, ".a")).toEqual(expected);
});

test.each(["a: 1", "", " \n", '{"a":1} x', '{"a":1}]', '{"a":1}\n{"a":', "2026-11-22 10:00 started"])(
	"a text that is no JSON is told: %j",
	async (text) => {
		expect(await pick(text, ".a")).toEqual({
			problem: "the text is no JSON, so that a path picks nothing in it; use offset or grep",
		});
	},
);

describe("property:", () => {
	test("a path of keys and indexes gives what JavaScript gives", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.jsonValue({ maxDepth: 3 }),
				fc.boolean(),
				fc.infiniteStream(fc.nat(20)),
				async (value, isSpaced, picks) => {
					let path = "";
					let expected: unknown = value;
					while (typeof expected === "object" && expected !== null) {
						const keys = Object.keys(expected);
						const key = keys[(picks.next().value ?? 0) % keys.length];
						if (key === undefined) break;
						path += Array.isArray(expected) ? `[${key}]` : `[${JSON.stringify(key)}]`;
						expected = (expected as Record<string, unknown>)[key];
					}
					const picked = await pick(JSON.stringify(value, null, isSpaced ? 2 : 0), `.${path}`);
					expect((picked as string[]).map((text) => JSON.parse(text))).toEqual([JSON.parse(JSON.stringify(expected))]);
				},
			),
		);
	});
});
