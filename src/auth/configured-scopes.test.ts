import { expect, test } from "bun:test";

import { startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing } from "../../test/helpers/authorizing.ts";

const tooLittle = () =>
	new Response("", {
		status: 403,
		headers: { "www-authenticate": `Bearer error="insufficient_scope", scope="write"` },
	});

test.each([
	["read", "which was asked for at the sign-in and not granted"],
	["read write", "which the sign-in has granted"],
	// As much as was asked for.
	[undefined, "which the sign-in has granted"],
])("a scope that was asked for is not asked for again: the answer was %p", async (scope, told) => {
	await using server = await startAuthorizationServer({ token: { scope } });
	const { authorizer, call, signIn } = createAuthorizing(server, { scopes: ["read", "write"] });
	await signIn();
	server.on["/mcp"] = tooLittle;
	expect(await call()).toBe(403);
	expect([authorizer.isSignInNeeded, authorizer.problem]).toEqual([
		false,
		`the server wants the scope "write", ${told}`,
	]);
});

test("a scope that the config has by now, and did not have at the last sign-in, is asked for by another one", async () => {
	await using server = await startAuthorizationServer();
	const before = createAuthorizing(server, { scopes: ["read"] });
	await before.signIn();
	const { authorizer, call, signIn } = createAuthorizing(
		server,
		{ scopes: ["read", "write"] },
		{ store: before.store },
	);
	server.on["/mcp"] = tooLittle;
	expect(await call()).toBe(403);
	expect([authorizer.isSignInNeeded, authorizer.problem]).toEqual([true, undefined]);
	await signIn();
	delete server.on["/mcp"];
	expect(await call()).toBe(200);
	expect(server.of("/authorize").map(({ query }) => query.get("scope"))).toEqual(["read", "read write"]);
});
