/** What is known of each group, put together of the config, of what is kept, and of a start if there was one. Pure. */
import type { Tokens } from "../../auth/types.ts";
import { isObject } from "../../base/objects.ts";
import type { LastRuns } from "../../catalog/last-runs.ts";
import type { Offer } from "../../catalog/offer.ts";
import type { DatedOffer } from "../../catalog/store.ts";
import type { GroupConfig } from "../../config/load.ts";
import { stateOf } from "../auth/wording.ts";
import type { Look } from "../doctor/look-at.ts";
import { withoutSecrets } from "../doctor/without-secrets.ts";
import { hasOwnAuthorization } from "../sign-in.ts";

export type GroupState =
	/** `enabled` is false. */
	| "disabled"
	/** The config has to be changed first. */
	| "misconfigured"
	/** Somebody has to sign in first. */
	| "sign-in"
	/** It was started now, and works. */
	| "ready"
	/** It was started now, or by whoever was last, and does not work. */
	| "failed"
	/** Not started now; it worked the last time, and what it offers is known. */
	| "known"
	/** Not started now, and it is not known what it offers: nobody has started it so far, or nobody has asked. */
	| "unknown";

export interface GroupStatus {
	readonly name: string;
	readonly state: GroupState;
	/** `auto`: it is found out at the start. */
	readonly transport: "stdio" | "http" | "sse" | "auto";
	/** The command with its arguments, or the address; without secrets. */
	readonly server: string;
	/** As the server calls itself. */
	readonly version: string | undefined;
	readonly tools: number | undefined;
	/** What all its tools' definitions cost a model that has the server directly. */
	readonly tokens: number | undefined;
	/** When it was last read what it offers: milliseconds since 1970. */
	readonly readAt: number | undefined;
	/** Of a server at a URL that does not have its own Authorization header. */
	readonly signIn: string | undefined;
	/** How long its last start took until it was ready. */
	readonly startMs: number | undefined;
	/** When it was ready, or had failed, the last time: milliseconds since 1970. */
	readonly ranAt: number | undefined;
	/** Why it cannot be used; of one that was not started now, why it could not the last time. */
	readonly error: string | undefined;
	/** Of a server that works, what it has failed with before. */
	readonly lastError: { readonly at: number; readonly problem: string } | undefined;
}

export interface GroupFacts {
	readonly group: GroupConfig;
	readonly kept: DatedOffer | undefined;
	/** What is known of runs before this. */
	readonly runs: LastRuns;
	/** Undefined when nothing was started. */
	readonly look: Look | undefined;
	readonly tokens: Tokens | undefined;
	/** Milliseconds since 1970. */
	readonly now: number;
	readonly redact: (text: string) => string;
	readonly countTokens: (text: string) => number;
}

export function groupStatus(facts: GroupFacts): GroupStatus {
	const { group, kept, look, tokens, now, redact, countTokens } = facts;
	const { name, server } = group;
	const offer = look?.offer ?? kept?.offer;
	const signIn = server.type === "stdio" || hasOwnAuthorization(server) ? undefined : stateOf(tokens, now);
	const state = stateIn(facts, offer, signIn);
	const error = errorIn(facts, state);
	return {
		name,
		state,
		transport: server.type,
		server: server.type === "stdio" ? redact([server.command, ...server.args].join(" ")) : withoutSecrets(server.url),
		version: versionOf(offer),
		tools: offer?.tools.length,
		tokens: offer && countTokens(JSON.stringify(offer.tools)),
		readAt: look?.offer === undefined ? kept?.savedAt : now,
		signIn,
		...startOf(facts),
		error: error === undefined ? undefined : redact(error),
		lastError: lastErrorIn(facts, state),
	};
}

function stateIn(
	{ group: { server, misconfigured }, look, runs }: GroupFacts,
	offer: Offer | undefined,
	signIn: string | undefined,
): GroupState {
	if (!server.enabled) return "disabled";
	if (misconfigured !== undefined) return "misconfigured";
	if (look !== undefined) {
		if (look.failure === undefined) return "ready";
		return typeof look.failure !== "string" && look.failure.phase === "sign-in" ? "sign-in" : "failed";
	}
	if (signIn === "expired") return "sign-in";
	const failed = unmended(runs);
	if (failed?.isSignInNeeded === false) return "failed";
	if (failed?.isSignInNeeded === true && signIn !== "signed in") return "sign-in";
	return offer === undefined ? "unknown" : "known";
}

/** How the last run has failed, unless it was ready since. */
function unmended({ ready, failed }: LastRuns): LastRuns["failed"] {
	return failed !== undefined && failed.at >= (ready?.at ?? 0) ? failed : undefined;
}

function errorIn({ group, look, runs }: GroupFacts, state: GroupState): string | undefined {
	if (state === "disabled") return undefined;
	const failure = look?.failure;
	if (failure !== undefined) return typeof failure === "string" ? failure : failure.detail;
	return state === "failed" ? unmended(runs)?.problem : group.misconfigured;
}

function lastErrorIn({ runs: { failed } }: GroupFacts, state: GroupState): GroupStatus["lastError"] {
	if (failed === undefined || failed.isSignInNeeded || (state !== "known" && state !== "ready")) return undefined;
	return { at: failed.at, problem: failed.problem };
}

function startOf({ group, look, runs, now }: GroupFacts): Pick<GroupStatus, "startMs" | "ranAt"> {
	const { ready, failed } = runs;
	const unknown = { startMs: undefined, ranAt: undefined };
	if (!group.server.enabled || typeof look?.failure === "string") return unknown;
	if (look !== undefined) return { startMs: look.tookMs, ranAt: now };
	if (ready === undefined && failed === undefined) return unknown;
	const isReady = unmended(runs) === undefined;
	return { startMs: isReady ? ready?.startMs : undefined, ranAt: Math.max(ready?.at ?? 0, failed?.at ?? 0) };
}

function versionOf(offer: Offer | undefined): string | undefined {
	const info = offer?.serverInfo;
	return isObject(info) && typeof info["version"] === "string" ? info["version"] : undefined;
}
