/** Decides as which client the program signs in, and registers it where nobody has yet (RFC 7591). */
import * as v from "valibot";

import { UserError } from "../base/errors.ts";
import { isSameButForPort, isSameIssuer, placeOf } from "./addresses.ts";
import { asUserError, OAuthRefusal, OAuthUnavailable } from "./failure.ts";
import { parseObject, type SafeFetch } from "./http.ts";
import type { AuthorizationServer } from "./metadata.ts";
import type { SignInSpec, StoredClient, StoredSignIn } from "./types.ts";

export interface ClientChoice {
	readonly spec: SignInSpec;
	readonly server: AuthorizationServer;
	/** What is kept of the last sign-in, at whichever authorization server. */
	readonly kept: StoredSignIn | undefined;
	readonly redirectUri: string;
	/** Scopes that will be asked for. */
	readonly scope: string | undefined;
	readonly fetch: SafeFetch;
	/** Milliseconds since 1970. */
	readonly now: number;
}

/**
 * The client of the config, else the one that is registered for this issuer and redirect URI, else a new one. Throws
 * `UserError` when there is no way to get one.
 */
export async function chooseClient(choice: ClientChoice): Promise<StoredClient> {
	const { spec, server, kept } = choice;
	if (spec.clientId !== undefined && !(isDocument(spec) && server.client_id_metadata_document_supported !== true)) {
		return configuredClient(spec, server, kept);
	}
	const registered = usableRegistration(choice);
	if (registered !== undefined && registered.redirectUri === choice.redirectUri) return registered;
	if (server.registration_endpoint === undefined) return registered ?? cannotRegister(spec, server);
	try {
		return await registerAnyhow(choice, server.registration_endpoint);
	} catch (error) {
		// RFC 8252 section 7.3: an authorization server has to take any port. Many do not, so it is the second choice.
		if (registered !== undefined) return registered;
		const told = `no sign-in is possible at ${placeOf(server.issuer)}, because this program could not be registered there`;
		throw asUserError(error, told, hintForClientId);
	}
}

/** The client of the config for this server. Throws `UserError` when it is known to be that of another one. */
export function configuredClient(
	spec: SignInSpec,
	server: AuthorizationServer,
	kept: StoredSignIn | undefined,
): StoredClient {
	if (spec.clientId === undefined) throw new UserError("oauth_client_id is missing", { hint: hintForClientId });
	if (isDocument(spec)) return { kind: "metadata-document", id: spec.clientId };
	const isKnown = kept?.client.kind === "configured" && kept.client.id === spec.clientId;
	// Else a server could send us, and with us the secret, wherever it likes.
	if (isKnown && !isSameIssuer(kept.issuer, server.issuer)) {
		const was = `oauth_client_id was used at ${placeOf(kept.issuer)}, but now the server wants one to sign in at ${placeOf(server.issuer)}`;
		throw new UserError(was, { hint: "if that is right, sign out with `dynamic-mcp auth logout` first" });
	}
	return {
		kind: "configured",
		id: spec.clientId,
		...(spec.clientSecret === undefined ? {} : { secret: spec.clientSecret }),
	};
}

const hintForClientId = "register an application there by hand, and set oauth_client_id in the config";

/** An https address with a path and without a secret is that of a client id metadata document. */
function isDocument({ clientId, clientSecret }: SignInSpec): boolean {
	const url = URL.parse(clientId ?? "");
	return url?.protocol === "https:" && url.pathname !== "/" && clientSecret === undefined;
}

function usableRegistration({ server, kept, redirectUri, now }: ClientChoice): StoredClient | undefined {
	if (kept?.client.kind !== "registered" || kept.issuer !== server.issuer) return undefined;
	const { secretExpiresAt, redirectUri: registeredUri = "" } = kept.client;
	if (secretExpiresAt !== undefined && secretExpiresAt <= now) return undefined;
	const isMeant = registeredUri === redirectUri || isSameButForPort(registeredUri, redirectUri);
	return isMeant ? kept.client : undefined;
}

function cannotRegister({ clientId }: SignInSpec, { issuer }: AuthorizationServer): never {
	const why =
		clientId === undefined
			? "does not let programs register themselves"
			: "takes no address of a document as oauth_client_id";
	throw new UserError(`${placeOf(issuer)} ${why}`, { hint: hintForClientId });
}

const answerSchema = v.object({
	client_id: v.pipe(v.string(), v.nonEmpty()),
	client_secret: v.fallback(v.optional(v.pipe(v.string(), v.nonEmpty())), undefined),
	client_secret_expires_at: v.fallback(v.optional(v.number()), undefined),
	token_endpoint_auth_method: v.fallback(v.optional(v.string()), undefined),
});

/**
 * Some servers refuse a registration that names scopes of a resource, and still grant them when they are asked for: to
 * register for them is only a courtesy. Which error they refuse it with differs.
 */
async function registerAnyhow(choice: ClientChoice, endpoint: string): Promise<StoredClient> {
	try {
		return await register(choice, endpoint);
	} catch (error) {
		if (!(error instanceof OAuthRefusal) || choice.scope === undefined) throw error;
		return register({ ...choice, scope: undefined }, endpoint);
	}
}

async function register({ server, redirectUri, scope, fetch }: ClientChoice, endpoint: string): Promise<StoredClient> {
	const wanted = {
		client_name: "dynamic-mcp",
		application_type: "native",
		redirect_uris: [redirectUri],
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		token_endpoint_auth_method: authMethodFor(server),
		...(scope === undefined ? {} : { scope }),
	};
	const headers = { "content-type": "application/json", accept: "application/json" };
	const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(wanted) });
	const answer = v.safeParse(answerSchema, parseObject(await response.text()));
	if (!answer.success) throw new OAuthUnavailable(`${placeOf(endpoint)} answers without a client_id`);
	const { client_id, client_secret, client_secret_expires_at, token_endpoint_auth_method } = answer.output;
	const hasEnd = client_secret !== undefined && client_secret_expires_at !== undefined && client_secret_expires_at > 0;
	return {
		kind: "registered",
		id: client_id,
		...(client_secret === undefined ? {} : { secret: client_secret }),
		...(hasEnd ? { secretExpiresAt: client_secret_expires_at * 1000 } : {}),
		redirectUri,
		...(token_endpoint_auth_method === undefined ? {} : { authMethod: token_endpoint_auth_method }),
	};
}

/** A program on somebody's machine keeps no secrets from them, so `none` where that is taken. */
function authMethodFor({ token_endpoint_auth_methods_supported: methods }: AuthorizationServer): string {
	if (methods === undefined || methods.includes("none")) return "none";
	return ["client_secret_basic", "client_secret_post"].find((method) => methods.includes(method)) ?? "none";
}
