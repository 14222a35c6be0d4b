/** Gives tokens back: the authorization server is told that they are worth nothing any more (RFC 7009). */
import { errorText } from "../base/errors.ts";
import { placeOf } from "./addresses.ts";
import { authenticationOf } from "./client-authentication.ts";
import { recallServer } from "./metadata.ts";
import { clientOf, type RenewalOptions } from "./renewal.ts";

/** `unoffered`: the server has no place to do so. */
export type Revocation =
	{ readonly kind: "revoked" | "unoffered" } | { readonly kind: "failed"; readonly problem: string };

/** Never rejects but with the signal's reason: whoever signs out is signed out here in any case. */
export async function revoke(
	{ spec, keeper, http }: Pick<RenewalOptions, "spec" | "keeper" | "http">,
	signal: AbortSignal,
): Promise<Revocation> {
	const kept = keeper.current;
	if (kept?.tokens === undefined) return { kind: "unoffered" };
	const fetch = http.within(signal);
	try {
		const server = await recallServer(kept.issuer, spec.serverUrl, fetch);
		const endpoint = server.revocation_endpoint;
		if (endpoint === undefined) return { kind: "unoffered" };
		const { client, privateKey } = clientOf(kept.client, spec);
		const methods = server.revocation_endpoint_auth_methods_supported ?? server.token_endpoint_auth_methods_supported;
		const authenticate = authenticationOf(client, privateKey, server, methods);
		const { refreshToken, accessToken } = kept.tokens;
		// The refresh token first: with it most servers drop what was made of it as well.
		for (const [hint, token] of Object.entries({ refresh_token: refreshToken, access_token: accessToken })) {
			if (token === undefined) continue;
			const headers = new Headers({ "content-type": "application/x-www-form-urlencoded", accept: "application/json" });
			const parameters = new URLSearchParams({ token, token_type_hint: hint });
			await authenticate(headers, parameters);
			await fetch(endpoint, { method: "POST", headers, body: parameters });
		}
		return { kind: "revoked" };
	} catch (error) {
		signal.throwIfAborted();
		const problem = errorText(error);
		return { kind: "failed", problem: `the tokens could not be revoked at ${placeOf(kept.issuer)}: ${problem}` };
	}
}
