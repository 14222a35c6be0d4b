/** How long tokens are good for. Pure. */
import type { Tokens } from "./types.ts";

const minuteMs = 60_000;
const marginMs = 5 * minuteMs;

/**
 * Whether it is time for new ones: 5 minutes before the end. Tokens that live for less than 10 minutes are renewed at half
 * of their life: with a margin that is nearly all of it, or more, every request would want new ones. The two rules meet at 10
 * minutes, and half of a life still leaves room for a slow renewal, or one that fails and is tried again.
 */
export function isDue({ expiresAt, obtainedAt }: Tokens, now: number): boolean {
	if (expiresAt === undefined) return false;
	const lifeMs = obtainedAt === undefined ? Infinity : Math.max(0, expiresAt - obtainedAt);
	return now >= expiresAt - Math.min(marginMs, lifeMs / 2);
}

/**
 * Whether they are so new that a server which refuses them will refuse any others got in the same way. Time that went
 * backwards since then says nothing.
 */
export function isBrandNew({ expiresAt, obtainedAt }: Tokens, now: number): boolean {
	if (obtainedAt === undefined || now < obtainedAt) return false;
	const lifeMs = expiresAt === undefined ? Infinity : expiresAt - obtainedAt;
	return now - obtainedAt < Math.min(minuteMs / 2, lifeMs / 2);
}

/** The header `Authorization` they make. */
export function headerOf({ accessToken }: Tokens): string {
	return `Bearer ${accessToken}`;
}
