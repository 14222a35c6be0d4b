/**
 * An MCP server that wants a sign-in, and an authorization server, at one origin in the test's own process: well-behaved
 * unless the test says otherwise, and strict about what it is sent.
 */
import { createHash } from "node:crypto";

export interface SeenRequest {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: Headers;
	readonly form: URLSearchParams;
	readonly json: Record<string, unknown>;
}

export interface AuthorizationScript {
	/** Fields of the metadata that are other than usual; undefined takes one out. `false`: there is no metadata at all. */
	metadata?: Record<string, unknown> | false;
	/** Where the metadata is. */
	metadataPath?: string;
	/** The same for the server's own metadata (RFC 9728). */
	resource?: Record<string, unknown> | false;
	resourcePath?: string;
	/** More of the challenge: `, scope="read"`. False for a 401 without a header. */
	challenge?: string | false;
	/** What the token endpoint says besides the tokens; undefined takes a field out. */
	token?: Record<string, unknown>;
	/** What registering says besides the client's id. */
	registration?: Record<string, unknown>;
	/** Part of what it hands out, so that two of them can be told apart. */
	name?: string;
	/** For https, at localhost: PEM texts. */
	tls?: { readonly cert: string; readonly key: string };
}

export interface AuthorizationServer extends AsyncDisposable {
	readonly origin: string;
	/** Of the MCP server. */
	readonly url: string;
	/** May be changed meanwhile. */
	readonly script: AuthorizationScript;
	/** By path, in place of what it does otherwise; undefined goes on as usual. */
	readonly on: Record<string, (request: SeenRequest) => Response | undefined | Promise<Response | undefined>>;
	readonly requests: readonly SeenRequest[];
	of(path: string): SeenRequest[];
	/** Goes to the address as a browser does, and says yes; what the way back has in its address. */
	approve(url: string): Promise<URLSearchParams>;
	/** Whether the MCP server takes it: the access token is valid. */
	takes(authorization: string | undefined): boolean;
	/** From now on the MCP server takes none of the tokens so far, and none of them can be renewed. */
	revokeAll(): void;
	/** Only the access tokens. */
	expireAll(): void;
}

interface Grant {
	readonly scope: string | undefined;
	readonly client: string;
}

export async function startAuthorizationServer(script: AuthorizationScript = {}): Promise<AuthorizationServer> {
	const requests: SeenRequest[] = [];
	const on: AuthorizationServer["on"] = {};
	const codes = new Map<string, Grant & { challenge: string | null; redirectUri: string | null }>();
	const accessTokens = new Set<string>();
	const refreshTokens = new Map<string, Grant>();
	const name = script.name ?? "as";
	let made = 0;

	const { tls } = script;
	const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer, ...(tls === undefined ? {} : { tls }) });
	const origin = `${tls === undefined ? "http://127.0.0.1" : "https://localhost"}:${server.port}`;

	async function answer(request: Request): Promise<Response> {
		const { pathname: path, searchParams: query } = new URL(request.url);
		const body = await request.text();
		const isJson = request.headers.get("content-type") === "application/json";
		const seen: SeenRequest = {
			method: request.method,
			path,
			query,
			headers: request.headers,
			form: new URLSearchParams(isJson ? "" : body),
			json: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
		};
		requests.push(seen);
		return (await on[path]?.(seen)) ?? usual(seen);
	}

	function usual(seen: SeenRequest): Response {
		const { metadataPath = "/.well-known/oauth-authorization-server" } = script;
		const { resourcePath = "/.well-known/oauth-protected-resource/mcp" } = script;
		if (seen.path === "/mcp") return serveMcp(seen);
		if (seen.path === resourcePath && script.resource !== false) {
			return json({ resource: `${origin}/mcp`, authorization_servers: [origin], ...script.resource });
		}
		if (seen.path === metadataPath && script.metadata !== false)
			return json({ ...metadataOf(origin), ...script.metadata });
		if (seen.path === "/register") return register();
		if (seen.path === "/authorize") return authorize(seen.query);
		if (seen.path === "/token") return token(seen);
		if (seen.path === "/revoke") return revoke(seen.form);
		return new Response("there is nothing here", { status: 404 });
	}

	const serveMcp = ({ headers }: SeenRequest) => {
		if (takes(headers.get("authorization") ?? undefined)) return json({ jsonrpc: "2.0", id: 1, result: {} });
		const { resourcePath = "/.well-known/oauth-protected-resource/mcp", challenge = "" } = script;
		const metadata = script.resource === false ? 'realm="it"' : `resource_metadata="${origin}${resourcePath}"`;
		const header: Record<string, string> =
			challenge === false ? {} : { "www-authenticate": `Bearer ${metadata}${challenge}` };
		return new Response("", { status: 401, headers: header });
	};

	const register = () => json({ client_id: `${name}-client-${++made}`, ...script.registration }, 201);

	const authorize = (query: URLSearchParams) => {
		const code = `${name}-code-${++made}`;
		const back = new URL(query.get("redirect_uri") ?? "about:blank");
		const scope = query.get("scope") ?? undefined;
		const client = query.get("client_id") ?? "";
		codes.set(code, { scope, client, challenge: query.get("code_challenge"), redirectUri: query.get("redirect_uri") });
		for (const [key, value] of Object.entries({ code, state: query.get("state") ?? "", iss: origin })) {
			back.searchParams.set(key, value);
		}
		return new Response("", { status: 302, headers: { location: back.href } });
	};

	const token = ({ form, headers }: SeenRequest) => {
		const client = form.get("client_id") ?? basicUser(headers);
		const grant = grantFor(form, client);
		if (grant === undefined || grant.client !== client)
			return json({ error: "invalid_grant", error_description: "used up" }, 400);
		const number = ++made;
		accessTokens.add(`${name}-access-${number}`);
		const isPerson = form.get("grant_type") !== "client_credentials";
		if (isPerson) refreshTokens.set(`${name}-refresh-${number}`, grant);
		return json({
			access_token: `${name}-access-${number}`,
			token_type: "Bearer",
			expires_in: 3600,
			...(isPerson ? { refresh_token: `${name}-refresh-${number}` } : {}),
			...(grant.scope === undefined ? {} : { scope: grant.scope }),
			...script.token,
		});
	};

	function grantFor(form: URLSearchParams, client: string): Grant | undefined {
		if (form.get("grant_type") === "client_credentials") return { scope: form.get("scope") ?? undefined, client };
		if (form.get("grant_type") === "refresh_token") {
			// Each is good for once.
			const given = form.get("refresh_token") ?? "";
			const grant = refreshTokens.get(given);
			refreshTokens.delete(given);
			return grant;
		}
		const code = codes.get(form.get("code") ?? "");
		codes.delete(form.get("code") ?? "");
		const hash = createHash("sha256")
			.update(form.get("code_verifier") ?? "")
			.digest("base64url");
		return code?.challenge === hash && code.redirectUri === form.get("redirect_uri") ? code : undefined;
	}

	const revoke = (form: URLSearchParams) => {
		accessTokens.delete(form.get("token") ?? "");
		refreshTokens.delete(form.get("token") ?? "");
		return new Response("");
	};

	const takes = (authorization: string | undefined) => accessTokens.has(authorization?.replace(/^Bearer /, "") ?? "");

	return {
		origin,
		url: `${origin}/mcp`,
		script,
		on,
		requests,
		of: (path) => requests.filter((request) => request.path === path),
		async approve(url) {
			const response = await fetch(url, { redirect: "manual" });
			const location = response.headers.get("location");
			if (location === null) throw new Error(`no way back: HTTP ${response.status} ${await response.text()}`);
			return new URL(location).searchParams;
		},
		takes,
		revokeAll() {
			accessTokens.clear();
			refreshTokens.clear();
		},
		expireAll: () => accessTokens.clear(),
		[Symbol.asyncDispose]: () => server.stop(true),
	};
}

/** As the conformance suite's servers have it. */
function metadataOf(origin: string): Record<string, unknown> {
	return {
		issuer: origin,
		authorization_endpoint: `${origin}/authorize`,
		token_endpoint: `${origin}/token`,
		registration_endpoint: `${origin}/register`,
		revocation_endpoint: `${origin}/revoke`,
		response_types_supported: ["code"],
		grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
		code_challenge_methods_supported: ["S256"],
		token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
		authorization_response_iss_parameter_supported: true,
	};
}

function basicUser(headers: Headers): string {
	const [, pair = ""] = (headers.get("authorization") ?? "").split(" ");
	return decodeURIComponent(Buffer.from(pair, "base64").toString().split(":")[0] ?? "");
}

/** Fields that are undefined are left out. */
function json(value: object, status = 200): Response {
	return Response.json(value, { status });
}
