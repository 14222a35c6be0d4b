/** Which servers of a client's are no loss there, because they are here. */
import { expect, test } from "bun:test";

import { matcherFor } from "./same.ts";

const on = { command: "a-mcp" };
const off = { ...on, enabled: false };

test.each([
	[on, on, true],
	[on, off, true],
	[off, off, true],
	[off, on, false],
])("that we have %j lets %j go: %j", (ours, theirs, expected) => {
	expect(matcherFor([ours])({ entry: theirs })).toBe(expected);
});

test("one that is on among others that are off is enough", () => {
	expect(matcherFor([off, { ...on, description: "the same" }])({ entry: on })).toBe(true);
});
