import { expect, test } from "bun:test";

import { loudest } from "./log-level.ts";

test.each<[(string | undefined)[], string | undefined]>([
	[[], undefined],
	[[undefined], undefined],
	[["error"], "error"],
	[["error", undefined, "info", "critical"], "info"],
	[["emergency", "debug"], "debug"],
	[["none of them"], undefined],
])("of %j the most talkative is %p", (levels, expected) => {
	expect(loudest(levels.map((logLevel) => ({ logLevel })) as never)).toBe(expected as string);
});
