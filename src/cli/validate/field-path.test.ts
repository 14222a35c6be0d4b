import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { fieldPath } from "../../config/wording.ts";
import { readPath, splitProblem } from "./field-path.ts";

test.each([
	["mcpServers.git.args[1]: missing", ["mcpServers", "git", "args", 1], "missing"],
	['mcpServers["my server"].env["a.b"]: x: y', ["mcpServers", "my server", "env", "a.b"], "x: y"],
	["ignored at the top level: x", [], "ignored at the top level: x"],
	['expected an object with "mcpServers", found a list', [], 'expected an object with "mcpServers", found a list'],
	["3:5: expected a comma", [], "3:5: expected a comma"],
])("%s", (line, keys, rest) => {
	expect(splitProblem(line)).toEqual({ keys, rest });
});

describe("what fieldPath has written", () => {
	const key = fc.oneof(fc.string(), fc.nat(1000), fc.constantFrom("__proto__", "a.b", "a]b", '"', "\\", "ä b"));

	test("property: is read back", () => {
		fc.assert(
			fc.property(fc.string(), fc.array(key), (first, more) => {
				const keys = [first, ...more];
				expect(readPath(`${fieldPath(...keys)}: x`)).toEqual({ keys, rest: ": x" });
			}),
		);
	});
});
