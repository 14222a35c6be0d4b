import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from "node:crypto";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing } from "../../test/helpers/authorizing.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const machine = { grant: "client_credentials", clientId: "robot" } as const;
const minutes = (count: number) => count * 60_000;

describe("a machine with a secret", () => {
	const withSecret = { ...machine, clientSecret: "a secret" };

	test("signs in by itself as soon as it is refused, and nobody is asked", async () => {
		server.script.challenge = ', scope="jobs"';
		const { call, authorizer, store } = createAuthorizing(server, withSecret);
		expect(await call()).toBe(200);
		const [request] = server.of("/token");
		expect(request?.headers.get("authorization")).toBe(`Basic ${btoa("robot:a+secret")}`);
		expect(Object.fromEntries(request?.form ?? [])).toEqual({
			grant_type: "client_credentials",
			scope: "jobs",
			resource: server.url,
		});
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(server.of("/register")).toEqual([]);
		expect(JSON.stringify(store.writes)).not.toContain("a secret");
	});

	test("puts it into the form where only that is taken", async () => {
		server.script.metadata = { token_endpoint_auth_methods_supported: ["client_secret_post"] };
		expect(await createAuthorizing(server, withSecret).call()).toBe(200);
		expect(server.of("/token")[0]?.form.get("client_secret")).toBe("a secret");
	});

	test("gets the next token before the last one ends, and after one was refused", async () => {
		const { call, clock } = createAuthorizing(server, withSecret);
		await call();
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		clock.advance(minutes(1));
		server.expireAll();
		expect(await call()).toBe(200);
		expect(server.of("/token").map(({ form }) => form.get("grant_type"))).toEqual(Array(3).fill("client_credentials"));
	});

	test("finds the place again from what is kept, where only the challenge names it", async () => {
		server.script.resourcePath = "/custom/place.json";
		const { call, clock, store } = createAuthorizing(server, withSecret);
		await call();
		clock.advance(minutes(56));
		const later = createAuthorizing(server, withSecret, { store, clock });
		expect(await later.call()).toBe(200);
		expect(later.troubles).toEqual([]);
		expect(server.of("/token")).toHaveLength(2);
	});

	test("does not ask again and again when its new token is refused", async () => {
		const { call, authorizer } = createAuthorizing(server, withSecret);
		server.on["/mcp"] = () => new Response("", { status: 401 });
		for (let request = 0; request < 5; request++) expect(await call()).toBe(401);
		expect(server.of("/token")).toHaveLength(1);
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(authorizer.problem).toBe("the server refuses the token that it was just given");
	});

	test("says what is wrong with it, and does not ask again with every request", async () => {
		const { call, authorizer, clock } = createAuthorizing(server, withSecret);
		server.on["/token"] = () => Response.json({ error: "invalid_client" }, { status: 401 });
		for (let request = 0; request < 5; request++) expect(await call()).toBe(401);
		expect(server.of("/token")).toHaveLength(1);
		expect(authorizer.problem).toBe(`${server.origin}/token says "invalid_client"`);
		delete server.on["/token"];
		clock.advance(5_000);
		expect(await call()).toBe(200);
	});

	test("asks for more scopes when it is told to, once", async () => {
		server.script.challenge = ', scope="jobs"';
		const { call, authorizer } = createAuthorizing(server, withSecret);
		await call();
		const forbid = { "www-authenticate": 'Bearer error="insufficient_scope", scope="more"' };
		server.on["/mcp"] = () => new Response("", { status: 403, headers: forbid });
		expect(await call()).toBe(403);
		expect(await call()).toBe(403);
		expect(server.of("/token").map(({ form }) => form.get("scope"))).toEqual(["jobs", "jobs more"]);
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("does not show it to another authorization server than the first one", async () => {
		await using other = await startAuthorizationServer();
		const { call, clock, authorizer } = createAuthorizing(server, withSecret);
		await call();
		clock.advance(minutes(1));
		server.script.resource = { authorization_servers: [other.origin] };
		server.expireAll();
		expect(await call()).toBe(401);
		expect(other.of("/token")).toEqual([]);
		expect(authorizer.problem).toContain("but now the server wants one to sign in at");
	});
});

describe("a machine with a key", () => {
	const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString()) as unknown;
	const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;
	const pem = (key: KeyObject, type: "pkcs8" | "sec1" | "pkcs1" = "pkcs8") => key.export({ type, format: "pem" });

	test.each([
		["P-256", ec("P-256"), "pkcs8", undefined, "ES256", "sha256"],
		["P-384 in its older form", ec("P-384"), "sec1", undefined, "ES384", "sha384"],
		[
			"RSA in its older form",
			generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
			"pkcs1",
			["RS512", "ES256"],
			"RS512",
			"sha512",
		],
	] as const)(
		"of the kind %s proves who it is by a signature for this issuer",
		async (_, key, type, offered, alg, hash) => {
			server.script.metadata = { token_endpoint_auth_signing_alg_values_supported: offered };
			const { call } = createAuthorizing(server, { ...machine, privateKey: pem(key, type) });
			expect(await call()).toBe(200);
			const { form } = server.of("/token")[0]!;
			expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
			const [head, claims, signature] = (form.get("client_assertion") ?? "").split(".");
			expect(decode(head)).toEqual({ alg, typ: "JWT" });
			expect(decode(claims)).toMatchObject({ iss: "robot", sub: "robot", aud: server.origin, exp: expect.any(Number) });
			const publicKey = { key: createPublicKey(key), dsaEncoding: "ieee-p1363" } as const;
			const signed = Buffer.from(`${head}.${claims}`);
			expect(verify(hash, signed, publicKey, Buffer.from(signature ?? "", "base64url"))).toBe(true);
		},
	);

	test.each([
		["that is none", "-----BEGIN nonsense", {}, "oauth_private_key is no private key in PEM form"],
		[
			"of a kind that is not signed with",
			pem(generateKeyPairSync("ed25519").privateKey),
			{},
			"a key of the kind ed25519; use RSA",
		],
		[
			"whose algorithm is not taken",
			pem(ec("P-256")),
			{ token_endpoint_auth_signing_alg_values_supported: ["RS256"] },
			"signs with ES256, but",
		],
		[
			"where keys are not taken",
			pem(ec("P-256")),
			{ token_endpoint_auth_methods_supported: ["none"] },
			"takes no oauth_private_key",
		],
	])("%s says so", async (_, privateKey, metadata, problem) => {
		server.script.metadata = metadata;
		const { call, authorizer } = createAuthorizing(server, { ...machine, privateKey });
		expect(await call()).toBe(401);
		expect(authorizer.problem).toContain(problem);
		expect(authorizer.problem).not.toContain("BEGIN");
		expect(server.of("/token")).toEqual([]);
	});
});

test.each([
	[{ clientId: undefined, clientSecret: "s" }, "oauth_client_id is missing"],
	[{ clientId: "robot" }, "needs oauth_client_secret or oauth_private_key"],
])("a machine with only %j says what is missing", async (changes, problem) => {
	const { call, authorizer } = createAuthorizing(server, { grant: "client_credentials", ...changes });
	expect(await call()).toBe(401);
	expect(authorizer.problem).toContain(problem);
});
