import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf, never, redirectUri, startOfTime } from "../../test/helpers/authorizing.ts";
import { createMemoryTokenStore } from "../../test/helpers/memory-token-store.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const clientIn = (url: string) => new URL(url).searchParams.get("client_id");

describe("a program that nobody has registered", () => {
	test("registers itself as a native one that wants to renew its tokens", async () => {
		Object.assign(server.script, { challenge: ', scope="read"' });
		const { authorizer, call } = createAuthorizing(server);
		await call();
		await authorizer.prepare(redirectUri, never);
		expect(server.of("/register").map(({ json }) => json)).toEqual([
			{
				client_name: "dynamic-mcp",
				application_type: "native",
				redirect_uris: [redirectUri],
				grant_types: ["authorization_code", "refresh_token"],
				response_types: ["code"],
				token_endpoint_auth_method: "none",
				scope: "read",
			},
		]);
	});

	test.each([
		[400, "invalid_client_metadata"],
		[403, "insufficient_scope"],
	])(
		"registers itself without scopes where those are refused with %d %s, and asks for them at the sign-in",
		async (status, error) => {
			server.script.challenge = ', scope="read"';
			server.on["/register"] = ({ json }) =>
				json["scope"] === undefined ? undefined : Response.json({ error }, { status });
			const { authorizer, call } = createAuthorizing(server);
			await call();
			const { url } = await authorizer.prepare(redirectUri, never);
			expect(server.of("/register").map(({ json }) => json["scope"])).toEqual(["read", undefined]);
			expect(new URL(url).searchParams.get("scope")).toBe("read");
		},
	);

	test("that is refused for something else than its scopes says so, and asks no more than twice", async () => {
		server.script.challenge = ', scope="read"';
		server.on["/register"] = () => Response.json({ error: "invalid_client_metadata" }, { status: 400 });
		const { authorizer, call } = createAuthorizing(server);
		await call();
		expect(await failureOf(authorizer.prepare(redirectUri, never))).toContain('says "invalid_client_metadata"');
		expect(server.of("/register")).toHaveLength(2);
	});

	test.each([
		[undefined, "none"],
		[["client_secret_post", "none"], "none"],
		[["client_secret_post", "client_secret_basic"], "client_secret_basic"],
		[["client_secret_post"], "client_secret_post"],
		[["private_key_jwt"], "none"],
	])("where %p is taken, wants to prove itself by %s", async (methods, expected) => {
		server.script.metadata = { token_endpoint_auth_methods_supported: methods };
		await createAuthorizing(server).authorizer.prepare(redirectUri, never);
		expect(server.of("/register")[0]?.json["token_endpoint_auth_method"]).toBe(expected);
	});

	test.each([
		["client_secret_basic", `Basic ${btoa("as-client-1:a%2Bb%3Dc%3A+d")}`, null, null],
		["client_secret_post", null, "as-client-1", "a+b=c: d"],
		["none", null, "as-client-1", null],
	])("that is told to prove itself by %s does so", async (method, header, id, secret) => {
		server.script.registration = { client_secret: "a+b=c: d", token_endpoint_auth_method: method };
		server.script.metadata = { token_endpoint_auth_methods_supported: [method] };
		await createAuthorizing(server).signIn();
		const [request] = server.of("/token");
		expect(request?.headers.get("authorization") ?? null).toBe(header);
		expect(request?.form.get("client_id") ?? null).toBe(id);
		expect(request?.form.get("client_secret") ?? null).toBe(secret);
	});

	test("keeps its registration before it is used, and takes it again for the same way back", async () => {
		const { authorizer, store } = createAuthorizing(server);
		await authorizer.prepare(redirectUri, never);
		expect(store.kept.get(server.url)?.client.id).toBe("as-client-1");
		const again = await createAuthorizing(server, {}, { store }).authorizer.prepare(redirectUri, never);
		expect(clientIn(again.url)).toBe("as-client-1");
		expect(server.of("/register")).toHaveLength(1);
	});

	test("registers itself again for another port, because many a server takes only the one that it knows", async () => {
		const { authorizer } = createAuthorizing(server);
		await authorizer.prepare(redirectUri, never);
		await authorizer.prepare("http://127.0.0.1:8888/callback", never);
		expect(server.of("/register").map(({ json }) => json["redirect_uris"])).toEqual([
			[redirectUri],
			["http://127.0.0.1:8888/callback"],
		]);
	});

	test("takes its registration with another port where a new one is refused", async () => {
		const { authorizer } = createAuthorizing(server);
		await authorizer.prepare(redirectUri, never);
		server.on["/register"] = () => Response.json({ error: "too many" }, { status: 429 });
		const { url } = await authorizer.prepare("http://127.0.0.1:8888/callback", never);
		expect(clientIn(url)).toBe("as-client-1");
		const elsewhere = authorizer.prepare("http://127.0.0.1:8888/elsewhere", never);
		expect(await failureOf(elsewhere)).toContain("could not be registered there");
	});

	test("registers itself again when its secret has run out", async () => {
		const end = startOfTime / 1000 + 600;
		server.script.registration = { client_secret: "s", client_secret_expires_at: end };
		const { authorizer, clock } = createAuthorizing(server);
		await authorizer.prepare(redirectUri, never);
		clock.advance(599_999);
		await authorizer.prepare(redirectUri, never);
		expect(server.of("/register")).toHaveLength(1);
		clock.advance(1);
		await authorizer.prepare(redirectUri, never);
		expect(server.of("/register")).toHaveLength(2);
	});

	test.each(["invalid_client", "unauthorized_client"])("registers itself again after %s", async (error) => {
		const authorizing = createAuthorizing(server);
		server.on["/token"] = () => Response.json({ error }, { status: 401 });
		expect(await failureOf(authorizing.signIn())).toContain(`says "${error}"`);
		delete server.on["/token"];
		await authorizing.signIn();
		expect(server.of("/register")).toHaveLength(2);
		expect(await authorizing.call()).toBe(200);
	});

	test("does not spoil tokens that still work by a registration of a sign-in that has not come to its end", async () => {
		const { authorizer, store, signIn, call } = createAuthorizing(server);
		await signIn();
		await authorizer.prepare("http://127.0.0.1:8888/callback", never);
		expect(store.kept.get(server.url)?.client.id).toBe("as-client-1");
		expect(await call()).toBe(200);
	});

	test("is told to ask a person for a client id where it cannot register itself", async () => {
		server.script.metadata = { registration_endpoint: undefined };
		const failure = createAuthorizing(server).authorizer.prepare(redirectUri, never);
		expect(await failure.catch((error: unknown) => error)).toMatchObject({
			message: `${server.origin}/ does not let programs register themselves`,
			hint: expect.stringContaining("set oauth_client_id in the config"),
		});
	});

	test.each([
		[
			{ error: "invalid_redirect_uri", error_description: "no loopback" },
			400,
			'says "invalid_redirect_uri": no loopback',
		],
		[{ client_secret: "secret-1" }, 201, "answers without a client_id"],
		[{ error: "invalid_client_metadata" }, 200, 'says "invalid_client_metadata"'],
	])("says what the server said when it is answered %j", async (answer, status, problem) => {
		server.on["/register"] = () => Response.json(answer, { status });
		const said = await createAuthorizing(server).authorizer.prepare(redirectUri, never).then(String, String);
		expect(said).toContain(problem);
		expect(said).not.toContain("secret-1");
	});
});

describe("a client of the config", () => {
	const registered = { clientId: "mine", clientSecret: "my-secret" };

	test("is used without registering, and its secret stays out of the store", async () => {
		const { signIn, store, call, clock } = createAuthorizing(server, registered);
		await signIn();
		clock.advance(3_500_000);
		expect(await call()).toBe(200);
		expect(server.of("/register")).toEqual([]);
		expect(server.of("/token").map(({ headers }) => headers.get("authorization"))).toEqual([
			`Basic ${btoa("mine:my-secret")}`,
			`Basic ${btoa("mine:my-secret")}`,
		]);
		expect(JSON.stringify(store.writes)).not.toContain("my-secret");
	});

	test("is not shown to another authorization server than the one it was first used at", async () => {
		const { signIn, authorizer, store } = createAuthorizing(server, registered);
		await signIn();
		await using other = await startAuthorizationServer({ name: "other" });
		server.script.resource = { authorization_servers: [other.origin] };
		const moved = authorizer.prepare(redirectUri, never);
		expect(await failureOf(moved)).toContain(
			`was used at ${server.origin}/, but now the server wants one to sign in at ${other.origin}/`,
		);
		expect(store.kept.get(authorizer.resource)?.issuer).toBe(server.origin);
		await authorizer.logout(never);
		expect(clientIn((await authorizer.prepare(redirectUri, never)).url)).toBe("mine");
	});

	const document = "https://client.example/metadata.json";

	test("may be the address of a document, where that is taken", async () => {
		server.script.metadata = { client_id_metadata_document_supported: true };
		const { signIn, store, call, authorizer } = createAuthorizing(server, { clientId: document });
		await signIn();
		expect(await call()).toBe(200);
		expect(server.of("/authorize")[0]?.query.get("client_id")).toBe(document);
		expect(server.of("/token")[0]?.form.get("client_id")).toBe(document);
		expect(server.of("/register")).toEqual([]);
		expect(store.kept.get(authorizer.resource)?.client).toEqual({ kind: "metadata-document", id: document });
	});

	test("that is such an address gives way to a registration where it is not taken", async () => {
		const { url } = await createAuthorizing(server, { clientId: document }).authorizer.prepare(redirectUri, never);
		expect(clientIn(url)).toBe("as-client-1");
		server.script.metadata = { registration_endpoint: undefined };
		const neither = createAuthorizing(server, { clientId: document }).authorizer.prepare(redirectUri, never);
		expect(await failureOf(neither)).toContain("takes no address of a document as oauth_client_id");
	});
});

describe("a server that moves to another authorization server", () => {
	test("has the program registered there, and nothing of the first one is shown to the second", async () => {
		const { call, signIn, store, authorizer } = createAuthorizing(server);
		await call();
		await signIn();
		expect(await call()).toBe(200);
		await using other = await startAuthorizationServer({ name: "other" });
		server.script.resource = { authorization_servers: [other.origin] };
		server.revokeAll();
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(true);
		const prepared = await authorizer.prepare(redirectUri, never);
		await prepared.finish(await other.approve(prepared.url), never);
		expect(store.kept.get(server.url)).toMatchObject({ issuer: other.origin, client: { id: "other-client-1" } });
		const seen = other.requests
			.map(({ query, form, headers }) => `${String(query)} ${String(form)} ${JSON.stringify(headers)}`)
			.join();
		expect(seen).not.toMatch(/as-(?:client|refresh|access|code)/);
	});

	test("is signed in for where it was before when it names several", async () => {
		await using other = await startAuthorizationServer({ name: "other" });
		const { signIn, authorizer } = createAuthorizing(server);
		await signIn();
		server.script.resource = { authorization_servers: [other.origin, server.origin] };
		expect((await authorizer.prepare(redirectUri, never)).url).toStartWith(server.origin);
		const fresh = createAuthorizing(server, {}, { store: createMemoryTokenStore() });
		expect((await fresh.authorizer.prepare(redirectUri, never)).url).toStartWith(other.origin);
	});
});
