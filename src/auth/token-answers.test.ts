import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf } from "../../test/helpers/authorizing.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

describe("an answer with tokens", () => {
	test.each([Number.MAX_SAFE_INTEGER, 1e300])("that live for %p s has some without an end", async (lifeS) => {
		server.script.token = { expires_in: lifeS };
		const { authorizer, signIn, call } = createAuthorizing(server);
		await signIn();
		expect((await authorizer.status()).expiresAt).toBeUndefined();
		expect(await call()).toBe(200);
	});

	test.each([
		[["a", "b"], "a b"],
		[7, undefined],
		["", undefined],
	])("with the scope %p is taken", async (scope, expected) => {
		server.script.token = { scope, id_token: {} };
		const { authorizer, signIn, call } = createAuthorizing(server);
		await signIn();
		expect((await authorizer.status()).scope).toBe(expected);
		expect(await call()).toBe(200);
	});

	test("without a scope means the one that was asked for", async () => {
		server.script.challenge = ', scope="read"';
		server.script.token = { scope: undefined };
		const { authorizer, signIn } = createAuthorizing(server);
		await signIn();
		expect((await authorizer.status()).scope).toBe("read");
	});

	test.each(["two\nlines", "a b", "é", ""])("whose token %p fits in no header is not kept", async (token) => {
		server.script.token = { access_token: token };
		const { store, signIn } = createAuthorizing(server);
		expect(await failureOf(signIn())).toContain("token that cannot be sent");
		expect(store.kept.get(server.url)?.tokens).toBeUndefined();
	});
});

describe("a renewal that is refused", () => {
	const minuteMs = 60_000;

	async function renew(answer: () => Response) {
		const { authorizer, clock, store, signIn, call } = createAuthorizing(server);
		await signIn();
		server.on["/token"] = answer;
		clock.advance(56 * minuteMs);
		await call();
		return { authorizer, refreshToken: store.kept.get(server.url)?.tokens?.refreshToken };
	}

	test("by something else on the way leaves the sign-in as it is", async () => {
		const { authorizer, refreshToken } = await renew(() => Response.json({ error: "Forbidden" }, { status: 403 }));
		expect([refreshToken, authorizer.isSignInNeeded]).toEqual(["as-refresh-3", false]);
		expect(authorizer.problem).toBe(`${server.origin}/token says HTTP 403, "Forbidden"`);
	});

	test.each([
		["invalid_grant", 403],
		["bad_refresh_token", 400],
		["token_revoked", 200],
	])("by the authorization server with %p and HTTP %p ends the sign-in", async (error, status) => {
		expect((await renew(() => Response.json({ error }, { status }))).refreshToken).toBeUndefined();
	});
});
