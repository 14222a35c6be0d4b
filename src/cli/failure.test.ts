import { expect, test } from "bun:test";

import { UserError } from "../base/errors.ts";
import { describeFailure } from "./failure.ts";

test("what a person can change is told in one message, with what to do", () => {
	const error = new UserError("no config at /x", { hint: "Write one." });
	expect(describeFailure(error)).toBe("dynamic-mcp: no config at /x\nWrite one.");
});

test("without a hint the message stands alone", () => {
	expect(describeFailure(new UserError("no config at /x"))).toBe("dynamic-mcp: no config at /x");
});

test("a fault of ours is told as one, with its stack", () => {
	expect(describeFailure(new TypeError("a fault"))).toMatch(
		/^dynamic-mcp: internal error, please report it: TypeError: a fault\n\s+at /,
	);
});

test.each([
	["a text", "a text"],
	[undefined, "undefined"],
	[{ a: 1 }, "[object Object]"],
])("whatever else was thrown, such as %p, is told as it is", (thrown, text) => {
	expect(describeFailure(thrown)).toBe(`dynamic-mcp: internal error, please report it: ${text}`);
});
