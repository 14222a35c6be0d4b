/** What is known of each group, put together of the config, of what is kept, and of a start if there was one. Pure. */
import type { Tokens } from "../../auth/types.ts";
import { isObject } from "../../base/objects.ts";
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
	/** It was started now, and does not work. */
	| "failed"
	/** Not started now; what it offers is known from the last time. */
	| "known"
	/** Never started so far. */
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
	readonly startMs: number | undefined;
	/** Why it cannot be used. */
	readonly error: string | undefined;
}

export interface GroupFacts {
	readonly group: GroupConfig;
	readonly kept: DatedOffer | undefined;
	/** Undefined when nothing was started. */
	readonly look: Look | undefined;
	readonly tokens: Tokens | undefined;
	/** Milliseconds since 1970. */
	readonly now: number;
	readonly redact: (text: string) => string;
	readonly countTokens: (text: string) => number;
}

export function groupStatus({ group, kept, look, tokens, now, redact, countTokens }: GroupFacts): GroupStatus {
	const { name, server, misconfigured } = group;
	const offer = look?.offer ?? kept?.offer;
	const signIn = server.type === "stdio" || hasOwnAuthorization(server) ? undefined : stateOf(tokens, now);
	const failure = look?.failure;
	const error = typeof failure === "string" ? failure : (failure?.detail ?? misconfigured);
	return {
		name,
		state: stateIn(group, look, offer, signIn),
		transport: server.type,
		server: server.type === "stdio" ? redact([server.command, ...server.args].join(" ")) : withoutSecrets(server.url),
		version: versionOf(offer),
		tools: offer?.tools.length,
		tokens: offer && countTokens(JSON.stringify(offer.tools)),
		readAt: look?.offer === undefined ? kept?.savedAt : now,
		signIn,
		startMs: look !== undefined && typeof failure !== "string" ? look.tookMs : undefined,
		error: server.enabled && error !== undefined ? redact(error) : undefined,
	};
}

function stateIn(
	{ server, misconfigured }: GroupConfig,
	look: Look | undefined,
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
	return offer === undefined ? "unknown" : "known";
}

function versionOf(offer: Offer | undefined): string | undefined {
	const info = offer?.serverInfo;
	return isObject(info) && typeof info["version"] === "string" ? info["version"] : undefined;
}
