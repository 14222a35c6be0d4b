/**
 * An authorization server that somebody else has written (`oidc-provider`), and an MCP server that takes nothing but its
 * tokens, at two origins in the test's own process. Refresh tokens are good for once: one that comes a second time ends the
 * whole sign-in.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { type Context, Provider } from "oidc-provider";

import { resultOf } from "./signed-mcp.ts";

/** Everything that the authorization server says it has done. */
export interface Tally {
	registrations: number;
	/** Visits to the page to sign in at. */
	authorizations: number;
	/** Of people who were asked, and said yes. */
	signIns: number;
	renewals: number;
	accessTokens: number;
	/** The codes of its refusals at the token endpoint. */
	refusals: string[];
	/** Sign-ins that it has ended. */
	ended: number;
}

/** A request for tokens that waits for the test. */
export interface HeldRequest {
	/** Whoever has asked gets no answer. */
	drop(): void;
}

export interface RealServers extends AsyncDisposable {
	/** Of the MCP server. */
	readonly url: string;
	readonly tally: Readonly<Tally>;
	/** The refresh tokens that have been presented, in order. */
	readonly presented: readonly string[];
	/** How many calls of its tool the MCP server has carried out. */
	readonly calls: () => number;
	/** How long the access tokens from now on are good for. Whole seconds. */
	setLife(seconds: number): void;
	/** Whether the access token that was issued last is still good. */
	isLastTokenGood(): Promise<boolean>;
	/** Resolves when the next request for tokens is there, and waits: before anything is done about it, or with its answer ready. */
	holdNext(when: "unread" | "answered"): Promise<HeldRequest>;
}

interface Hold {
	readonly when: "unread" | "answered";
	wait(context: Context): Promise<void>;
}

const scope = "work";
const account = "somebody";
/** How long the tool takes: a server at work, and calls that overlap. */
const workMs = 20;

export async function startRealServers(lifeS: number): Promise<RealServers> {
	const tally: Tally = {
		registrations: 0,
		authorizations: 0,
		signIns: 0,
		renewals: 0,
		accessTokens: 0,
		refusals: [],
		ended: 0,
	};
	const presented: string[] = [];
	let life = lifeS;
	let calls = 0;
	let lastToken = "";
	let hold: Hold | undefined;

	const mcp = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: serve });
	const url = `http://127.0.0.1:${mcp.port}/mcp`;
	const http = createServer((request, response) => void answer(request, response));
	await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
	const address = http.address();
	if (address === null || typeof address === "string") throw new Error("the authorization server has no port");
	const issuer = `http://127.0.0.1:${address.port}`;
	const provider = new Provider(
		issuer,
		configurationOf(url, () => life),
	);

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		await (request.url?.startsWith("/interaction/") === true ? sayYes(request, response) : provide(request, response));
	}

	/** The page at which somebody signs in and says that it is all right. */
	async function sayYes(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { prompt, params } = await provider.interactionDetails(request, response);
		if (prompt.name === "login") {
			return provider.interactionFinished(request, response, { login: { accountId: account } });
		}
		const grant = new provider.Grant({ accountId: account, clientId: params["client_id"] ?? "" });
		grant.addOIDCScope("offline_access");
		grant.addResourceScope(url, scope);
		const consent = { grantId: await grant.save() };
		tally.signIns++;
		return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
	}

	provider.on("registration_create.success", () => tally.registrations++);
	provider.on("access_token.saved", () => tally.accessTokens++);
	provider.on("grant.revoked", () => tally.ended++);
	provider.on("grant.error", (context, error) => {
		note(context);
		tally.refusals.push(error?.error ?? "unknown");
	});
	provider.on("grant.success", (context) => {
		if (note(context)) tally.renewals++;
		lastToken = String(context.body?.["access_token"]);
	});

	/** Whether it was a request to renew. */
	function note({ oidc }: Context): boolean {
		const token = oidc?.params?.["refresh_token"];
		if (token !== undefined) presented.push(token);
		return token !== undefined;
	}

	provider.use(async (context, next) => {
		if (context.path === "/auth") tally.authorizations++;
		if (context.path !== "/token") return next();
		const held = hold;
		hold = undefined;
		if (held?.when === "unread") await held.wait(context);
		if (context.respond === false) return;
		await next();
		if (held?.when === "answered") await held.wait(context);
	});

	const provide = provider.callback();

	async function serve(request: Request): Promise<Response> {
		const { pathname } = new URL(request.url);
		if (pathname === "/.well-known/oauth-protected-resource/mcp") {
			return Response.json({ resource: url, authorization_servers: [issuer], scopes_supported: [scope] });
		}
		if (pathname !== "/mcp") return new Response(null, { status: 404 });
		if (!(await isGood(request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""))) {
			const challenge = `Bearer resource_metadata="${new URL("/.well-known/oauth-protected-resource/mcp", url).href}"`;
			return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
		}
		if (request.method !== "POST") return new Response(null, { status: 405 });
		const { id, method } = (await request.json()) as { id?: number | string; method: string };
		if (id === undefined) return new Response(null, { status: 202 });
		if (method === "tools/call") {
			await Bun.sleep(workMs);
			calls++;
		}
		return Response.json({ jsonrpc: "2.0", id, result: resultOf(method) });
	}

	async function isGood(token: string): Promise<boolean> {
		// Its own look at the time cuts off the parts of a second; its memory forgets a token to the millisecond.
		const found = await provider.AccessToken.find(token, { ignoreExpiration: true });
		return found?.aud === url;
	}

	return {
		url,
		tally,
		presented,
		calls: () => calls,
		setLife(seconds) {
			life = seconds;
		},
		isLastTokenGood: () => isGood(lastToken),
		holdNext(when) {
			const { promise, resolve } = Promise.withResolvers<HeldRequest>();
			hold = { when, wait: (context) => new Promise((goOn) => resolve({ drop: () => goOn(drop(context)) })) };
			return promise;
		},
		async [Symbol.asyncDispose]() {
			http.closeAllConnections();
			http.close();
			await mcp.stop(true);
		},
	};
}

function configurationOf(resource: string, accessTokenLife: () => number): object {
	return {
		clientAuthMethods: ["none"],
		// So that its memory keeps nothing for longer than it is good.
		clockTolerance: 0,
		cookies: { keys: [crypto.randomUUID()] },
		features: {
			devInteractions: { enabled: false },
			registration: { enabled: true },
			revocation: { enabled: true },
			resourceIndicators: {
				enabled: true,
				getResourceServerInfo: (_context: unknown, wanted: string) => {
					if (wanted !== resource) throw new Error(`nobody has asked for ${wanted} before`);
					return { scope, audience: resource, accessTokenFormat: "opaque", accessTokenTTL: accessTokenLife() };
				},
			},
		},
		findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
		interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
		issueRefreshToken: () => true,
		rotateRefreshToken: true,
		// Those of a resource are not among them, so that nobody can register for them.
		scopes: ["offline_access"],
		ttl: { AccessToken: accessTokenLife, Grant: 3600, Interaction: 3600, RefreshToken: 3600, Session: 3600 },
	};
}

function drop(context: Context): void {
	context.respond = false;
	context.res.destroy();
}
