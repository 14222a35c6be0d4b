/** Finds out where to sign in for a server (RFC 9728, and revision 2025-03-26 of the protocol). */
import { checkResourceAllowed } from "@modelcontextprotocol/sdk/shared/auth-utils.js";
import * as v from "valibot";

import { UserError } from "../base/errors.ts";
import { isSameIssuer, mustBeSafe, placeOf, resourceOf } from "./addresses.ts";
import { OAuthUnavailable } from "./failure.ts";
import type { Http, SafeFetch } from "./http.ts";
import { assumedServer, type AuthorizationServer, fetchObject, findAuthorizationServer } from "./metadata.ts";

export interface Discovered {
	/** What the server is called in requests for tokens: exactly as its metadata has it, for it may be compared as text. */
	readonly indicator: string;
	/** `scopes_supported` of the server. */
	readonly scopes: readonly string[] | undefined;
	readonly server: AuthorizationServer;
}

const resourceSchema = v.object({
	resource: v.pipe(v.string(), v.url()),
	authorization_servers: v.optional(v.array(v.string()), []),
	scopes_supported: v.fallback(v.optional(v.array(v.string())), undefined),
});

type ResourceMetadata = v.InferOutput<typeof resourceSchema>;

/**
 * `named` is the address of the metadata that the server's challenge names; `knownIssuer` is preferred when the server has
 * several. Throws `UserError` with what is wrong and where, `OAuthUnavailable` when it could not be found out.
 */
export async function discover(
	serverUrl: string,
	named: string | undefined,
	knownIssuer: string | undefined,
	fetch: SafeFetch,
): Promise<Discovered> {
	const resource = await findResource(serverUrl, named, fetch);
	const { origin } = new URL(serverUrl);
	const issuers = resource?.authorization_servers ?? [];
	const issuer = issuers.find((one) => isSameIssuer(one, knownIssuer ?? "")) ?? issuers[0];
	// Without the query, as RFC 8707 section 2 would have it: it may hold a key, and people and models are shown this.
	const indicator = resource?.resource ?? resourceOf(resourceOf(serverUrl).replace(/\?.*$/s, ""));
	const scopes = resource?.scopes_supported;
	if (issuer === undefined) {
		const server = (await findAuthorizationServer(origin, fetch)) ?? assumedServer(origin);
		return { indicator, scopes, server };
	}
	mustBeSafe(issuer, "the authorization server that the server names", serverUrl);
	const server = await findAuthorizationServer(issuer, fetch);
	if (server !== undefined) return { indicator, scopes, server };
	throw new UserError(
		`${placeOf(issuer)}, where ${placeOf(serverUrl)} wants one to sign in, has no authorization server metadata`,
	);
}

async function findResource(
	serverUrl: string,
	named: string | undefined,
	fetch: SafeFetch,
): Promise<ResourceMetadata | undefined> {
	let problem: unknown;
	for (const place of placesOf(serverUrl, named)) {
		try {
			const found = await fetchObject(place, fetch);
			if (found !== undefined) return readResource(found, place, serverUrl);
		} catch (error) {
			// A server that does not know how it is reached from outside names an address of its own network.
			if (place !== named && !(error instanceof OAuthUnavailable && error.isOfAddress)) throw error;
			problem ??= error;
		}
	}
	if (problem !== undefined) throw problem;
	return undefined;
}

function readResource(found: Record<string, unknown>, place: string, serverUrl: string): ResourceMetadata {
	const parsed = v.safeParse(resourceSchema, found);
	if (!parsed.success) {
		const fields = parsed.issues.map((issue) => v.getDotPath(issue)).join(", ");
		throw new UserError(`the server's metadata at ${placeOf(place)} cannot be used: ${fields} missing or wrong`);
	}
	const { resource } = parsed.output;
	// Else a server could have us fetch a token that is meant for another one. A slash at the end makes no other server.
	const whole = { requestedResource: serverUrl, configuredResource: resource.replace(/\/$/, "") };
	if (!checkResourceAllowed(whole)) {
		throw new UserError(
			`the metadata at ${placeOf(place)} is that of ${placeOf(resource)}, not of ${placeOf(serverUrl)}`,
		);
	}
	return parsed.output;
}

/** As named, else below the well-known path with the server's own path, else without it. */
function placesOf(serverUrl: string, named: string | undefined): string[] {
	const { origin, pathname, search } = new URL(serverUrl);
	const wellKnown = `${origin}/.well-known/oauth-protected-resource`;
	const own = pathname === "/" ? [] : [`${wellKnown}${pathname.replace(/\/$/, "")}${search}`];
	return [...new Set([...(named === undefined ? [] : [named]), ...own, wellKnown])];
}

/**
 * What the server answers with to somebody who has no token: its header `WWW-Authenticate`, null when there is none, or undefined
 * when it does not mind who asks, though it may mind that this is no whole session. Asks for a list, which leaves nothing behind at a server of any revision. Rejects as `http` does.
 */
export async function askForChallenge(http: Http, signal: AbortSignal): Promise<string | null | undefined> {
	const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
	const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
	const response = await http.askServer({ method: "POST", headers, body }, signal);
	if (response.ok || response.status === 400) return undefined;
	return response.status === 401 ? response.headers.get("www-authenticate") : null;
}
