/** Proves to an authorization server which client it is (RFC 6749 section 2.3, RFC 7523 section 2.2). */
import { createPrivateKeyJwtAuth } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import type { AddClientAuthentication } from "@modelcontextprotocol/sdk/client/auth.js";
import { selectClientAuthMethod } from "@modelcontextprotocol/sdk/client/auth.js";

import { UserError } from "../base/errors.ts";
import { placeOf } from "./addresses.ts";
import { type AuthorizationServer, toSdk } from "./metadata.ts";
import type { StoredClient } from "./types.ts";

export type Authenticate = (headers: Headers, parameters: URLSearchParams) => Promise<void>;

/**
 * How the client says who it is, by its key when there is one. `methods` are those that the endpoint takes, when it says so.
 * Throws `UserError` for a key that cannot be used.
 */
export function authenticationOf(
	client: StoredClient,
	privateKey: string | undefined,
	server: AuthorizationServer,
	methods: readonly string[] | undefined = server.token_endpoint_auth_methods_supported,
): Authenticate {
	if (privateKey !== undefined) return withKey(client, privateKey, server, methods);
	const information = {
		client_id: client.id,
		...(client.secret === undefined ? {} : { client_secret: client.secret }),
		...(client.authMethod === undefined ? {} : { token_endpoint_auth_method: client.authMethod, redirect_uris: [] }),
	};
	const method = selectClientAuthMethod(information, [...(methods ?? [])]);
	return async (headers, parameters) => {
		if (method === "client_secret_basic" && client.secret !== undefined) {
			// Both are encoded like a form's fields before they are joined (RFC 6749 section 2.3.1).
			const pair = [client.id, client.secret].map((part) => new URLSearchParams({ _: part }).toString().slice(2));
			headers.set("authorization", `Basic ${Buffer.from(pair.join(":")).toString("base64")}`);
			return;
		}
		parameters.set("client_id", client.id);
		if (method === "client_secret_post" && client.secret !== undefined) parameters.set("client_secret", client.secret);
	};
}

/** As a parameter of the SDK's functions. */
export function forSdk(authenticate: Authenticate): AddClientAuthentication {
	return (headers, parameters) => authenticate(headers, parameters);
}

function withKey(
	client: StoredClient,
	privateKey: string,
	server: AuthorizationServer,
	methods: readonly string[] | undefined,
): Authenticate {
	if (methods?.includes("private_key_jwt") === false) {
		const taken = methods.join(", ");
		throw new UserError(`${placeOf(server.issuer)} takes no oauth_private_key: its token endpoint takes ${taken}`);
	}
	return async (headers, parameters) => {
		const { pem, algorithms } = await readKey(privateKey);
		const offered = server.token_endpoint_auth_signing_alg_values_supported;
		const alg = algorithms.find((one) => offered?.includes(one) ?? true);
		if (alg === undefined) {
			const found = `signs with ${algorithms.join(" or ")}, but ${placeOf(server.issuer)} takes ${offered?.join(", ")}`;
			throw new UserError(`the key in oauth_private_key ${found}`);
		}
		// The audience is the issuer: an assertion for one server is worth nothing at another.
		const sign = createPrivateKeyJwtAuth({
			issuer: client.id,
			subject: client.id,
			privateKey: pem,
			alg,
			audience: server.issuer,
		});
		await sign(headers, parameters, server.token_endpoint, toSdk(server));
		parameters.set("client_id", client.id);
	};
}

/** By the names of RFC 7518, the most usual first. */
const algorithmsOf: Readonly<Record<string, readonly string[]>> = {
	rsa: ["RS256", "PS256", "RS384", "RS512", "PS384", "PS512"],
	"rsa-pss": ["PS256", "PS384", "PS512"],
	"ec prime256v1": ["ES256"],
	"ec secp384r1": ["ES384"],
	"ec secp521r1": ["ES512"],
};

/** In the one form that the signer reads, whichever of the usual ones it came in. */
async function readKey(text: string): Promise<{ pem: string; algorithms: readonly string[] }> {
	const { createPrivateKey } = await import("node:crypto");
	let key: ReturnType<typeof createPrivateKey>;
	try {
		key = createPrivateKey(text);
	} catch {
		// What the runtime says about it may quote it.
		throw new UserError("oauth_private_key is no private key in PEM form, or is locked by a passphrase");
	}
	const curve = key.asymmetricKeyDetails?.namedCurve;
	const algorithms = algorithmsOf[`${key.asymmetricKeyType} ${curve ?? ""}`.trim()];
	if (algorithms === undefined) {
		throw new UserError(
			`oauth_private_key is a key of the kind ${key.asymmetricKeyType}; use RSA, or EC with P-256, P-384 or P-521`,
		);
	}
	return { pem: key.export({ type: "pkcs8", format: "pem" }), algorithms };
}
