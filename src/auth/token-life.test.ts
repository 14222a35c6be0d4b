import { expect, test } from "bun:test";

import { isBrandNew, isDue } from "./token-life.ts";

const minutes = (count: number) => count * 60_000;
/** Obtained at minute 100. */
const living = (lifeMinutes: number) => ({
	accessToken: "x",
	obtainedAt: minutes(100),
	expiresAt: minutes(100 + lifeMinutes),
});

test.each([
	[60, 154.9, false],
	[60, 155, true],
	[10, 104.9, false],
	[10, 105, true],
	[4, 101.9, false],
	[4, 102, true],
	[0.1, 100.05, true],
])("a token that lives %p minutes is due at minute %p: %p", (life, at, expected) => {
	expect(isDue(living(life), minutes(at))).toBe(expected);
});

test("a token without an end is never due, and one of unknown age 5 minutes before its end", () => {
	expect(isDue({ accessToken: "x", obtainedAt: 0 }, minutes(1e6))).toBe(false);
	expect(isDue({ accessToken: "x", expiresAt: minutes(10) }, minutes(4.9))).toBe(false);
	expect(isDue({ accessToken: "x", expiresAt: minutes(10) }, minutes(5))).toBe(true);
});

test("a token is brand new for half a minute, or half of its life", () => {
	expect(isBrandNew(living(60), minutes(100.4))).toBe(true);
	expect(isBrandNew(living(60), minutes(100.5))).toBe(false);
	expect(isBrandNew(living(0.1), minutes(100.04))).toBe(true);
	expect(isBrandNew(living(0.1), minutes(100.05))).toBe(false);
	expect(isBrandNew({ accessToken: "x" }, 0)).toBe(false);
	// The system's clock was set back.
	expect(isBrandNew(living(60), minutes(99))).toBe(false);
});
