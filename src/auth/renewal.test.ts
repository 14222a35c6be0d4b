import { afterEach, beforeEach, describe, expect, test } from "bun:test";

import { type AuthorizationServer, startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { type Authorizing, createAuthorizing, never } from "../../test/helpers/authorizing.ts";

let server: AuthorizationServer;
beforeEach(async () => {
	server = await startAuthorizationServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const minutes = (count: number) => count * 60_000;
const renewals = () => server.of("/token").filter(({ form }) => form.get("grant_type") === "refresh_token");

async function signedIn(): Promise<Authorizing> {
	const authorizing = createAuthorizing(server);
	await authorizing.signIn();
	return authorizing;
}

describe("a token", () => {
	test("is renewed 5 minutes before its end, and not before that", async () => {
		const { call, clock } = await signedIn();
		clock.advance(minutes(55) - 1);
		expect(await call()).toBe(200);
		expect(renewals()).toEqual([]);
		clock.advance(1);
		expect(await call()).toBe(200);
		expect(renewals()).toHaveLength(1);
	});

	test("that lives for seconds is renewed at half of its life, once for each of them", async () => {
		server.script.token = { expires_in: 4 };
		const { call, clock } = await signedIn();
		for (let second = 0; second < 20; second++) {
			expect(await Promise.all([call(), call(), call()])).toEqual([200, 200, 200]);
			clock.advance(1000);
		}
		expect(renewals()).toHaveLength(9);
	});

	test("is renewed by one of many processes, with each refresh token used once", async () => {
		const { store, clock } = await signedIn();
		const processes = Array.from({ length: 8 }, () => createAuthorizing(server, {}, { store, clock }));
		for (let hour = 0; hour < 5; hour++) {
			const outcomes = await Promise.all(processes.flatMap(({ call }) => [call(), call()]));
			expect(outcomes).toEqual(Array(16).fill(200));
			expect(renewals()).toHaveLength(hour);
			clock.advance(minutes(56));
		}
		expect(processes.map(({ authorizer }) => authorizer.isSignInNeeded)).toEqual(Array(8).fill(false));
	});

	test("is used only after what came with it has been kept", async () => {
		const { call, clock, store, authorizer } = await signedIn();
		clock.advance(minutes(56));
		const keep = Promise.withResolvers<void>();
		const { write } = store;
		const writing = Promise.withResolvers<void>();
		store.write = async (signIn) => {
			writing.resolve();
			await keep.promise;
			return write(signIn);
		};
		let used: string | undefined;
		const asking = authorizer.authorization(never).then((header) => (used = header));
		await writing.promise;
		expect(used).toBeUndefined();
		keep.resolve();
		await asking;
		expect(store.kept.get(server.url)?.tokens?.refreshToken).toBe("as-refresh-4");
		expect(await call()).toBe(200);
	});

	test("keeps its refresh token and its scope where the answer has none", async () => {
		server.script.token = { scope: "a b" };
		const { call, clock, store } = await signedIn();
		server.script.token = { refresh_token: undefined };
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		expect(store.kept.get(server.url)?.tokens).toMatchObject({ refreshToken: "as-refresh-3", scope: "a b" });
	});

	test("that has ended and cannot be renewed by anybody is sent as long as the server takes it", async () => {
		server.script.token = { refresh_token: undefined };
		const { call, clock } = await signedIn();
		clock.advance(minutes(120));
		expect(await call()).toBe(200);
		expect(renewals()).toEqual([]);
	});

	test("names the same resource when it is renewed", async () => {
		server.script.resource = { resource: server.origin };
		const { call, clock } = await signedIn();
		clock.advance(minutes(56));
		await call();
		expect(renewals().map(({ form }) => form.get("resource"))).toEqual([server.origin]);
	});
});

describe("a renewal that fails", () => {
	test("leaves the old token in use, and is not tried again with every request", async () => {
		const { call, clock, troubles, authorizer } = await signedIn();
		server.on["/token"] = () => new Response("secret trace", { status: 500 });
		clock.advance(minutes(56));
		for (let request = 0; request < 10; request++) expect(await call()).toBe(200);
		expect(renewals()).toHaveLength(1);
		const problem = `${server.origin}/token says HTTP 500`;
		expect(troubles).toEqual([`the sign-in could not be renewed: ${problem}`]);
		expect(authorizer.problem).toBe(problem);

		clock.advance(5_000);
		await call();
		expect(renewals()).toHaveLength(2);
		clock.advance(5_000);
		await call();
		expect(renewals()).toHaveLength(2);

		delete server.on["/token"];
		clock.advance(5_000);
		expect(await call()).toBe(200);
		expect(renewals()).toHaveLength(3);
		expect(authorizer.problem).toBeUndefined();
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("asks nobody to sign in, though the old token is refused", async () => {
		const { call, clock, authorizer, store } = await signedIn();
		server.on["/token"] = () => new Response("", { status: 502 });
		clock.advance(minutes(61));
		server.expireAll();
		expect(await call()).toBe(401);
		expect(authorizer.isSignInNeeded).toBe(false);
		expect(store.kept.get(server.url)?.tokens?.refreshToken).toBe("as-refresh-3");
		delete server.on["/token"];
		clock.advance(5_000);
		expect(await call()).toBe(200);
	});

	test("for want of an answer holds up a request whose token still works for 5 seconds", async () => {
		const { authorizer, clock } = await signedIn();
		const asked = Promise.withResolvers<void>();
		server.on["/token"] = () => {
			asked.resolve();
			return new Promise(() => {});
		};
		clock.advance(minutes(56));
		const asking = authorizer.authorization(never);
		await asked.promise;
		clock.advance(5_000);
		expect(await asking).toBe("Bearer as-access-3");
		clock.advance(25_000);
		await authorizer.settled();
		expect(authorizer.problem).toBe(`${server.origin}/token did not answer within 30 s`);
	});

	test.each(["temporarily_unavailable", "server_error"])("with %s is tried again", async (error) => {
		const { call, clock, authorizer } = await signedIn();
		server.on["/token"] = () => Response.json({ error }, { status: 400 });
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		expect(authorizer.isSignInNeeded).toBe(false);
	});

	test("because the client is not known any more has it registered anew with the next sign-in", async () => {
		const { call, clock, authorizer, store, signIn } = await signedIn();
		server.on["/token"] = () => Response.json({ error: "invalid_client" }, { status: 401 });
		clock.advance(minutes(56));
		await call();
		expect(authorizer.isSignInNeeded).toBe(true);
		expect(store.kept.size).toBe(0);
		delete server.on["/token"];
		await signIn();
		expect(server.of("/register")).toHaveLength(2);
		expect(await call()).toBe(200);
	});

	test("by a redirect sends the refresh token nowhere else", async () => {
		await using other = await startAuthorizationServer();
		const { call, clock, authorizer } = await signedIn();
		server.on["/token"] = () => new Response("", { status: 307, headers: { location: `${other.origin}/token` } });
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		expect(authorizer.problem).toBe(`${server.origin}/token redirects to ${other.origin}/token, which is not followed`);
		expect(other.requests).toEqual([]);
	});

	test("because the metadata is that of somebody else by now sends the refresh token nowhere", async () => {
		const { call, clock, authorizer } = await signedIn();
		server.script.metadata = { issuer: "https://other.example" };
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		expect(authorizer.problem).toContain('that of "https://other.example"');
		expect(renewals()).toEqual([]);
	});

	test("to be kept is told, and the new token is used all the same", async () => {
		const { call, clock, store, troubles } = await signedIn();
		store.failWriting = new Error("the folder is read-only");
		clock.advance(minutes(56));
		server.expireAll();
		expect(await call()).toBe(200);
		expect(await call()).toBe(200);
		expect(renewals()).toHaveLength(1);
		expect(troubles).toEqual(["new tokens could not be kept: the folder is read-only"]);
		store.failWriting = undefined;
		clock.advance(minutes(56));
		expect(await call()).toBe(200);
		expect(store.kept.get(server.url)?.tokens?.refreshToken).toBe("as-refresh-5");
	});
});
