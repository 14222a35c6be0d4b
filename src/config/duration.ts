/** Reads how long something may take, as written in a config file. Pure. */
import { show } from "./wording.ts";

export type Duration = { ms: number } | { problem: string };

/** Longest delay a timer takes (2^31 - 1 ms, 24.8 days): above it, timers fire at once. */
export const longestDurationMs = 2_147_483_647;

/** The form of every accepted string. Written without flags, so that it can stand in a JSON Schema as it is. */
export const durationPattern = /^(\s*\+?[0-9]+([mM][sS]|[sS]|[mM]([iI][nN])?|[hH])?\s*)?$/;

const unitMs = new Map([
	["ms", 1],
	["", 1000],
	["s", 1000],
	["m", 60_000],
	["min", 60_000],
	["h", 3_600_000],
]);

/**
 * Milliseconds from a whole number of seconds or a string like `500ms`, `30`, `30s`, `5m`, `5min`, `1h`.
 *
 * `null` and `""` mean the default. Zero is a duration. Fractions, blanks inside and other units are problems.
 */
export function parseDuration(written: unknown, defaultMs: number): Duration {
	if (written === null || written === "") return { ms: defaultMs };
	const ms = typeof written === "string" ? fromText(written.trim().toLowerCase()) : fromSeconds(written);
	if (ms === undefined) {
		return {
			problem: `${show(written)} is not a duration; write whole seconds as a number, or a string like "500ms", "30s", "5min", "5m" or "1h"`,
		};
	}
	return ms <= longestDurationMs ? { ms } : { problem: `${show(written)} is longer than 24 days, the most allowed` };
}

function fromSeconds(written: unknown): number | undefined {
	return typeof written === "number" && Number.isInteger(written) && written >= 0 ? written * 1000 : undefined;
}

function fromText(text: string): number | undefined {
	const [, amount, unit = ""] = /^\+?(\d+)([a-z]*)$/.exec(text) ?? [];
	const factor = unitMs.get(unit);
	return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
