/** Authorization servers that fail, or answer oddly, when tokens are got and renewed. */
import { expect, test } from "bun:test";

import { eventually } from "../helpers/eventually.ts";
import { addressIn, keptSignInOf, oneMinuteOld, signInAt } from "../helpers/kept-sign-in.ts";
import { errorTextOf, goodTextOf, textOf } from "../helpers/messages.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { type SignedMcp, startSignedMcp, withBrowser } from "../helpers/signed-mcp.ts";

const informed = (config: string) => ["--log-level", "info", config];
const file = { settings: { tokenStore: "file" } };

/** A program through which somebody has signed in a minute ago. */
async function startSignedIn(server: SignedMcp): Promise<RemoteProxy> {
	const proxy = await startProxyOf(server, {}, file);
	await signInAt(proxy);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	keptSignInOf(proxy).change(oneMinuteOld);
	return proxy;
}

const grantsOf = (server: SignedMcp) => server.of("/token").map(({ form }) => form.get("grant_type"));
const fiveCalls = async (proxy: RemoteProxy) => {
	const replies = [];
	for (let count = 0; count < 5; count++) replies.push(textOf(await proxy.call("work")));
	return replies;
};
const allDone = Array<string>(5).fill("done");

/** What the token endpoint says instead of tokens, once; and what the model reads of it. */
const refusals: [string, () => Response, string][] = [
	["HTTP 500", () => new Response("<h1>oops</h1>", { status: 500 }), "says HTTP 500"],
	["an error with the status 200", () => Response.json({ error: "invalid_request" }), 'says "invalid_request"'],
	["a page with the status 200", () => new Response("<h1>log in</h1>"), "answers with something that is no token"],
	["no access token", () => Response.json({ token_type: "Bearer" }), "answers with something that is no token"],
];

test.concurrent.each(refusals)(
	"%s in place of tokens for the code: it is said, and the next call begins again",
	async (_, refuse, told) => {
		await using server = await startSignedMcp();
		server.on["/token"] = refuse;
		await using proxy = await startProxyOf(server, {}, { ...file, env: withBrowser() });
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toContain(`the sign-in at ${server.origin}/ did not work: ${server.origin}/token ${told}`);
		expect(text).toContain("Call again to start another one.");
		// A code is shown once, whatever comes of it.
		expect(grantsOf(server)).toEqual(["authorization_code"]);
		expect(keptSignInOf(proxy).tokens()).toBeUndefined();
		delete server.on["/token"];
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
	},
);

test.concurrent(
	"HTTP 500 in place of renewed tokens: nobody has to sign in, and a later call is carried out",
	async () => {
		await using server = await startSignedMcp();
		await using proxy = await startSignedIn(server);
		const before = keptSignInOf(proxy).tokens();
		server.on["/token"] = () => new Response("", { status: 500 });
		server.expireAll();
		const text = errorTextOf(await proxy.call("work"));
		expect(text).toContain("says HTTP 500");
		expect(text).not.toContain("Open this address");
		// For a while nothing is asked again: what has just failed would fail again.
		await fiveCalls(proxy);
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
		expect(keptSignInOf(proxy).tokens()).toEqual(before);
		delete server.on["/token"];
		await eventually(
			async () => textOf(await proxy.call("work")),
			(text) => text === "done",
		);
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token", "refresh_token"]);
	},
);

test.concurrent("HTTP 500 while the old token still works costs no call, and is asked once", async () => {
	await using server = await startSignedMcp();
	await using proxy = await startSignedIn(server);
	server.on["/token"] = () => new Response("", { status: 500 });
	keptSignInOf(proxy).change(({ obtainedAt }) => ({
		obtainedAt: obtainedAt - 3_500_000,
		expiresAt: obtainedAt + 60_000,
	}));
	await using next = await startProxyOf(server, {}, { ...file, home: proxy.home, args: informed });
	expect(await fiveCalls(next)).toEqual(allDone);
	expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
	await next.stderrHas("the sign-in could not be renewed");
});

test.concurrent("without expires_in tokens are used until they are refused, then renewed once", async () => {
	await using server = await startSignedMcp({ token: { expires_in: undefined } });
	await using proxy = await startSignedIn(server);
	expect(keptSignInOf(proxy).tokens()).not.toHaveProperty("expiresAt");
	expect(await fiveCalls(proxy)).toEqual(allDone);
	expect(grantsOf(server)).toEqual(["authorization_code"]);
	server.expireAll();
	expect(await fiveCalls(proxy)).toEqual(allDone);
	expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
	const { stdout } = await runCli(["auth", "list", "--config", proxy.configPath], { home: proxy.home });
	expect(stdout).toMatch(/\nremote +http:\/\/\S+ +signed in /);
});

const lives: [string, unknown][] = [
	["0", 0],
	["in the past", -3600],
	["no number", "soon"],
	["null", null],
];

test.concurrent.each(lives)("expires_in that is %s leads to no storm of renewals", async (_, expires_in) => {
	await using server = await startSignedMcp({ token: { expires_in } });
	await using proxy = await startSignedIn(server);
	expect(await fiveCalls(proxy)).toEqual(allDone);
	expect(grantsOf(server)).toEqual(["authorization_code"]);
	server.expireAll();
	expect(await fiveCalls(proxy)).toEqual(allDone);
	expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
});

const dead: [string, (server: SignedMcp) => void][] = [
	["revoked", (server) => server.revokeAll()],
	[
		"refused with the status 200",
		(server) => {
			server.revokeAll();
			server.on["/token"] = ({ form }) =>
				form.get("grant_type") === "refresh_token" ? Response.json({ error: "invalid_grant" }) : undefined;
		},
	],
];

test.concurrent.each(dead)(
	"a refresh token that is %s: the address, no loop, and a sign-in mends it",
	async (_, kill) => {
		await using server = await startSignedMcp();
		await using proxy = await startSignedIn(server);
		kill(server);
		const first = await proxy.call("work");
		expect(textOf(first)).toStartWith('Group "remote" needs a sign-in: nobody has signed in yet. Open this address');
		// These wait for the person, and ask nothing of anybody.
		const held = [proxy.call("work"), proxy.call("work")];
		expect(textOf(await proxy.discover())).toMatch(/^- remote.* \(needs a sign-in/m);
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
		expect(keptSignInOf(proxy).tokens()).toBeUndefined();
		expect((await fetch(addressIn(first))).status).toBe(200);
		expect((await Promise.all(held)).map(textOf)).toEqual(["done", "done"]);
		expect(await fiveCalls(proxy)).toEqual(allDone);
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token", "authorization_code"]);
	},
);

test.concurrent(
	"a server that refuses even new tokens leads to no loop, and the model reads that somebody has to sign in",
	async () => {
		await using server = await startSignedMcp();
		await using proxy = await startSignedIn(server);
		const serve = server.on["/mcp"]!;
		const metadata = `${server.origin}/.well-known/oauth-protected-resource/mcp`;
		const challenge = `Bearer error="invalid_token", resource_metadata="${metadata}"`;
		server.on["/mcp"] = () => new Response("", { status: 401, headers: { "www-authenticate": challenge } });
		const before = server.of("/mcp").length;
		const first = await proxy.call("work");
		expect(textOf(first)).toContain("needs a sign-in");
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
		expect(server.of("/mcp").length - before).toBeLessThan(6);
		server.on["/mcp"] = serve;
		expect((await fetch(addressIn(first))).status).toBe(200);
		expect(goodTextOf(await proxy.call("work"))).toBe("done");
	},
);

test.concurrent(
	"a program that was idle while another one renewed the token more than once loses no call",
	async () => {
		await using server = await startSignedMcp({ token: { expires_in: undefined } });
		await using idle = await startSignedIn(server);
		await using busy = await startProxyOf(server, {}, { ...file, home: idle.home });
		server.expireAll();
		expect(goodTextOf(await busy.call("work"))).toBe("done");
		keptSignInOf(idle).change(oneMinuteOld);
		// What the idle one knows is refused, and what it finds in the store as well.
		server.expireAll();
		expect(goodTextOf(await idle.call("work"))).toBe("done");
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token", "refresh_token"]);
	},
);

/** When the clocks of here and there differ: what was obtained when, and ends when, by ours. */
const skews: [string, (now: number) => { obtainedAt: number; expiresAt: number }][] = [
	["by our clock is valid for long", (now) => ({ obtainedAt: now - 60_000, expiresAt: now + 3_000_000 })],
	["comes from the future", (now) => ({ obtainedAt: now + 86_400_000, expiresAt: now + 90_000_000 })],
	["should have ended long ago", (now) => ({ obtainedAt: now - 90_000_000, expiresAt: now - 86_400_000 })],
];

test.concurrent.each(skews)(
	"a token that %s, and that the server refuses, is renewed once, and the call is carried out",
	async (_, times) => {
		await using server = await startSignedMcp();
		await using proxy = await startSignedIn(server);
		keptSignInOf(proxy).change(() => times(Date.now()));
		server.expireAll();
		expect((await Promise.all([1, 2, 3, 4, 5].map(() => proxy.call("work")))).map(textOf)).toEqual(allDone);
		expect(grantsOf(server)).toEqual(["authorization_code", "refresh_token"]);
		expect(await fiveCalls(proxy)).toEqual(allDone);
		expect(grantsOf(server)).toHaveLength(2);
	},
);
