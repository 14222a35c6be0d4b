import { expect, test } from "bun:test";

import { parseSince } from "./since.ts";

const now = Date.UTC(2026, 10, 22);
const hourMs = 3_600_000;

test.each([
	["12h", now - 12 * hourMs],
	["30d", now - 720 * hourMs],
	["2 W", now - 336 * hourMs],
	["2026-11-01", Date.UTC(2026, 10, 1)],
	["2026-11-01T10:00Z", Date.UTC(2026, 10, 1, 10)],
])("%s is a time", (written, expected) => {
	expect(parseSince(written, now)).toBe(expected);
});

test.each(["", "30", "d", "-3d", "yesterday", "2026-13-45", "2026-02-30", "2026-02-30T10:00Z", "2026"])(
	"%j is none",
	(written) => {
		expect(() => parseSince(written, now)).toThrow(`--since: "${written}" is neither`);
	},
);
