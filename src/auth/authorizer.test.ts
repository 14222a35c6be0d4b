import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf, never, redirectUri } from "../../test/helpers/authorizing.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const minutes = (count: number) => count * 60_000;
const grants = () => server.of("/token").map(({ form }) => form.get("grant_type"));

async function signedIn() {
	const authorizing = createAuthorizing(server);
	await authorizing.signIn();
	return authorizing;
}

describe("a server without a sign-in", () => {
	test("gets no token, asks nobody, and has the store read once", async () => {
		const { authorizer, store } = createAuthorizing(server);
		for (let request = 0; request < 5; request++) expect(await authorizer.authorization(never)).toBeUndefined();
		expect(store.reads).toBe(1);
		expect(server.requests).toEqual([]);
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("needs a person once it has refused a request", async () => {
		const { call, authorizer } = createAuthorizing(server);
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(server.requests.map(({ path }) => path)).toEqual(["/mcp"]);
	});

	test("needs none when it refuses for reasons of its own", async () => {
		const { authorizer } = createAuthorizing(server);
		const refusals = [
			{ status: 403, challenge: null, sent: undefined },
			{ status: 403, challenge: null, sent: "Bearer x" },
			{ status: 403, challenge: 'Bearer error="invalid_token"', sent: "Bearer x" },
		] as const;
		for (const refusal of refusals) expect(await authorizer.refused(refusal, never)).toBe(false);
		expect(authorizer.isSignInNeeded).toBe(false);
	});
});

describe("a token that is refused", () => {
	test("is renewed, and the request goes through", async () => {
		const { call, clock } = await signedIn();
		clock.advance(minutes(1));
		server.expireAll();
		expect(await call()).toBe(200);
		expect(grants()).toEqual(["authorization_code", "refresh_token"]);
	});

	test("is renewed once for all requests that it was refused for", async () => {
		const { call, clock } = await signedIn();
		clock.advance(minutes(1));
		server.expireAll();
		expect(await Promise.all(Array.from({ length: 20 }, () => call()))).toEqual(Array(20).fill(200));
		expect(grants()).toHaveLength(2);
	});

	test("is no reason to renew it when there is a newer one by now", async () => {
		const { authorizer } = await signedIn();
		const refusal = { status: 401, challenge: null, sent: "Bearer an-old-one" } as const;
		expect(await authorizer.refused(refusal, never)).toBe(true);
		expect(grants()).toHaveLength(1);
	});

	test("is no reason to renew it when another process has done so", async () => {
		const { call, clock, store } = await signedIn();
		const other = createAuthorizing(server, {}, { store, clock });
		expect(await other.call()).toBe(200);
		clock.advance(minutes(1));
		server.expireAll();
		expect(await call()).toBe(200);
		expect(await other.call()).toBe(200);
		expect(grants()).toHaveLength(2);
	});

	test("asks a person when a renewed one is refused as well", async () => {
		const { call, clock, authorizer } = await signedIn();
		clock.advance(minutes(1));
		server.on["/mcp"] = () => new Response("", { status: 401 });
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(await call()).toBe(401);
		expect(grants()).toEqual(["authorization_code", "refresh_token"]);
	});

	test("asks a person when there is nothing to renew it with", async () => {
		server.script.token = { refresh_token: undefined };
		const { call, clock, authorizer } = await signedIn();
		clock.advance(minutes(1));
		server.expireAll();
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(grants()).toHaveLength(1);
	});

	test("is forgotten with all that belongs to it when it cannot be renewed for good; the client stays", async () => {
		const { call, clock, authorizer, store } = await signedIn();
		clock.advance(minutes(1));
		server.revokeAll();
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(store.kept.get(server.url)).toMatchObject({ client: { id: "as-client-1" } });
		expect(store.kept.get(server.url)?.tokens).toBeUndefined();
		expect(await call()).toBe(401);
		expect(grants()).toHaveLength(2);
		expect(authorizer.problem).toContain('says "invalid_grant"');
	});

	test("needs nobody any more once somebody has signed in, in whichever process", async () => {
		const { call, authorizer, store } = createAuthorizing(server);
		expect(await call()).toBe(401);
		const other = createAuthorizing(server, {}, { store });
		await other.signIn();
		expect(await call()).toBe(200);
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("keeps a request waiting no longer than the request's own signal allows, and is renewed all the same", async () => {
		const { call, clock, authorizer } = await signedIn();
		clock.advance(minutes(1));
		server.expireAll();
		const gate = Promise.withResolvers<undefined>();
		const asked = Promise.withResolvers<void>();
		server.on["/token"] = () => {
			asked.resolve();
			return gate.promise;
		};
		const caller = new AbortController();
		const call1 = call(caller.signal);
		await asked.promise;
		caller.abort(new Error("the client has gone"));
		expect(await failureOf(call1)).toContain("the client has gone");
		const settled = authorizer.settled();
		gate.resolve(undefined);
		await settled;
		expect(await call()).toBe(200);
		expect(grants()).toHaveLength(2);
	});
});

describe("a server that wants more scopes", () => {
	const more = (scope: string) =>
		({ status: 403, challenge: `Bearer error="insufficient_scope", scope="${scope}"` }) as const;
	const askedFor = () => server.of("/authorize").map(({ query }) => query.get("scope"));

	test("has a person asked for them together with all others, once", async () => {
		server.script.challenge = ', scope="basic"';
		server.script.token = { scope: "basic granted" };
		const { authorizer, signIn, call } = createAuthorizing(server);
		await call();
		await signIn();
		const sent = await authorizer.authorization(never);
		expect(await authorizer.refused({ ...more("write"), sent }, never)).toBe(false);
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(await authorizer.authorization(never)).toBe(sent);

		await signIn();
		expect(askedFor()).toEqual(["basic", "basic granted write"]);
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(await authorizer.refused({ ...more("write"), sent }, never)).toBe(true);

		const newer = await authorizer.authorization(never);
		expect(await authorizer.refused({ ...more("write"), sent: newer }, never)).toBe(false);
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("that were asked for already has nobody asked again", async () => {
		server.script.challenge = ', scope="admin"';
		server.script.token = { scope: "basic" };
		const { authorizer, signIn, call } = createAuthorizing(server);
		await call();
		await signIn();
		const sent = await authorizer.authorization(never);
		for (let request = 0; request < 3; request++) {
			expect(await authorizer.refused({ ...more("admin"), sent }, never)).toBe(false);
		}
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(authorizer.problem).toBe(
			'the server wants the scope "admin", which was asked for at the sign-in and not granted',
		);
		expect(askedFor()).toEqual(["admin"]);
	});

	test("keeps the tokens there are until the new ones have come", async () => {
		const { authorizer, call, store } = await signedIn();
		const sent = await authorizer.authorization(never);
		await authorizer.refused({ ...more("write"), sent }, never);
		await authorizer.prepare(redirectUri, never);
		expect(store.kept.get(server.url)?.tokens?.accessToken).toBe("as-access-3");
		expect(await call()).toBe(200);
	});

	test("than the config allows is told so", async () => {
		const { authorizer, signIn } = createAuthorizing(server, { scopes: ["read"] });
		await signIn();
		const sent = await authorizer.authorization(never);
		expect(await authorizer.refused({ ...more("write"), sent }, never)).toBe(false);
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(authorizer.problem).toBe(
			'the server wants the scope "write", which oauth_scopes in the config does not have',
		);
	});
});

describe("the store", () => {
	test("that cannot be read is told of once, and the server is asked without a token", async () => {
		const { call, store, troubles, signIn } = createAuthorizing(server);
		store.failReading = new Error("the keychain is locked");
		expect(await call()).toBe(401);
		expect(await call()).toBe(401);
		expect(troubles).toEqual(["the keychain is locked"]);
		store.failReading = undefined;
		await signIn();
		expect(await call()).toBe(200);
	});

	test("has nothing of one server for another one with the same name", async () => {
		const { store } = await signedIn();
		await using other = await startAuthorizationServer();
		const { authorizer } = createAuthorizing(server, { serverUrl: other.url }, { store });
		expect(await authorizer.authorization(never)).toBeUndefined();
	});
});

describe("what is known of a sign-in", () => {
	test("is whether there is one, where, for what and for how long, and no token", async () => {
		const { authorizer, signIn } = createAuthorizing(server);
		const resource = server.url;
		const none = { resource, issuer: undefined, scope: undefined, expiresAt: undefined };
		expect(await authorizer.status()).toEqual({ ...none, isSignedIn: false, isRenewable: false });
		server.script.token = { scope: "a b" };
		await signIn();
		const status = await authorizer.status();
		const expiresAt = Date.UTC(2026, 5, 1, 1);
		expect(status).toEqual({
			resource,
			isSignedIn: true,
			issuer: server.origin,
			scope: "a b",
			expiresAt,
			isRenewable: true,
		});
	});
});

describe("signing out", () => {
	test("revokes both tokens, the one that makes others first, and forgets everything", async () => {
		const { authorizer, store, call } = await signedIn();
		expect(await authorizer.logout(never)).toEqual({ kind: "revoked" });
		const revoked = server.of("/revoke").map(({ form }) => Object.fromEntries(form));
		expect(revoked).toEqual([
			{ token: "as-refresh-3", token_type_hint: "refresh_token", client_id: "as-client-1" },
			{ token: "as-access-3", token_type_hint: "access_token", client_id: "as-client-1" },
		]);
		expect(store.kept.size).toBe(0);
		expect(await call()).toBe(401);
	});

	test("proves who it is as the config says", async () => {
		const { authorizer, signIn } = createAuthorizing(server, { clientId: "mine", clientSecret: "s" });
		await signIn();
		await authorizer.logout(never);
		expect(server.of("/revoke")[0]?.headers.get("authorization")).toBe(`Basic ${btoa("mine:s")}`);
	});

	test("forgets everything where there is no place to revoke at, or it fails", async () => {
		server.script.metadata = { revocation_endpoint: undefined };
		const { authorizer, store, signIn } = await signedIn();
		expect(await authorizer.logout(never)).toEqual({ kind: "unoffered" });
		expect(store.kept.size).toBe(0);
		server.script.metadata = {};
		server.on["/revoke"] = () => new Response("secret trace", { status: 500 });
		await signIn();
		const problem = `the tokens could not be revoked at ${server.origin}/: ${server.origin}/revoke says HTTP 500`;
		expect(await authorizer.logout(never)).toEqual({ kind: "failed", problem });
		expect(store.kept.size).toBe(0);
	});

	test("of nobody does nothing", async () => {
		expect(await createAuthorizing(server).authorizer.logout(never)).toEqual({ kind: "unoffered" });
		expect(server.requests).toEqual([]);
	});
});
