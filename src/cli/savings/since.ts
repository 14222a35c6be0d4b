/** Reads the value of `--since`. Pure. */
import { UserError } from "../../base/errors.ts";

const hourMs = 60 * 60 * 1000;

const unitMs: Readonly<Record<string, number>> = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs };

/** Milliseconds since 1970. Throws `UserError` for what is neither a span nor a date. */
export function parseSince(written: string, now: number): number {
	const [, amount = "", unit = ""] = /^(\d{1,6})\s?([hdw])$/.exec(written.trim().toLowerCase()) ?? [];
	const span = unitMs[unit];
	if (span !== undefined) return now - Number(amount) * span;
	const [, day] = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(written.trim()) ?? [];
	const isDate = day !== undefined && isDay(day);
	const date = isDate ? Date.parse(written.trim()) : Number.NaN;
	if (Number.isNaN(date)) {
		throw new UserError(`--since: "${written}" is neither a span of time nor a date`, {
			hint: "Write hours, days or weeks, as in 12h, 30d or 2w, or a date, as in 2026-11-22.",
		});
	}
	return date;
}

/** Of the 30th of February JavaScript makes the 2nd of March. */
function isDay(written: string): boolean {
	const at = Date.parse(written);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(written);
}
