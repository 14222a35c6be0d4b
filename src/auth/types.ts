/** The words of signing in: for what, as whom, and what is kept of it. */

/** A server that may want a sign-in, and what the config says of it. */
export interface SignInSpec {
	/** The server's address as in the config, its variables filled in. */
	readonly serverUrl: string;
	/** `oauth_client_id`; an https address is that of a client id metadata document. */
	readonly clientId: string | undefined;
	/** `oauth_client_secret`. */
	readonly clientSecret: string | undefined;
	/** `oauth_private_key`: PEM, for `private_key_jwt`. */
	readonly privateKey: string | undefined;
	/** `oauth_scopes`: asked for in place of what the server names. */
	readonly scopes: readonly string[] | undefined;
	/** `oauth_redirect_port`; undefined for any that is free. */
	readonly redirectPort: number | undefined;
	/** `oauth_grant`. A machine signs in by `client_credentials`, without a person. */
	readonly grant: "authorization_code" | "client_credentials";
	/** `tls`, as PEM texts. */
	readonly tls?: ServerTls | undefined;
}

/** How connections to a server are made. */
export interface ServerTls {
	/** Trusted in place of the usual authorities. */
	readonly ca?: string;
	/** The client's certificate, and its key. */
	readonly cert?: string;
	readonly key?: string;
	readonly rejectUnauthorized: boolean;
}

export interface Tokens {
	readonly accessToken: string;
	readonly refreshToken?: string | undefined;
	/** Blank-separated, as granted. */
	readonly scope?: string | undefined;
	/** Milliseconds since 1970; undefined when the server did not say. */
	readonly expiresAt?: number | undefined;
	/** Milliseconds since 1970: when they came. With `expiresAt` it says how long they live, and so when to renew them. */
	readonly obtainedAt?: number | undefined;
}

/** As which client the program is known to an authorization server. */
export interface StoredClient {
	readonly kind: "configured" | "metadata-document" | "registered";
	readonly id: string;
	readonly secret?: string | undefined;
	/** Milliseconds since 1970, of a registered client's secret. */
	readonly secretExpiresAt?: number | undefined;
	/** As registered: where the browser is sent back to. */
	readonly redirectUri?: string | undefined;
	/** `token_endpoint_auth_method` of the registration. */
	readonly authMethod?: string | undefined;
}

/** All that is kept of one sign-in. Tokens go to the server of `resource` only, and are renewed at `issuer` only. */
export interface StoredSignIn {
	/** The key (`keyOf`): the server's address as RFC 8707 names it, and the client that the config names. */
	readonly resource: string;
	/** Of the authorization server; what is kept is worth nothing at another one. */
	readonly issuer: string;
	/** What the server's metadata calls the resource, when that is not its address: renewals have to name the same. */
	readonly indicator?: string | undefined;
	readonly client: StoredClient;
	/** Undefined after a registration whose sign-in has not come to an end, and after tokens have become worthless. */
	readonly tokens?: Tokens | undefined;
	/** The scopes that were asked for so far, blank-separated: a step-up asks for these as well. */
	readonly askedScope?: string | undefined;
}

/** Where sign-ins are kept. Throws `UserError` when it can neither be read nor written, saying what to do. */
export interface TokenStore {
	read(resource: string): Promise<StoredSignIn | undefined>;
	/** In one step: a reader sees the old or the new. */
	write(signIn: StoredSignIn): Promise<void>;
	remove(resource: string): Promise<void>;
	list(): Promise<readonly StoredSignIn[]>;
	/**
	 * Runs the work while no other process runs work for the same resource and purpose; waits for its turn. Who has waited
	 * reads again before anything else: the other one may have done it already.
	 */
	locked<T>(resource: string, purpose: "refresh" | "sign-in", signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** A sign-in that waits for a person. */
export interface PreparedSignIn {
	/** Where the person signs in. */
	readonly url: string;
	/** The `state` in it: the callback has to bring it back. */
	readonly state: string;
	/**
	 * With what the callback has brought. Resolves when the tokens are kept; throws `UserError` with what went wrong: denied,
	 * a wrong `iss`, a code that is not taken.
	 */
	finish(callback: URLSearchParams, signal: AbortSignal): Promise<void>;
}
