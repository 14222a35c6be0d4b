import { expect, test } from "bun:test";

import { startAuthorizationServer } from "../../test/helpers/authorization-server.ts";
import { createAuthorizing, failureOf, never } from "../../test/helpers/authorizing.ts";

test("two clients at one server have a sign-in each, also when a third one registers itself", async () => {
	await using server = await startAuthorizationServer();
	const one = createAuthorizing(server, { clientId: "one", clientSecret: "s1" });
	const same = { store: one.store, clock: one.clock };
	const other = createAuthorizing(server, { clientId: "https://app.example/other#x" }, same);
	const third = createAuthorizing(server, {}, same);
	const all = [one, other, third];
	for (const { call, signIn } of all) {
		expect(await call()).toBe(401);
		await signIn();
		expect(await call()).toBe(200);
	}
	const headers = await Promise.all(all.map(({ authorizer }) => authorizer.authorization(never)));
	expect(new Set(headers).size).toBe(3);

	one.clock.advance(56 * 60_000);
	expect(await Promise.all(all.map(({ call }) => call()))).toEqual([200, 200, 200]);
	const renewals = server.of("/token").filter(({ form }) => form.get("grant_type") === "refresh_token");
	expect(renewals.map(({ form }) => form.get("resource"))).toEqual([server.url, server.url, server.url]);

	await one.authorizer.logout(never);
	expect([...one.store.kept.keys()].sort()).toEqual([
		server.url,
		`${server.url}#https%3A%2F%2Fapp.example%2Fother%23x`,
	]);
});

test("a new client that is not taken costs nothing of the sign-in that there is by another one", async () => {
	await using server = await startAuthorizationServer();
	const { authorizer, call, signIn, store } = createAuthorizing(server);
	await signIn();
	server.on["/token"] = () => Response.json({ error: "invalid_client" }, { status: 401 });
	// Another port, for which the program is registered once more.
	const { url, finish } = await authorizer.prepare("http://127.0.0.1:7778/callback", never);
	const callback = await server.approve(url);
	expect(await failureOf(finish(callback, never))).toContain("invalid_client");
	expect(server.of("/register")).toHaveLength(2);
	expect(store.kept.get(server.url)?.client.id).toBe("as-client-1");
	expect(await call()).toBe(200);
});
