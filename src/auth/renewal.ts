/** Gets new tokens without a person: once at a time in this process, and one process at a time. */
import type { Clock } from "../base/clock.ts";
import { errorText, UserError } from "../base/errors.ts";
import { resourceOf } from "./addresses.ts";
import { discover, type Discovered } from "./discovery.ts";
import { OAuthRefusal, OAuthUnavailable } from "./failure.ts";
import type { Http, SafeFetch } from "./http.ts";
import type { Keeper } from "./keeper.ts";
import { type AuthorizationServer, recallServer } from "./metadata.ts";
import { configuredClient } from "./registration.ts";
import { chooseScope } from "./scopes.ts";
import { isDue } from "./token-life.ts";
import { obtainForMachine, refresh, type TokenRequest } from "./token-requests.ts";
import type { SignInSpec, StoredClient, StoredSignIn, TokenStore } from "./types.ts";

export type Renewed =
	/** Others than the stale ones are there. */
	| { readonly kind: "tokens" }
	/** Not just now; what there is stays. */
	| { readonly kind: "later"; readonly problem: string }
	/** Never again: somebody has to sign in. */
	| { readonly kind: "worthless"; readonly problem: string };

export interface RenewalOptions {
	readonly spec: SignInSpec;
	readonly resource: string;
	readonly store: TokenStore;
	readonly keeper: Keeper;
	readonly http: Http;
	readonly clock: Clock;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	readonly onTrouble: (what: string) => void;
}

/** What a server's refusals have said so far. */
export interface Wanted {
	readonly resourceMetadata: string | undefined;
	readonly scope: string | undefined;
}

export interface Renewal {
	/** `stale` is the access token that is due or was refused. Never rejects. Whoever asks meanwhile gets the same answer. */
	renew(stale: string | undefined, wanted: Wanted): Promise<Renewed>;
	/** Resolves when none is under way: a process that ends during one may lose the new refresh token. */
	settled(): Promise<void>;
}

/** With all its requests, and the wait for other processes before it. */
const limitMs = 120_000;
const firstPauseMs = 5_000;
const longestPauseMs = 300_000;

export function createRenewal(options: RenewalOptions): Renewal {
	const { spec, resource, store, keeper, http, clock, now, onTrouble } = options;
	let underWay: Promise<Renewed> | undefined;
	let server: AuthorizationServer | undefined;
	let failures = 0;
	let pause: { readonly until: number; readonly problem: string } | undefined;

	async function renewAlone(stale: string | undefined, wanted: Wanted): Promise<Renewed> {
		const limit = new AbortController();
		const callOff = clock.after(limitMs, () => limit.abort(new OAuthUnavailable("it took too long")));
		try {
			return await store.locked(resource, "refresh", limit.signal, () => renewInTurn(stale, wanted, limit.signal));
		} catch (error) {
			return failed(error);
		} finally {
			callOff();
		}
	}

	async function renewInTurn(stale: string | undefined, wanted: Wanted, signal: AbortSignal): Promise<Renewed> {
		const kept = await keeper.reread();
		const tokens = kept?.tokens;
		// Another process was faster.
		if (tokens !== undefined && tokens.accessToken !== stale && !isDue(tokens, now())) return { kind: "tokens" };
		try {
			const next =
				spec.grant === "client_credentials" ? await forMachine(kept, wanted, signal) : await renewed(kept, signal);
			if (next === undefined) return { kind: "worthless", problem: "there is nothing to renew the sign-in with" };
			await keep(next);
			failures = 0;
			return { kind: "tokens" };
		} catch (error) {
			server = undefined;
			if (!(error instanceof OAuthRefusal) || spec.grant === "client_credentials" || kept === undefined) throw error;
			await dropTokens(kept, error);
			return { kind: "worthless", problem: error.message };
		}
	}

	async function renewed(kept: StoredSignIn | undefined, signal: AbortSignal): Promise<StoredSignIn | undefined> {
		const refreshToken = kept?.tokens?.refreshToken;
		if (kept === undefined || refreshToken === undefined) return undefined;
		const fetch = http.within(signal);
		if (server?.issuer !== kept.issuer) server = await recallServer(kept.issuer, spec.serverUrl, fetch);
		const { client, privateKey } = clientOf(kept.client, spec);
		const indicator = kept.indicator ?? resourceOf(spec.serverUrl);
		const request: TokenRequest = { server, client, privateKey, indicator, fetch, signal, now };
		const tokens = await refresh(request, refreshToken);
		// An answer without a scope means the same scope as before (RFC 6749 section 6).
		return { ...kept, tokens: { ...tokens, scope: tokens.scope ?? kept.tokens?.scope } };
	}

	async function forMachine(
		kept: StoredSignIn | undefined,
		wanted: Wanted,
		signal: AbortSignal,
	): Promise<StoredSignIn> {
		const fetch = http.within(signal);
		const found = await whereToAsk(kept, wanted, fetch);
		const client = configuredClient(spec, found.server, kept);
		if (client.secret === undefined && spec.privateKey === undefined) {
			throw new UserError("oauth_grant client_credentials needs oauth_client_secret or oauth_private_key");
		}
		const { indicator } = found;
		const scope = chooseScope({
			configured: spec.scopes,
			challenged: wanted.scope,
			ofResource: found.scopes,
			asked: kept?.issuer === found.server.issuer ? kept.askedScope : undefined,
			// A machine needs no token to get tokens with.
			ofIssuer: undefined,
		});
		const request: TokenRequest = {
			server: found.server,
			client,
			privateKey: spec.privateKey,
			indicator,
			fetch,
			signal,
			now,
		};
		const { refreshToken: _, ...tokens } = await obtainForMachine(request, scope);
		return {
			resource,
			issuer: found.server.issuer,
			indicator,
			client: withoutSecret(client),
			tokens,
			askedScope: scope,
		};
	}

	/** Where it asked last, unless the server has said where to ask since then. */
	async function whereToAsk(kept: StoredSignIn | undefined, wanted: Wanted, fetch: SafeFetch): Promise<Discovered> {
		const { serverUrl, clientId } = spec;
		if (kept === undefined || kept.client.id !== clientId || wanted.resourceMetadata !== undefined) {
			return discover(serverUrl, wanted.resourceMetadata, kept?.issuer, fetch);
		}
		const server = await recallServer(kept.issuer, serverUrl, fetch);
		return { indicator: kept.indicator ?? resourceOf(serverUrl), scopes: undefined, server };
	}

	async function keep(signIn: StoredSignIn): Promise<void> {
		try {
			await keeper.write(signIn);
		} catch (error) {
			onTrouble(`new tokens could not be kept: ${errorText(error)}`);
		}
	}

	/** A client that is not known there any more goes as well: the next sign-in registers a new one. */
	async function dropTokens(kept: StoredSignIn, { code }: OAuthRefusal): Promise<void> {
		const isClientGone = ["invalid_client", "unauthorized_client"].includes(code) && kept.client.kind === "registered";
		try {
			await (isClientGone ? keeper.remove() : keeper.write({ ...kept, tokens: undefined }));
		} catch (error) {
			onTrouble(errorText(error));
		}
	}

	function failed(error: unknown): Renewed {
		const problem = errorText(error);
		const pauseMs = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs);
		pause = { until: clock.now() + pauseMs, problem };
		onTrouble(`the sign-in could not be renewed: ${problem}`);
		return { kind: "later", problem };
	}

	return {
		renew(stale, wanted) {
			if (underWay !== undefined) return underWay;
			// Not with every request: what just failed fails again, and costs each of them its time.
			if (pause !== undefined && clock.now() < pause.until)
				return Promise.resolve({ kind: "later", problem: pause.problem });
			underWay = renewAlone(stale, wanted).finally(() => {
				underWay = undefined;
			});
			return underWay;
		},
		async settled() {
			await underWay;
		},
	};
}

/** The client's secret, when it is the config's, stays in the config. */
export function withoutSecret(client: StoredClient): StoredClient {
	if (client.kind !== "configured") return client;
	const { secret: _, ...rest } = client;
	return rest;
}

/** A kept client with all that proves it. */
export function clientOf(client: StoredClient, spec: SignInSpec): Pick<TokenRequest, "client" | "privateKey"> {
	if (client.kind === "registered") return { client, privateKey: undefined };
	if (client.id !== spec.clientId) return { client, privateKey: undefined };
	return { client: { ...client, secret: spec.clientSecret }, privateKey: spec.privateKey };
}
