/** Which scopes to ask for. Pure. */

/** All scopes of the blank-separated lists, each once, in order; undefined when there are none. */
export function unionOf(...lists: readonly (string | undefined)[]): string | undefined {
	const all = new Set(lists.flatMap((list) => (list ?? "").split(/\s+/)).filter((scope) => scope !== ""));
	return all.size === 0 ? undefined : [...all].join(" ");
}

/** Whether the list has every scope of the other one. */
export function hasAll(list: string | undefined, wanted: string | undefined): boolean {
	return unionOf(list, wanted) === unionOf(list);
}

export interface ScopeSources {
	/** `oauth_scopes` of the config: nothing else is asked for then. */
	readonly configured: readonly string[] | undefined;
	/** Of the last challenge, and of all step-ups. */
	readonly challenged: string | undefined;
	/** `scopes_supported` of the server's metadata. */
	readonly ofResource: readonly string[] | undefined;
	/** What earlier sign-ins asked for: asking for less would take away what works. */
	readonly asked: string | undefined;
	/** `scopes_supported` of the authorization server. */
	readonly ofIssuer: readonly string[] | undefined;
}

/**
 * What to ask for: what the config says, else what the server's refusal names, else what its metadata lists
 * (2026-07-28, Scope Selection Strategy), and what was asked for before. `offline_access`, which brings a refresh
 * token, joins them where the authorization server lists it. It is never asked for alone: a request without scopes is given
 * the usual ones, and a request with only this one might get none of them.
 */
export function chooseScope(sources: ScopeSources): string | undefined {
	if (sources.configured !== undefined) return unionOf(...sources.configured);
	const chosen = unionOf(sources.challenged ?? sources.ofResource?.join(" "), sources.asked);
	if (chosen === undefined) return undefined;
	return sources.ofIssuer?.includes("offline_access") === true ? unionOf(chosen, "offline_access") : chosen;
}
