import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { durationPattern, longestDurationMs, parseDuration } from "./duration.ts";

const accepted: [unknown, number][] = [
	[30, 30_000],
	[0, 0],
	["0", 0],
	["0ms", 0],
	["45", 45_000],
	["+45", 45_000],
	["500ms", 500],
	["30s", 30_000],
	["2m", 120_000],
	["2min", 120_000],
	["1h", 3_600_000],
	["+5s", 5000],
	["007s", 7000],
	[" 30s\n", 30_000],
	["30S", 30_000],
	["5MIN", 300_000],
	["500Ms", 500],
	[null, 1234],
	["", 1234],
	[2_147_483, 2_147_483_000],
	["2147483647ms", longestDurationMs],
];

const refusedText =
	"5mins 1.5s -1s -1 1d 10sec 1hr s ms abc 1s2 1e3 + ++5s 0x10 \u0661s 1_000 30ss 2147483648ms 2147484s 597h 99999999999999999999h";
const refused: unknown[] = [
	-1,
	1.5,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	2_147_484,
	1e300,
	true,
	[],
	{},
	[30],
	" ",
	"\t",
	"1 s",
	"9".repeat(400),
	...refusedText.split(" "),
];

describe("a duration", () => {
	test.each(accepted)("%j is %d ms", (written, ms) => {
		expect(parseDuration(written, 1234)).toEqual({ ms });
	});

	test.each(refused.map((written) => [written]))("%j is a problem", (written) => {
		expect(parseDuration(written, 1234)).toEqual({ problem: expect.any(String) });
	});

	test("a problem shows what was found and what can be written", () => {
		expect(parseDuration("5mins", 0)).toEqual({
			problem:
				'"5mins" (string) is not a duration; write whole seconds as a number, or a string like "500ms", "30s", "5min", "5m" or "1h"',
		});
	});

	test("a time that timers cannot keep is refused, not wrapped", () => {
		expect(parseDuration("597h", 0)).toEqual({ problem: '"597h" (string) is longer than 24 days, the most allowed' });
	});

	test("property: every whole number of seconds comes back in every way to write it", () => {
		fc.assert(
			fc.property(fc.nat(2_147_483), (seconds) => {
				const ways = [seconds, `${seconds}`, `${seconds}s`, `${seconds * 1000}ms`, ` +${seconds}S `];
				expect(ways.map((way) => parseDuration(way, -1))).toEqual(ways.map(() => ({ ms: seconds * 1000 })));
			}),
		);
	});

	test("property: a string is a duration exactly when it has the documented form", () => {
		const likely = fc.stringMatching(/^[ +-]?[0-9]{0,2}[.]?(ms|s|m|min|mins|h|d|MS)? ?$/);
		fc.assert(
			fc.property(fc.oneof(likely, fc.string({ maxLength: 3 })), (text) => {
				expect("ms" in parseDuration(text, 0)).toBe(durationPattern.test(text));
			}),
		);
	});
});
