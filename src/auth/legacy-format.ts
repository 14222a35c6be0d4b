/** What the files of dynamic-mcp 1.x say, and what they prove. Pure. */
import * as v from "valibot";

import { parseJson } from "../base/objects.ts";
import type { StoredSignIn } from "./types.ts";

export interface LegacyNeeds {
	readonly resource: string;
	readonly clientId: string | undefined;
	/** Milliseconds since 1970. */
	readonly now: number;
}

const fileSchema = v.object({
	access_token: v.pipe(v.string(), v.nonEmpty()),
	refresh_token: v.nullish(v.pipe(v.string(), v.nonEmpty())),
	expires_at: v.nullish(v.pipe(v.string(), v.isoTimestamp())),
});

/** RFC 7519, and RFC 9068 or OpenID Connect for the client. */
const claimsSchema = v.object({
	iss: v.pipe(v.string(), v.check(isSecureAddress)),
	aud: v.union([v.string(), v.array(v.string())]),
	client_id: v.optional(v.string()),
	azp: v.optional(v.string()),
	scope: v.optional(v.string()),
});

/**
 * Undefined for what is no such file; never shows what is in it. The earlier version asked for a token for the server's address
 * (RFC 8707), so an authorization server that follows has written the address into a token that can be read (`aud`), beside its
 * own (`iss`). A token that cannot be read proves nothing.
 */
export function readLegacySignIn(
	text: string,
	{ resource, clientId, now }: LegacyNeeds,
): { readonly signIn: StoredSignIn } | { readonly problem: string } | undefined {
	const parsed = v.safeParse(fileSchema, parseJson(text));
	if (!parsed.success) return undefined;
	const { access_token: accessToken, refresh_token: refreshToken, expires_at: expiry } = parsed.output;
	const claims = claimsOf(accessToken);
	if (claims === undefined) return { problem: "it does not say for which server it is" };
	if (![claims.aud].flat().some((audience) => isSameAddress(audience, resource))) {
		return { problem: `it is not for ${resource}` };
	}
	const client = claims.client_id ?? claims.azp;
	if (clientId === undefined || client !== clientId) {
		return { problem: `it is not known to be of the configured "oauth_client_id"` };
	}
	const expiresAt = typeof expiry !== "string" ? undefined : Date.parse(expiry);
	if (typeof refreshToken !== "string" && expiresAt !== undefined && expiresAt <= now)
		return { problem: "it has expired" };
	const tokens = { accessToken, refreshToken: refreshToken ?? undefined, scope: claims.scope, expiresAt };
	return {
		signIn: {
			resource,
			issuer: claims.iss,
			client: { kind: "configured", id: clientId },
			tokens,
			askedScope: claims.scope,
		},
	};
}

/** Of a JWT, whose signature is not looked at: the file is its owner's, and what it says only limits where its tokens go. */
function claimsOf(token: string): v.InferOutput<typeof claimsSchema> | undefined {
	const parts = token.split(".");
	if (parts.length !== 3) return undefined;
	const claims = parseJson(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
	return v.is(claimsSchema, claims) ? claims : undefined;
}

function isSameAddress(one: string, other: string): boolean {
	const [a, b] = [URL.parse(one), URL.parse(other)];
	return a !== null && b !== null && a.href === b.href;
}

function isSecureAddress(text: string): boolean {
	const url = URL.parse(text);
	if (url === null || !["https:", "http:"].includes(url.protocol)) return false;
	return url.protocol === "https:" || /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
}
