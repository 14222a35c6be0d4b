/** What is said of a sign-in, without its tokens. Pure. */
import { readKey } from "../../auth/addresses.ts";
import type { Tokens } from "../../auth/types.ts";

/** `signed in`, `expired` when nothing but a new sign-in helps, `not signed in`. */
export function stateOf(tokens: Tokens | undefined, now: number): string {
	if (tokens === undefined) return "not signed in";
	const isOver = tokens.expiresAt !== undefined && tokens.expiresAt <= now;
	return isOver && tokens.refreshToken === undefined ? "expired" : "signed in";
}

/** As in "Signed in …, until 2026-11-22 18:30 and then renewed without asking"; empty when there is no end. */
export function untilOf({ expiresAt, refreshToken }: Tokens): string {
	if (expiresAt === undefined) return "";
	return `, until ${timeOf(expiresAt)}${refreshToken === undefined ? "" : " and then renewed without asking"}`;
}

/** Of this machine's time zone. */
export function timeOf(at: number): string {
	const date = new Date(at);
	const two = (part: number) => String(part).padStart(2, "0");
	const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
	return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The address of a sign-in's server, without its query, which may hold a key. */
export function placeOf(resource: string): string {
	return readKey(resource).serverUrl.replace(/\?.*$/s, "?…");
}
