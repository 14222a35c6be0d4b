/** Answers for one server's sign-in: carries its token, renews it, and says when a person is needed. */
import { abortable } from "../base/abortable.ts";
import { type Clock, within } from "../base/clock.ts";
import type { AuthorizationRefusal, Authorizer } from "../protocol/authorizer.ts";
import { keyOf } from "./addresses.ts";
import { parseChallenge } from "./challenge.ts";
import { createHttp, type Fetch } from "./http.ts";
import { createKeeper } from "./keeper.ts";
import type { Revocation } from "./logout.ts";
import type { Renewal, Renewed, Wanted } from "./renewal.ts";
import { hasAll, unionOf } from "./scopes.ts";
import { headerOf, isBrandNew, isDue } from "./token-life.ts";
import type { PreparedSignIn, SignInSpec, Tokens, TokenStore } from "./types.ts";

export interface AuthorizerOptions {
	readonly spec: SignInSpec;
	readonly store: TokenStore;
	readonly clock: Clock;
	/** Of this program. */
	readonly version: string;
	/** What went wrong and cost nobody an answer yet. No secrets in it. */
	readonly onTrouble?: (what: string) => void;
	readonly fetch?: Fetch;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

export interface SignInStatus {
	readonly resource: string;
	readonly isSignedIn: boolean;
	readonly issuer: string | undefined;
	/** Blank-separated, as granted; undefined when the authorization server did not say. */
	readonly scope: string | undefined;
	/** Milliseconds since 1970. */
	readonly expiresAt: number | undefined;
	/** Whether it goes on after that without a person. */
	readonly isRenewable: boolean;
}

export interface OAuthAuthorizer extends Authorizer {
	/** As `SignInSpec.serverUrl` is called in the store. */
	readonly resource: string;
	/** A person has to sign in before the server says anything but no. */
	readonly isSignInNeeded: boolean;
	/** Why the last attempt to get tokens failed, or why another one would be no use; undefined when nothing is wrong. */
	readonly problem: string | undefined;
	/**
	 * Finds out where to sign in, as which client, and for what. Throws `UserError` saying what is wrong at which address, or
	 * the signal's reason.
	 */
	prepare(redirectUri: string, signal: AbortSignal): Promise<PreparedSignIn>;
	status(): Promise<SignInStatus>;
	/** Revokes the tokens where that is offered, and forgets them in any case. */
	logout(signal: AbortSignal): Promise<Revocation>;
	/** Resolves when no renewal is under way: a process that ends during one may lose the new refresh token. */
	settled(): Promise<void>;
}

/** How long a request waits for new tokens while the old ones still work. */
const patienceMs = 5_000;

/** Loads what speaks OAuth only when there is something to say. Throws `UserError` for a URL that is none. */
export function createAuthorizer(options: AuthorizerOptions): OAuthAuthorizer {
	const { spec, store, clock, version, onTrouble = () => {}, now = Date.now } = options;
	const resource = keyOf(spec);
	const keeper = createKeeper(resource, store, onTrouble);
	const { serverUrl, tls } = spec;
	const http = createHttp({ fetch: options.fetch ?? fetch, clock, version, serverUrl, tls });
	const parts = { spec, resource, store, keeper, http, clock, now, onTrouble };
	const isMachine = spec.grant === "client_credentials";
	/** Loaded at most once, so that all share what is under way. */
	let renewal: Promise<Renewal> | undefined;
	let wanted: Wanted | undefined;
	/** Asked for besides what the server names otherwise. */
	let stepUpScope: string | undefined;
	let problem: string | undefined;
	let wasRefused = false;
	/** A person is needed because this was refused; `header` is undefined when there was no token. */
	let needed: { readonly header: string | undefined } | undefined;
	/** What the last sign-in of a person has brought, until the server has taken it. */
	let brought: string | undefined;

	/** The tokens there are. Others than those that were refused mean that somebody has signed in. */
	function current(): Tokens | undefined {
		const tokens = keeper.current?.tokens;
		if (needed !== undefined && tokens !== undefined && headerOf(tokens) !== needed.header) {
			needed = undefined;
			problem = undefined;
			brought = headerOf(tokens);
		}
		return tokens;
	}

	const canRenew = (tokens: Tokens | undefined) => isMachine || tokens?.refreshToken !== undefined;

	const isOther = (sent: string | undefined) => {
		const tokens = current();
		return tokens !== undefined && headerOf(tokens) !== sent;
	};

	async function renew(stale: Tokens | undefined): Promise<Renewed> {
		renewal ??= import("./renewal.ts").then(({ createRenewal }) => createRenewal(parts));
		const known = wanted ?? { resourceMetadata: undefined, scope: undefined };
		const outcome = await (await renewal).renew(stale?.accessToken, known);
		problem = outcome.kind === "tokens" ? undefined : outcome.problem;
		// Before it was renewed, the token was good.
		if (outcome.kind === "worthless") needed ??= { header: stale === undefined ? undefined : headerOf(stale) };
		return outcome;
	}

	function askPerson(sent: string | undefined): false {
		needed = { header: sent };
		return false;
	}

	async function stepUp(scope: string | undefined, sent: string | undefined, signal: AbortSignal): Promise<boolean> {
		const kept = keeper.current;
		const before = unionOf(kept?.askedScope, kept?.tokens?.scope);
		// What was asked for and not given will not be given when it is asked for again.
		if (scope === undefined || hasAll(before, scope)) {
			const isGranted = hasAll(kept?.tokens?.scope, scope);
			problem =
				scope === undefined
					? "the server says that the sign-in does not allow this, and not what would"
					: wants(scope, isGranted ? "the sign-in has granted" : "was asked for at the sign-in and not granted");
			return false;
		}
		if (spec.scopes !== undefined && !hasAll(unionOf(...spec.scopes), scope)) {
			problem = wants(scope, "oauth_scopes in the config does not have");
			return false;
		}
		stepUpScope = unionOf(before, stepUpScope, scope);
		wanted = { resourceMetadata: wanted?.resourceMetadata, scope: unionOf(wanted?.scope, stepUpScope) };
		if (!isMachine) return askPerson(sent);
		return (await abortable(renew(kept?.tokens), signal)).kind === "tokens";
	}

	return {
		resource,
		get isSignInNeeded() {
			current();
			return needed !== undefined;
		},
		get problem() {
			current();
			return problem;
		},
		async authorization(signal) {
			signal.throwIfAborted();
			// A server that has never refused anything is not looked up again and again.
			const isMissing = needed !== undefined || (wasRefused && current() === undefined);
			if (!keeper.wasRead || isMissing) await abortable(keeper.reread(), signal);
			let tokens = current();
			if (tokens !== undefined && isDue(tokens, now())) {
				// Another process may have renewed it, or somebody has signed in.
				await abortable(keeper.reread(), signal);
				tokens = current();
				if (tokens !== undefined && isDue(tokens, now()) && canRenew(tokens)) {
					const hasEnded = tokens.expiresAt !== undefined && tokens.expiresAt <= now();
					const outcome = renew(tokens);
					await abortable(hasEnded ? outcome : within(clock, patienceMs, outcome), signal);
				}
			}
			tokens = current();
			return tokens === undefined ? undefined : headerOf(tokens);
		},
		accepted(sent) {
			if (sent === brought) brought = undefined;
		},
		async refused({ status, challenge, sent }: AuthorizationRefusal, signal) {
			signal.throwIfAborted();
			const said = parseChallenge(challenge);
			const isScope = status === 403 && sent !== undefined;
			if (isScope ? said?.error !== "insufficient_scope" : status === 403 && said === undefined) return false;
			wasRefused = true;
			if (isOther(sent)) return true;
			await abortable(keeper.reread(), signal);
			if (isOther(sent)) return true;
			if (said?.resourceMetadata !== undefined) {
				wanted = { resourceMetadata: said.resourceMetadata, scope: wanted?.scope };
			}
			if (isScope) return stepUp(said?.scope, sent, signal);
			const scope = said?.scope === undefined ? wanted?.scope : unionOf(said.scope, stepUpScope);
			wanted = { resourceMetadata: wanted?.resourceMetadata, scope };
			const tokens = current();
			const isUseless = tokens !== undefined && isBrandNew(tokens, now());
			// A person who has just signed in is not sent there again with each call.
			if (isUseless && (isMachine || sent === brought)) {
				problem = "the server refuses the token that it was just given";
				return false;
			}
			if (!isMachine && (isUseless || !canRenew(tokens))) return askPerson(sent);
			const outcome = await abortable(renew(tokens), signal);
			if (outcome.kind === "worthless") return askPerson(sent);
			return outcome.kind === "tokens";
		},
		async prepare(redirectUri, signal) {
			const { prepareSignIn } = await import("./sign-in-request.ts");
			return prepareSignIn({ ...parts, wanted }, redirectUri, signal);
		},
		async status() {
			const kept = await keeper.reread();
			const tokens = current();
			return {
				resource,
				isSignedIn: tokens !== undefined,
				issuer: kept?.issuer,
				scope: tokens?.scope,
				expiresAt: tokens?.expiresAt,
				isRenewable: tokens !== undefined && canRenew(tokens),
			};
		},
		async logout(signal) {
			const { revoke } = await import("./logout.ts");
			return store.locked(resource, "refresh", signal, async () => {
				await keeper.reread();
				const outcome = await revoke(parts, signal);
				await keeper.remove();
				needed = undefined;
				problem = undefined;
				return outcome;
			});
		},
		async settled() {
			await (await renewal)?.settled();
		},
	};
}

function wants(scope: string, which: string): string {
	return `the server wants the scope "${scope.slice(0, 200)}", which ${which}`;
}
