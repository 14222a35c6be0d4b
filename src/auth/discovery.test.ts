import { afterEach, describe, expect, test } from "bun:test";

import {
	type AuthorizationScript,
	type AuthorizationServer,
	startAuthorizationServer,
} from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf, never, redirectUri } from "../../test/helpers/authorizing.ts";

const servers: AuthorizationServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(script: AuthorizationScript = {}): Promise<AuthorizationServer> {
	const server = await startAuthorizationServer(script);
	servers.push(server);
	return server;
}

const paths = ({ requests }: AuthorizationServer) => requests.map((request) => request.path);

/** Refused once, signed in, and let in. */
async function signIn(server: AuthorizationServer): Promise<void> {
	const { call, signIn, authorizer } = createAuthorizing(server);
	expect(await call()).toBe(401);
	expect(authorizer.isSignInNeeded).toBe(true);
	await signIn();
	expect(authorizer.isSignInNeeded).toBe(false);
	expect(await call()).toBe(200);
}

describe("the server's own metadata", () => {
	test("is read where the challenge says that it is", async () => {
		const server = await start({ resourcePath: "/custom/place.json" });
		await signIn(server);
		expect(paths(server).slice(1, 3)).toEqual(["/custom/place.json", "/.well-known/oauth-authorization-server"]);
	});

	test("is read at the well-known path with the server's path, when there is no challenge", async () => {
		const server = await start({ challenge: false });
		await signIn(server);
		expect(paths(server)).not.toContain("/.well-known/oauth-protected-resource");
	});

	test("and that of its authorization server are looked for on, where an address that is not theirs makes trouble", async () => {
		const server = await start({
			challenge: false,
			resourcePath: "/.well-known/oauth-protected-resource",
			metadataPath: "/.well-known/openid-configuration",
		});
		for (const path of ["oauth-protected-resource/mcp", "oauth-authorization-server"]) {
			server.on[`/.well-known/${path}`] = () => new Response("no such route", { status: 500 });
		}
		await signIn(server);
	});

	test("is read at the well-known path without the server's path after that", async () => {
		const server = await start({ challenge: false, resourcePath: "/.well-known/oauth-protected-resource" });
		await signIn(server);
		expect(paths(server).filter((path) => path.includes("protected"))).toEqual([
			"/.well-known/oauth-protected-resource/mcp",
			"/.well-known/oauth-protected-resource",
		]);
	});

	test("is asked for by a request of our own, when nothing has been refused yet", async () => {
		const server = await start({ resourcePath: "/custom/place.json", challenge: ', scope="read"' });
		const { authorizer } = createAuthorizing(server);
		const { url } = await authorizer.prepare(redirectUri, never);
		expect(new URL(url).searchParams.get("scope")).toBe("read");
		expect(paths(server).slice(0, 2)).toEqual(["/mcp", "/custom/place.json"]);
	});

	test("is found all the same when the challenge names an address that cannot be reached", async () => {
		const server = await start({ challenge: false });
		const { authorizer } = createAuthorizing(server);
		const challenge = 'Bearer resource_metadata="http://internal.example:8080/metadata"';
		await authorizer.refused({ status: 401, challenge, sent: undefined }, never);
		await authorizer.prepare(redirectUri, never);
		expect(paths(server)[0]).toBe("/.well-known/oauth-protected-resource/mcp");
	});

	test("may be that of a part of the server's address, and is named exactly as it is there", async () => {
		const server = await start();
		server.script.resource = { resource: server.origin };
		await signIn(server);
		expect(server.of("/authorize")[0]?.query.get("resource")).toBe(server.origin);
		expect(server.of("/token")[0]?.form.get("resource")).toBe(server.origin);
	});

	test("may have a slash at the end that the config does not have", async () => {
		const server = await start();
		server.script.resource = { resource: `${server.url}/` };
		await signIn(server);
		expect(server.of("/token")[0]?.form.get("resource")).toBe(`${server.url}/`);
	});

	test.each(["https://evil.example/mcp", "http://127.0.0.1:1/mcp", "ORIGIN/mcp/other", "ORIGIN/mc"])(
		"of another server ends the sign-in: %s",
		async (address) => {
			const server = await start();
			server.script.resource = { resource: address.replace("ORIGIN", server.origin) };
			const { authorizer } = createAuthorizing(server);
			const sign = authorizer.prepare(redirectUri, never);
			expect(await failureOf(sign)).toContain(`, not of ${server.url}`);
			expect(server.of("/register")).toEqual([]);
		},
	);

	test.each([
		[
			"http://as.example",
			"the authorization server that the server names is http://as.example/, which is not encrypted",
		],
		["nonsense", 'the authorization server that the server names is no address: "nonsense"'],
	])("that names %s as authorization server ends the sign-in", async (address, problem) => {
		const server = await start({ resource: { authorization_servers: [address] } });
		expect(await failureOf(createAuthorizing(server).authorizer.prepare(redirectUri, never))).toContain(problem);
	});
});

describe("the authorization server's metadata", () => {
	test.each([
		["", "/.well-known/oauth-authorization-server"],
		["", "/.well-known/openid-configuration"],
		["/tenant1", "/.well-known/oauth-authorization-server/tenant1"],
		["/tenant1", "/.well-known/openid-configuration/tenant1"],
		["/tenant1", "/tenant1/.well-known/openid-configuration"],
	])("of an issuer with the path '%s' is found at %s", async (path, metadataPath) => {
		const server = await start({ metadataPath });
		const issuer = server.origin + path;
		server.script.resource = { authorization_servers: [issuer] };
		server.script.metadata = { issuer, authorization_response_iss_parameter_supported: undefined };
		const { authorizer, store } = createAuthorizing(server);
		const prepared = await authorizer.prepare(redirectUri, never);
		const callback = await server.approve(prepared.url);
		callback.set("iss", issuer);
		await prepared.finish(callback, never);
		expect(store.kept.get(server.url)?.issuer).toBe(issuer);
	});

	test("of another issuer is not used", async () => {
		const server = await start({ metadata: { issuer: "https://honest.example" } });
		const sign = createAuthorizing(server).authorizer.prepare(redirectUri, never);
		expect(await failureOf(sign)).toContain('it says that it is that of "https://honest.example"');
		expect(server.of("/register")).toEqual([]);
	});

	test("may have a slash at the end of its issuer that the server does not write; the way back has to have it as well", async () => {
		const server = await start();
		server.script.metadata = { issuer: `${server.origin}/` };
		const { authorizer } = createAuthorizing(server);
		const prepared = await authorizer.prepare(redirectUri, never);
		const callback = await server.approve(prepared.url);
		expect(await failureOf(prepared.finish(callback, never))).toContain("from another authorization server");
		callback.set("iss", `${server.origin}/`);
		await prepared.finish(callback, never);
	});

	test("has to be there when the server names one", async () => {
		const server = await start({ metadata: false });
		const sign = createAuthorizing(server).authorizer.prepare(redirectUri, never);
		expect(await failureOf(sign)).toContain("has no authorization server metadata");
	});

	test.each([
		[{ code_challenge_methods_supported: undefined }, "its code_challenge_methods_supported says nothing"],
		[{ code_challenge_methods_supported: ["plain"] }, "says plain"],
		[{ response_types_supported: ["token"] }, "does not offer sign-in by an authorization code"],
		[{ authorization_endpoint: undefined }, "no authorization_endpoint"],
		[
			{ authorization_endpoint: "http://as.example/authorize" },
			"the page to sign in at is http://as.example/authorize, which",
		],
		[{ authorization_endpoint: "javascript:alert(1)" }, "not encrypted"],
		[
			{ token_endpoint: "http://as.example/token" },
			"the token endpoint is http://as.example/token, which is not encrypted",
		],
		[{ token_endpoint: undefined }, "cannot be used: token_endpoint missing or wrong"],
	])("with %p ends the sign-in", async (metadata, problem) => {
		const server = await start({ metadata });
		expect(await failureOf(createAuthorizing(server).authorizer.prepare(redirectUri, never))).toContain(problem);
		expect(server.of("/register")).toEqual([]);
	});

	test("with nulls and nonsense in fields that are only a help is good enough", async () => {
		const server = await start({
			metadata: { scopes_supported: null, revocation_endpoint: "?", response_types_supported: "code", jwks_uri: 7 },
		});
		await signIn(server);
	});

	test("that cannot be had just now is told as such", async () => {
		const server = await start();
		server.on["/.well-known/oauth-authorization-server"] = () => new Response("secret page", { status: 503 });
		const sign = createAuthorizing(server).authorizer.prepare(redirectUri, never);
		const place = `${server.origin}/.well-known/oauth-authorization-server`;
		expect(await failureOf(sign)).toContain(`cannot find out how to sign in for ${server.url}: ${place} says HTTP 503`);
	});
});

describe("a server of revision 2025-03-26", () => {
	test("is its own authorization server", async () => {
		const server = await start({ resource: false });
		await signIn(server);
		expect(server.of("/token")[0]?.form.get("resource")).toBe(server.url);
	});

	test("is called by its address without the query, which may hold a key", async () => {
		const server = await start({ resource: false });
		const { authorizer } = createAuthorizing(server, { serverUrl: `${server.url}?key=secret` });
		const { url } = await authorizer.prepare(redirectUri, never);
		expect(new URL(url).searchParams.get("resource")).toBe(server.url);
		expect(url).not.toContain("secret");
	});

	test("without any metadata has the usual addresses, for renewals as well", async () => {
		const server = await start({ resource: false, metadata: false });
		const { call, signIn, clock } = createAuthorizing(server);
		expect(await call()).toBe(401);
		await signIn();
		expect(server.of("/authorize")[0]?.query.get("code_challenge_method")).toBe("S256");
		clock.advance(3_500_000);
		expect(await call()).toBe(200);
		expect(server.of("/token").map(({ form }) => form.get("grant_type"))).toEqual([
			"authorization_code",
			"refresh_token",
		]);
	});
});
