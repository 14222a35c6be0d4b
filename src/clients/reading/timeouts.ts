/** Turns other clients' numbers for how long to wait into ours. Pure. */
import { longestDurationMs } from "../../config/duration.ts";

export type Unit = "ms" | "s";

/** What of ours a client's field means, and the unit of its bare numbers. */
export type TimeoutField = readonly [step: "connect" | "tools", unit: Unit];

/** As in `20s` or `1500ms`; undefined for what is no time to wait. */
export function durationOf(value: unknown, unit: Unit): string | undefined {
	const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
	if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
	const ms = Math.round(unit === "s" ? number * 1000 : number);
	if (ms <= 0 || ms > longestDurationMs) return undefined;
	return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
