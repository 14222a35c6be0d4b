import { expect, test } from "bun:test";

import { startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing } from "../../test/helpers/authorizing.ts";

test("a server that refuses what it has just had a person sign in for does not have them sign in again at once", async () => {
	await using server = await startAuthorizationServer();
	const { authorizer, call, clock, signIn } = createAuthorizing(server);
	server.on["/mcp"] = () => new Response("", { status: 401, headers: { "www-authenticate": "Bearer" } });
	expect(await call()).toBe(401);
	expect(authorizer.isSignInNeeded).toBe(true);
	await signIn();
	expect([await call(), await call()]).toEqual([401, 401]);
	expect([authorizer.isSignInNeeded, authorizer.problem]).toEqual([
		false,
		"the server refuses the token that it was just given",
	]);

	// Later it may be another reason, and what comes of a renewal is refused as well.
	clock.advance(60_000);
	expect(await call()).toBe(401);
	expect(authorizer.isSignInNeeded).toBe(false);
	expect(await call()).toBe(401);
	expect(authorizer.isSignInNeeded).toBe(true);

	delete server.on["/mcp"];
	await signIn();
	expect(await call()).toBe(200);
	expect(authorizer.problem).toBeUndefined();
});
