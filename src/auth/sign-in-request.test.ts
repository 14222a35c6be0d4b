import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { type Authorizing, createAuthorizing, failureOf, never, redirectUri } from "../../test/helpers/authorizing.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

/** Signs in up to the way back, which the test may change. */
async function wayBack({ authorizer }: Authorizing = createAuthorizing(server)) {
	const prepared = await authorizer.prepare(redirectUri, never);
	const callback = await server.approve(prepared.url);
	return { callback, finish: () => prepared.finish(callback, never), prepared };
}

const isCodeSent = () => server.of("/token").length > 0;

describe("the page to sign in at", () => {
	test("is asked for a code that is bound to a secret, a state, a resource and a way back", async () => {
		server.script.metadata = { authorization_endpoint: `${server.origin}/authorize?tenant=7` };
		const { prepared } = await wayBack();
		const url = new URL(prepared.url);
		expect(url.origin + url.pathname).toBe(`${server.origin}/authorize`);
		expect(Object.fromEntries(url.searchParams)).toEqual({
			tenant: "7",
			response_type: "code",
			client_id: "as-client-1",
			code_challenge: expect.stringMatching(/^[\w-]{43}$/),
			code_challenge_method: "S256",
			redirect_uri: redirectUri,
			state: prepared.state,
			resource: server.url,
		});
		expect(prepared.state).toMatch(/^[\w-]{43}$/);
	});

	test("is another one each time", async () => {
		const { authorizer } = createAuthorizing(server);
		const [one, other] = [await authorizer.prepare(redirectUri, never), await authorizer.prepare(redirectUri, never)];
		const challenge = (url: string) => new URL(url).searchParams.get("code_challenge");
		expect(one.state).not.toBe(other.state);
		expect(challenge(one.url)).not.toBe(challenge(other.url));
	});

	test.each([
		["the challenge's scope", ', scope="mcp:basic"', { scopes_supported: ["other"] }, {}, undefined, "mcp:basic"],
		["the metadata's scopes", "", { scopes_supported: ["a", "b"] }, {}, undefined, "a b"],
		["the config's scopes", ', scope="x"', { scopes_supported: ["a"] }, {}, ["mine"], "mine"],
		["no scope", "", {}, {}, undefined, null],
		[
			"offline_access where it is offered",
			"",
			{ scopes_supported: ["a"] },
			{ scopes_supported: ["a", "offline_access"] },
			undefined,
			"a offline_access",
		],
		[
			"no offline_access where it is not offered",
			"",
			{ scopes_supported: ["a"] },
			{ scopes_supported: ["a"] },
			undefined,
			"a",
		],
	])("is asked for %s", async (_, challenge, resource, metadata, scopes, expected) => {
		Object.assign(server.script, { challenge, resource, metadata });
		const authorizing = createAuthorizing(server, { scopes });
		await authorizing.call();
		const { prepared } = await wayBack(authorizing);
		const asked = new URL(prepared.url).searchParams;
		expect(asked.get("scope")).toBe(expected);
		expect(asked.get("prompt")).toBe(expected?.includes("offline_access") === true ? "consent" : null);
	});
});

describe("the way back", () => {
	test("leads to tokens that are kept and used", async () => {
		const authorizing = createAuthorizing(server);
		const { finish } = await wayBack(authorizing);
		await finish();
		expect(authorizing.store.kept.get(server.url)?.tokens?.refreshToken).toBe("as-refresh-3");
		expect(await authorizing.authorizer.authorization(never)).toBe("Bearer as-access-3");
		expect(server.of("/token")[0]?.form.get("resource")).toBe(server.url);
	});

	test.each([
		["with another state", (back: URLSearchParams) => back.set("state", "other"), "its state is wrong"],
		["without a state", (back: URLSearchParams) => back.delete("state"), "its state is wrong"],
		["with two states", (back: URLSearchParams) => back.append("state", "other"), "more than one state"],
		["without a code", (back: URLSearchParams) => back.delete("code"), "has no code"],
		["with two codes", (back: URLSearchParams) => back.append("code", "other"), "more than one code"],
		[
			"without the issuer that it always has",
			(back: URLSearchParams) => back.delete("iss"),
			"does not say that it is from",
		],
		[
			"with another issuer",
			(back: URLSearchParams) => back.set("iss", "https://evil.example"),
			"from another authorization server",
		],
		[
			"with an issuer spelled differently",
			(back: URLSearchParams) => back.set("iss", `${back.get("iss")}/`),
			"from another",
		],
	])("%s is not followed", async (_, change, problem) => {
		const { callback, finish } = await wayBack();
		change(callback);
		expect(await failureOf(finish())).toContain(problem);
		expect(isCodeSent()).toBe(false);
	});

	test("needs no issuer from a server that does not promise one", async () => {
		server.script.metadata = { authorization_response_iss_parameter_supported: undefined };
		const { callback, finish } = await wayBack();
		callback.delete("iss");
		await finish();
		expect(isCodeSent()).toBe(true);
	});

	test("with another issuer is not followed, though the server does not promise one", async () => {
		server.script.metadata = { authorization_response_iss_parameter_supported: undefined };
		const { callback, finish } = await wayBack();
		callback.set("iss", "https://evil.example");
		expect(await failureOf(finish())).toContain("from another authorization server");
		expect(isCodeSent()).toBe(false);
	});

	test("with a denial says so", async () => {
		const { callback, finish } = await wayBack();
		callback.delete("code");
		callback.set("error", "access_denied");
		expect(await failureOf(finish())).toContain(`the sign-in at ${server.origin}/ was denied`);
	});

	test("with an error from another issuer does not repeat what it says", async () => {
		const { callback, finish } = await wayBack();
		callback.set("error", "server_error");
		callback.set("error_description", "call +1 555 0100");
		callback.set("iss", "https://evil.example");
		const said = await finish().then(String, String);
		expect(said).toContain("from another authorization server");
		expect(said).not.toContain("555 0100");
	});

	test("with any other error repeats it in one short line", async () => {
		const { callback, finish } = await wayBack();
		callback.set("error", "invalid_scope");
		callback.set("error_description", `no such\n\u001b[31mscope ${"x".repeat(500)}`);
		const said = await finish().then(String, String);
		expect(said).toContain('it says "invalid_scope": no such [31mscope xxx');
		expect(said.length).toBeLessThan(400);
		expect(isCodeSent()).toBe(false);
	});

	test("is good for one time", async () => {
		const { finish } = await wayBack();
		await finish();
		expect(await failureOf(finish())).toContain("this sign-in is over already");
		expect(server.of("/token")).toHaveLength(1);
	});

	test("that was not meant does not spoil the one that was", async () => {
		const { callback, finish, prepared } = await wayBack();
		const stray = prepared.finish(new URLSearchParams({ state: "guessed", code: "x" }), never);
		expect(await failureOf(stray)).toContain("its state is wrong");
		expect(callback.get("state")).toBe(prepared.state);
		await finish();
	});

	test("with a code that is not taken says what the server says, and nothing of the code", async () => {
		const { callback, finish } = await wayBack();
		callback.set("code", "secret-code");
		const said = await finish().then(String, String);
		expect(said).toContain(`did not work: ${server.origin}/token says "invalid_grant": used up`);
		expect(said).not.toContain("secret-code");
	});

	test("of tokens that cannot be kept says so, and they are used all the same", async () => {
		const authorizing = createAuthorizing(server, { clientId: "mine" });
		const { finish } = await wayBack(authorizing);
		authorizing.store.failWriting = new Error("the folder is read-only");
		expect(await failureOf(finish())).toContain("the folder is read-only");
		expect(await authorizing.call()).toBe(200);
		expect(authorizing.store.kept.size).toBe(0);
	});
});

describe("the token endpoint", () => {
	test.each([
		[
			"an error with the status 200",
			Response.json({ error: "invalid_grant", error_description: "no" }),
			'says "invalid_grant": no',
		],
		["a page", new Response("<h1>secret</h1>"), "answers with something that is no token"],
		["no token", Response.json({ token_type: "Bearer" }), "answers with something that is no token"],
		[
			"an empty token",
			Response.json({ access_token: "", token_type: "Bearer" }),
			"answers with a token that cannot be sent",
		],
		[
			"a token that needs proofs",
			Response.json({ access_token: "t", token_type: "DPoP" }),
			'tokens of the type "DPoP"',
		],
		[
			"a redirect",
			new Response("", { status: 307, headers: { location: "https://evil.example/t?x" } }),
			"redirects to https://evil.example/t, which is not",
		],
		["an error of its own", new Response("secret trace", { status: 500 }), "/token says HTTP 500"],
		["an error without a name", new Response("secret trace", { status: 400 }), "/token says HTTP 400"],
	])("that answers with %s does not sign anybody in", async (_, answer, problem) => {
		const authorizing = createAuthorizing(server);
		server.on["/token"] = () => answer;
		const { finish } = await wayBack(authorizing);
		const said = await finish().then(String, String);
		expect(said).toContain(problem);
		expect(said).not.toContain("secret");
		expect(authorizing.store.kept.get(server.url)?.tokens).toBeUndefined();
	});

	test.each([
		["no expires_in", { expires_in: undefined }],
		["a null for expires_in", { expires_in: null }],
		["an expires_in of 0", { expires_in: 0 }],
		["an expires_in that is no number", { expires_in: "soon" }],
	])("that says %s gives tokens without an end", async (_, token) => {
		server.script.token = token;
		const authorizing = createAuthorizing(server);
		await authorizing.signIn();
		expect(authorizing.store.kept.get(server.url)?.tokens?.expiresAt).toBeUndefined();
		authorizing.clock.advance(1e9);
		expect(await authorizing.call()).toBe(200);
		expect(server.of("/token")).toHaveLength(1);
	});

	test("that writes its life as text and no type gives good tokens", async () => {
		server.script.token = { expires_in: "60", token_type: undefined };
		const authorizing = createAuthorizing(server);
		await authorizing.signIn();
		const tokens = authorizing.store.kept.get(server.url)?.tokens;
		expect(tokens?.expiresAt).toBe((tokens?.obtainedAt ?? 0) + 60_000);
	});
});
