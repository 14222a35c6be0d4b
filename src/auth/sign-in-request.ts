/** One sign-in of a person: the address to go to, and what is made of the way back. */
import { startAuthorization } from "@modelcontextprotocol/sdk/client/auth.js";

import { UserError } from "../base/errors.ts";
import { placeOf } from "./addresses.ts";
import { parseChallenge } from "./challenge.ts";
import { askForChallenge, discover, type Discovered } from "./discovery.ts";
import { asUserError, OAuthRefusal, sayError } from "./failure.ts";
import { mustTakePeople, toSdk } from "./metadata.ts";
import { chooseClient } from "./registration.ts";
import { clientOf, type RenewalOptions, type Wanted, withoutSecret } from "./renewal.ts";
import { chooseScope } from "./scopes.ts";
import { exchangeCode } from "./token-requests.ts";
import type { PreparedSignIn, StoredClient, StoredSignIn } from "./types.ts";

export interface SignInRequestOptions extends Omit<RenewalOptions, "clock" | "onTrouble"> {
	/** What the server's refusals have said; undefined when it has not refused anything yet. */
	readonly wanted: Wanted | undefined;
}

/** Throws `UserError` with what is wrong and where, or the signal's reason. */
export async function prepareSignIn(
	options: SignInRequestOptions,
	redirectUri: string,
	signal: AbortSignal,
): Promise<PreparedSignIn> {
	const { spec, resource, keeper, http, now } = options;
	const fetch = http.within(signal);
	const kept = await keeper.reread();
	const { found, wanted, isWanted } = await findOut(options, kept, signal);
	const { server, indicator } = found;
	const atSameServer = kept?.issuer === server.issuer ? kept : undefined;
	const scope = chooseScope({
		configured: spec.scopes,
		challenged: wanted.scope,
		ofResource: found.scopes,
		asked: atSameServer?.askedScope,
		ofIssuer: server.scopes_supported,
	});
	const choice = { spec, server, kept, redirectUri, scope, fetch, now: now() };
	const client = await chooseClient(choice).catch((error: unknown) => {
		throw signal.aborted || isWanted || !server.isAssumed ? error : unwanted(spec.serverUrl, error);
	});
	const fresh = { resource, issuer: server.issuer, indicator, client: withoutSecret(client) };
	await keepRegistration(options, fresh, atSameServer, signal);

	const state = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
	const { authorizationUrl, codeVerifier } = await startAuthorization(server.issuer, {
		metadata: toSdk(server),
		clientInformation: { client_id: client.id },
		redirectUrl: redirectUri,
		state,
		resource: indicator,
		...(scope === undefined ? {} : { scope }),
	});
	let isOver = false;

	async function finish(callback: URLSearchParams, signal: AbortSignal): Promise<void> {
		const code = readCallback(callback, state, found);
		// A code that came twice came from two places.
		if (isOver) throw new UserError("this sign-in is over already", { hint: "start it again" });
		isOver = true;
		const proof = clientOf(client, spec);
		const request = { server, ...proof, indicator, fetch: http.within(signal), signal, now };
		try {
			const granted = await exchangeCode(request, { code, verifier: codeVerifier, redirectUri });
			// An answer without a scope means the one that was asked for (RFC 6749 section 5.1).
			const tokens = { ...granted, scope: granted.scope ?? scope };
			const signIn: StoredSignIn = { ...fresh, tokens, askedScope: scope };
			await options.store.locked(resource, "refresh", signal, () => keeper.write(signIn));
		} catch (error) {
			if (isUnknownClient(error, client) && keeper.current?.client.id === client.id) await keeper.remove();
			throw asUserError(error, `the sign-in at ${placeOf(server.issuer)} did not work`, "start it again");
		}
	}

	return { url: authorizationUrl.href, state, finish };
}

async function findOut(
	{ spec, http, wanted: known }: SignInRequestOptions,
	kept: StoredSignIn | undefined,
	signal: AbortSignal,
): Promise<{ found: Discovered; wanted: Wanted; isWanted: boolean }> {
	const { serverUrl } = spec;
	try {
		const challenge = known === undefined ? await askForChallenge(http, signal) : null;
		const wanted = known ?? parseChallenge(challenge ?? null);
		const found = await discover(serverUrl, wanted?.resourceMetadata, kept?.issuer, http.within(signal));
		mustTakePeople(found.server, serverUrl);
		const nothing = { resourceMetadata: undefined, scope: undefined };
		return { found, wanted: wanted ?? nothing, isWanted: challenge !== undefined };
	} catch (error) {
		throw asUserError(error, `cannot find out how to sign in for ${placeOf(serverUrl)}`);
	}
}

function unwanted(serverUrl: string, cause: unknown): UserError {
	return new UserError(`${placeOf(serverUrl)} does not ask for a sign-in, and names no place for one`, { cause });
}

/**
 * Keeps a new registration before it is used, so that a sign-in which comes to nothing leaves no trail of them. Where tokens
 * of another client still work, it waits for the new ones.
 */
async function keepRegistration(
	{ resource, store, keeper }: SignInRequestOptions,
	fresh: StoredSignIn,
	kept: StoredSignIn | undefined,
	signal: AbortSignal,
): Promise<void> {
	if (fresh.client.kind !== "registered" || fresh.client.id === kept?.client.id) return;
	await store.locked(resource, "refresh", signal, async () => {
		const now = await keeper.reread();
		if (now?.tokens === undefined) await keeper.write({ ...fresh, askedScope: kept?.askedScope });
	});
}

/** The code, once everything around it is right. Throws `UserError`. */
function readCallback(callback: URLSearchParams, state: string, { server }: Discovered): string {
	const hint = "start the sign-in again";
	for (const name of ["state", "iss", "code", "error"]) {
		if (callback.getAll(name).length > 1) throw new UserError(`the way back has more than one ${name}`, { hint });
	}
	if (callback.get("state") !== state)
		throw new UserError("the way back belongs to another sign-in: its state is wrong", { hint });
	// Before anything else in it is believed, even an error (RFC 9207 section 2.4). Compared as text: an issuer that is spelled
	// differently is another one.
	const issuer = callback.get("iss");
	if (issuer !== null && issuer !== server.issuer) {
		throw new UserError(`the way back is not from ${placeOf(server.issuer)}, but from another authorization server`, {
			hint,
		});
	}
	if (issuer === null && server.authorization_response_iss_parameter_supported === true) {
		throw new UserError(`the way back does not say that it is from ${placeOf(server.issuer)}, which always says so`, {
			hint,
		});
	}
	const error = callback.get("error");
	if (error === "access_denied") throw new UserError(`the sign-in at ${placeOf(server.issuer)} was denied`);
	if (error !== null) {
		const said = sayError(error, callback.get("error_description") ?? undefined);
		throw new UserError(`the sign-in at ${placeOf(server.issuer)} did not work: it says ${said}`);
	}
	const code = callback.get("code");
	if (code === null || code === "") throw new UserError("the way back has no code", { hint });
	return code;
}

function isUnknownClient(error: unknown, client: StoredClient): boolean {
	const isNo = error instanceof OAuthRefusal && ["invalid_client", "unauthorized_client"].includes(error.code);
	return isNo && client.kind === "registered";
}
