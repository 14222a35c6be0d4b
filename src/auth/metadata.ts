/** What an authorization server says of itself (RFC 8414, OpenID Connect Discovery). */
import { buildDiscoveryUrls } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthMetadata } from "@modelcontextprotocol/sdk/shared/auth.js";
import * as v from "valibot";

import { UserError } from "../base/errors.ts";
import { isSameIssuer, mustBeSafe, placeOf } from "./addresses.ts";
import { OAuthUnavailable } from "./failure.ts";
import { parseObject, type SafeFetch } from "./http.ts";

/** A field that is only a help is as good as absent when it is not what it should be. */
const words = v.fallback(v.optional(v.array(v.string())), undefined);
const flag = v.fallback(v.optional(v.boolean()), undefined);
const address = v.pipe(v.string(), v.url());

const metadataSchema = v.object({
	issuer: v.string(),
	authorization_endpoint: v.optional(address),
	token_endpoint: address,
	registration_endpoint: v.optional(address),
	revocation_endpoint: v.fallback(v.optional(address), undefined),
	revocation_endpoint_auth_methods_supported: words,
	scopes_supported: words,
	response_types_supported: words,
	code_challenge_methods_supported: words,
	token_endpoint_auth_methods_supported: words,
	token_endpoint_auth_signing_alg_values_supported: words,
	authorization_response_iss_parameter_supported: flag,
	client_id_metadata_document_supported: flag,
});

export interface AuthorizationServer extends v.InferOutput<typeof metadataSchema> {
	/** There is no metadata: these are the addresses that revision 2025-03-26 has for that case. */
	readonly isAssumed: boolean;
}

/**
 * Looks in all places that the specification names, in its order. Undefined when there is none in any of them. Throws
 * `UserError` for metadata that must not be used, `OAuthUnavailable` when it could not be found out.
 */
export async function findAuthorizationServer(
	issuer: string,
	fetch: SafeFetch,
): Promise<AuthorizationServer | undefined> {
	let problem: Error | undefined;
	for (const { url } of buildDiscoveryUrls(issuer)) {
		const found = await fetchObject(url.href, fetch).catch((error: unknown) => {
			if (!(error instanceof OAuthUnavailable && error.isOfAddress)) throw error;
			problem ??= error;
		});
		if (found === undefined) continue;
		const parsed = v.safeParse(metadataSchema, found);
		if (!parsed.success) {
			const fields = parsed.issues.map((issue) => v.getDotPath(issue)).join(", ");
			problem ??= new UserError(
				`the authorization server's metadata at ${placeOf(url)} cannot be used: ${fields} missing or wrong`,
			);
			continue;
		}
		if (isSameIssuer(parsed.output.issuer, issuer)) return { ...parsed.output, isAssumed: false };
		const says = `it says that it is that of "${parsed.output.issuer.slice(0, 200)}"`;
		problem ??= new UserError(`the metadata at ${placeOf(url)} is not that of ${placeOf(issuer)}: ${says}`);
	}
	if (problem !== undefined) throw problem;
	return undefined;
}

/** The fallback of revision 2025-03-26, for a server that has no metadata at all: it is its own authorization server. */
export function assumedServer(origin: string): AuthorizationServer {
	return {
		issuer: origin,
		authorization_endpoint: `${origin}/authorize`,
		token_endpoint: `${origin}/token`,
		registration_endpoint: `${origin}/register`,
		isAssumed: true,
	};
}

/** The authorization server of a sign-in that is kept, by its issuer. Throws as `findAuthorizationServer` does. */
export async function recallServer(issuer: string, serverUrl: string, fetch: SafeFetch): Promise<AuthorizationServer> {
	const found = await findAuthorizationServer(issuer, fetch);
	if (found !== undefined) return found;
	const { origin } = new URL(serverUrl);
	if (isSameIssuer(issuer, origin)) return assumedServer(origin);
	throw new OAuthUnavailable(`${placeOf(issuer)} has no authorization server metadata any more`);
}

/** As the SDK's functions want it. */
export function toSdk(server: AuthorizationServer): OAuthMetadata {
	const { isAssumed: _, ...metadata } = server;
	const present = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
	// The two that it wants and that a server for machines may do without; they are checked before a person is sent there.
	return {
		authorization_endpoint: server.token_endpoint,
		response_types_supported: ["code"],
		...present,
	} as OAuthMetadata;
}

/** Throws `UserError` unless a person can sign in there by a code that is of use to nobody else (PKCE with S256). */
export function mustTakePeople(server: AuthorizationServer, serverUrl: string): void {
	const { issuer, authorization_endpoint: endpoint, isAssumed } = server;
	if (endpoint === undefined)
		throw new UserError(`${placeOf(issuer)} has no page to sign in at: no authorization_endpoint`);
	mustBeSafe(endpoint, "the page to sign in at", serverUrl);
	mustBeSafe(server.token_endpoint, "the token endpoint", serverUrl);
	if (server.response_types_supported?.includes("code") === false) {
		throw new UserError(`${placeOf(issuer)} does not offer sign-in by an authorization code`);
	}
	// Without metadata there is nobody who could say it.
	if (!isAssumed && server.code_challenge_methods_supported?.includes("S256") !== true) {
		const said = server.code_challenge_methods_supported?.join(", ") ?? "nothing";
		throw new UserError(
			`${placeOf(issuer)} does not offer PKCE with S256, without which signing in is not safe: its code_challenge_methods_supported says ${said}`,
		);
	}
}

/** Undefined when there is none: a refusal, or a page for people. Throws `OAuthUnavailable` when it could not be found out. */
export async function fetchObject(url: string, fetch: SafeFetch): Promise<Record<string, unknown> | undefined> {
	const response = await fetch(url, { headers: { accept: "application/json", "mcp-protocol-version": "2025-11-25" } });
	if (response.status >= 500 || response.status === 429) {
		throw new OAuthUnavailable(`${placeOf(url)} says HTTP ${response.status}`, true);
	}
	return response.ok ? parseObject(await response.text()) : undefined;
}
