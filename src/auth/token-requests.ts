/** Gets tokens: for a code, for a refresh token, or for being who one is (RFC 6749 sections 4.1.3, 6 and 4.4). */
import {
	exchangeAuthorization,
	fetchToken,
	type OAuthClientProvider,
	refreshAuthorization,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";

import { UserError } from "../base/errors.ts";
import { placeOf } from "./addresses.ts";
import { authenticationOf, forSdk } from "./client-authentication.ts";
import { OAuthRefusal, OAuthUnavailable } from "./failure.ts";
import { parseObject, type SafeFetch } from "./http.ts";
import { type AuthorizationServer, toSdk } from "./metadata.ts";
import type { StoredClient, Tokens } from "./types.ts";

export interface TokenRequest {
	readonly server: AuthorizationServer;
	readonly client: StoredClient;
	/** `oauth_private_key` */
	readonly privateKey: string | undefined;
	/** The resource the tokens are for (RFC 8707). */
	readonly indicator: string;
	readonly fetch: SafeFetch;
	/** That of `fetch`. */
	readonly signal: AbortSignal;
	/** Milliseconds since 1970. */
	readonly now: () => number;
}

export interface Code {
	readonly code: string;
	readonly verifier: string;
	readonly redirectUri: string;
}

/** All of these reject with `OAuthRefusal`, `OAuthUnavailable`, `UserError`, or the signal's reason. */
export function exchangeCode(request: TokenRequest, { code, verifier, redirectUri }: Code): Promise<Tokens> {
	const parameters = { authorizationCode: code, codeVerifier: verifier, redirectUri };
	return obtain(request, (common) => exchangeAuthorization(request.server.issuer, { ...common, ...parameters }));
}

/** The refresh token stays the old one where the server sends no new one. */
export function refresh(request: TokenRequest, refreshToken: string): Promise<Tokens> {
	return obtain(request, (common) => refreshAuthorization(request.server.issuer, { ...common, refreshToken }));
}

export function obtainForMachine(request: TokenRequest, scope: string | undefined): Promise<Tokens> {
	return obtain(request, ({ clientInformation, addClientAuthentication, ...common }) => {
		const grant = { grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) };
		const noPerson = () => {
			throw new UserError("nobody can be asked to sign in with oauth_grant client_credentials");
		};
		const provider: OAuthClientProvider = {
			redirectUrl: undefined,
			clientMetadata: { redirect_uris: [] },
			clientInformation: () => clientInformation,
			addClientAuthentication,
			prepareTokenRequest: () => new URLSearchParams(grant),
			tokens: () => undefined,
			saveTokens: () => {},
			redirectToAuthorization: noPerson,
			saveCodeVerifier: noPerson,
			codeVerifier: noPerson,
		};
		return fetchToken(provider, request.server.issuer, common);
	});
}

type Common = ReturnType<typeof commonOf>;

function commonOf({ server, client, privateKey, indicator, fetch }: TokenRequest) {
	return {
		metadata: toSdk(server),
		clientInformation: { client_id: client.id },
		addClientAuthentication: forSdk(authenticationOf(client, privateKey, server)),
		resource: indicator,
		fetchFn: mended(fetch),
	};
}

async function obtain(request: TokenRequest, ask: (common: Common) => Promise<OAuthTokens>): Promise<Tokens> {
	const place = placeOf(request.server.token_endpoint);
	let answer: OAuthTokens;
	try {
		answer = await ask(commonOf(request));
	} catch (error) {
		request.signal.throwIfAborted();
		if (error instanceof OAuthRefusal || error instanceof OAuthUnavailable || error instanceof UserError) throw error;
		// What the SDK says of an answer may quote it.
		throw new OAuthUnavailable(`${place} answers with something that is no token`);
	}
	if (!sendable.test(answer.access_token)) {
		throw new OAuthUnavailable(`${place} answers with a token that cannot be sent`);
	}
	if (bound.test(answer.token_type)) {
		throw new UserError(
			`${place} hands out tokens of the type "${answer.token_type}"; only those of the type "Bearer" can be used`,
		);
	}
	const obtainedAt = request.now();
	const { expires_in: lifeS, scope, refresh_token: refreshToken } = answer;
	// No life at all, no number, or longer than there are dates: as if the server had not said how long.
	const isLife = lifeS !== undefined && lifeS > 0 && obtainedAt + lifeS * 1000 <= lastTime;
	return {
		accessToken: answer.access_token,
		...(refreshToken === undefined || refreshToken === "" ? {} : { refreshToken }),
		...(scope === undefined || scope === "" ? {} : { scope }),
		...(isLife ? { expiresAt: obtainedAt + lifeS * 1000 } : {}),
		obtainedAt,
	};
}

/** What a header takes. */
const sendable = /^[\x21-\x7e]+$/;

/** The last moment that a `Date` can be, in milliseconds since 1970. */
const lastTime = 8.64e15;

/** Tokens that are worth nothing without a proof that goes with each request. Other names are in use for plain bearer tokens. */
const bound = /^(?:dpop|pop|mac)$/i;

/**
 * Mends what the SDK would take for no answer: tokens without a type are plain ones, a life that is no number is unknown, and
 * scopes may come as a list. Who somebody is (`id_token`) is not asked here.
 */
function mended(fetch: SafeFetch): SafeFetch {
	return async (url, init) => {
		const response = await fetch(url, init);
		const answer = parseObject(await response.clone().text());
		if (answer === undefined) return response;
		const { expires_in: lifeS, scope: granted, id_token: _, ...rest } = answer;
		const isNumber = lifeS !== undefined && Number.isFinite(Number(lifeS));
		const scope = Array.isArray(granted) ? granted.join(" ") : granted;
		const known = { ...(isNumber ? { expires_in: lifeS } : {}), ...(typeof scope === "string" ? { scope } : {}) };
		return Response.json({ token_type: "Bearer", ...rest, ...known });
	};
}
