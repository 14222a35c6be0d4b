/** What signs in to a configured server: made of its config, for the proxy and for `dynamic-mcp auth` alike. */
import type { SignInParts, SignIns } from "../auth/sign-in.ts";
import type { SignInSpec, TokenStore } from "../auth/types.ts";
import type { Clock } from "../base/clock.ts";
import type { RemoteServer } from "../config/schema.ts";

/** A group whose server is at a URL. */
export interface RemoteGroup {
	readonly name: string;
	readonly server: RemoteServer;
}

export interface SignInSources<Authorizer> {
	readonly createAuthorizer: (spec: SignInSpec, group: RemoteGroup) => Authorizer;
	readonly store: TokenStore;
	/** Absolute: where the store has its locks. */
	readonly folder: string;
	readonly clock: Clock;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** `--no-browser`. */
	readonly isBrowserForbidden: boolean;
	/** Told of what is a fault of ours. */
	readonly onFault: (error: unknown) => void;
}

/** Loads what it needs only now: most servers want no sign-in. */
export async function createSignInParts<A extends SignInParts["authorizer"] & { readonly resource: string }>(
	group: RemoteGroup,
	sources: SignInSources<A>,
): Promise<{ authorizer: A; signIns: SignIns }> {
	const { store, folder, clock, env, isBrowserForbidden, onFault } = sources;
	const [{ createSignIns }, { createSignInNotes }, { openBrowser }] = await Promise.all([
		import("../auth/sign-in.ts"),
		import("../auth/sign-in-notes.ts"),
		import("../auth/browser.ts"),
	]);
	const spec = signInSpecOf(group.server);
	const authorizer = sources.createAuthorizer(spec, group);
	const surroundings = { platform: process.platform, env, isForbidden: isBrowserForbidden };
	const now = Date.now;
	const signIns = createSignIns({
		name: group.name,
		resource: authorizer.resource,
		redirectPort: spec.redirectPort,
		authorizer,
		store,
		notes: createSignInNotes({ folder, now }),
		openBrowser: (url) => openBrowser(url, surroundings, clock),
		clock,
		now,
		onFault,
	});
	return { authorizer, signIns };
}

/** Its key and its certificates are texts by now, where something is to be asked of the server. */
export function signInSpecOf(server: RemoteGroup["server"]): SignInSpec {
	const { url, oauthClientId, oauthClientSecret, oauthPrivateKey, oauthScopes, oauthRedirectPort } = server;
	return {
		serverUrl: url,
		clientId: oauthClientId,
		clientSecret: oauthClientSecret,
		privateKey: oauthPrivateKey,
		scopes: oauthScopes.length > 0 ? oauthScopes : undefined,
		redirectPort: oauthRedirectPort,
		grant: server.oauthGrant,
		tls: server.tls,
	};
}

/** Whoever writes that header into the config has another way to say who asks: it is neither replaced nor signed in over. */
export function hasOwnAuthorization({ headers }: RemoteServer): boolean {
	return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}
