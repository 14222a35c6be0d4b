/** Tokens, codes, verifiers, secrets and keys of a sign-in are in no output of any program, whatever goes wrong at the most talkative level. */
import { expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { SeenRequest } from "../helpers/authorization-server.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { keptSignInOf, oneMinuteOld } from "../helpers/kept-sign-in.ts";
import { goodTextOf, textOf } from "../helpers/messages.ts";
import { openProgram } from "../helpers/program.ts";
import { type RemoteProxy, startProxyOf } from "../helpers/remote-proxy.ts";
import { runCli } from "../helpers/run-cli.ts";
import { type SignedMcp, startSignedMcp } from "../helpers/signed-mcp.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { echoOf, leaksIn, secretsToldTo } from "../helpers/told-secrets.ts";

const settings = { tokenStore: "file" };

/** Programs in one home, in front of one server, and all that they print. */
async function openWatched(server: SignedMcp, entry: object = {}) {
	const home = openTempDir();
	const printed: (() => string)[] = [];
	const opened = home.write("opened", "");
	const browser = resolve(import.meta.dir, "../fixtures/browser.ts");
	const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${opened}'\nexec '${process.execPath}' '${browser}' "$@"\n`;
	const env = { BROWSER: home.write("browser", script, 0o755), DYNAMIC_MCP_NO_BROWSER: "" };
	const config = { settings, mcpServers: { remote: { url: server.url, ...entry } } };
	const path = home.write("config.json", JSON.stringify(config));
	const args = ["--config", path];

	return {
		home: home.path,
		async start(): Promise<RemoteProxy> {
			const options = { settings, env, home: home.path, args: () => ["--log-level", "debug", path] };
			const proxy = await startProxyOf(server, entry, options);
			printed.push(proxy.stderrText, () => JSON.stringify(proxy.lines));
			return proxy;
		},
		async auth(...words: string[]): Promise<string> {
			const { stdout, stderr } = await runCli(["auth", ...words, ...args], { home: home.path, env });
			printed.push(() => stdout + stderr);
			return stdout + stderr;
		},
		/** Signs in as somebody does who opens the address by hand; what is printed after that. */
		async signInByHand(): Promise<string> {
			const command = [binaryPath(), "auth", "remote", "--no-browser", ...args];
			await using program = openProgram({ command, cwd: home.path, env: cleanEnvironment(home.path) });
			printed.push(() => program.lines().join("\n"));
			const address = await program.nextLine(/^http:\/\/127\.0\.0\.1:\d+\/authorize\?/);
			await (await fetch(address)).text();
			return await program.nextLine(/^Signed in|^dynamic-mcp: /);
		},
		printed: () => printed.map((text) => text()).join("\n"),
		/** What is not to be seen, but is. */
		leaks: () => leaksIn(printed.map((text) => text()).join("\n"), server),
		/** The arguments that the browser was started with. */
		opened: () => readFileSync(opened, "utf8").trim().split("\n"),
		[Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
	};
}

const kindsOf = (server: SignedMcp) => [...secretsToldTo(server).keys()].sort();

/** Has the token be refused the next time, and be renewed as the server wants. */
function expire(server: SignedMcp, home: string): void {
	keptSignInOf({ home }).change(oneMinuteOld);
	server.expireAll();
}

const serverError = (request: SeenRequest) => new Response(echoOf(request), { status: 500 });
const refusal = (request: SeenRequest) =>
	Response.json({ error: "invalid_grant", error_description: echoOf(request) }, { status: 400 });
const noToken = (request: SeenRequest) => new Response(echoOf(request));

test.concurrent("signing in by a call, renewing, asking for more, failing and saying no", async () => {
	await using server = await startSignedMcp({ challenge: ', scope="read"' });
	await using watched = await openWatched(server);
	await using proxy = await watched.start();
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expire(server, watched.home);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	server.refuseNextCall(403, 'Bearer error="insufficient_scope", scope="write"');
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expect(server.of("/authorize").at(-1)?.query.get("scope")).toBe("read write");

	// Renewing fails in its ways, each time in a program that has not failed before.
	for (const [answer, told] of [
		[serverError, "says HTTP 500"],
		[noToken, "something that is no token"],
	] as const) {
		expire(server, watched.home);
		server.on["/token"] = answer;
		await using next = await watched.start();
		expect(textOf(await next.call("work"))).toContain(told);
	}
	server.on["/token"] = refusal;
	await using last = await watched.start();
	expect(textOf(await last.call("work"))).toContain('says "invalid_grant"');
	// Neither does a code that is refused show, nor what comes with a denial.
	expect(textOf(await last.call("work"))).toContain('says "invalid_grant"');
	server.on["/authorize"] = ({ query }) => {
		const state = query.get("state") ?? "";
		const back = `${query.get("redirect_uri")}?error=access_denied&iss=${server.origin}&state=${state}`;
		return new Response("", { status: 302, headers: { location: back } });
	};
	expect(textOf(await last.call("work"))).toContain("was denied");

	// Nor a server's own errors, which quote the token.
	delete server.on["/authorize"];
	delete server.on["/token"];
	expect(goodTextOf(await last.call("work"))).toBe("done");
	server.on["/mcp"] = serverError;
	expect(textOf(await last.call("work"))).toContain("you sent Bearer");

	expect(kindsOf(server)).toEqual(["access_token", "code", "code_verifier", "refresh_token"]);
	expect(watched.leaks()).toEqual([]);
	// Nothing but the address is an argument of the browser's.
	expect(watched.opened()).toHaveLength(server.of("/authorize").length);
	for (const address of watched.opened()) {
		expect(address).toStartWith(`${server.origin}/authorize?`);
		expect([...new URL(address).searchParams.keys()].sort()).toEqual([
			"client_id",
			"code_challenge",
			"code_challenge_method",
			"redirect_uri",
			"resource",
			"response_type",
			"scope",
			"state",
		]);
	}
});

test.concurrent("dynamic-mcp auth: signing in, the list, signing out, and what goes wrong with each", async () => {
	const secret = "s3cret-of-the-client";
	await using server = await startSignedMcp();
	await using watched = await openWatched(server, { oauth_client_id: "app", oauth_client_secret: secret });
	expect(await watched.signInByHand()).toStartWith("Signed in to remote");
	expect(await watched.auth("list")).toContain("signed in");
	expect(await watched.auth("logout", "remote")).toContain("its tokens are revoked and forgotten");
	server.on["/token"] = refusal;
	expect(await watched.signInByHand()).toContain('says "invalid_grant"');
	expect(await watched.auth("remote")).toContain('says "invalid_grant"');
	server.on["/token"] = noToken;
	expect(await watched.auth("remote")).toContain("something that is no token");
	delete server.on["/token"];
	expect(await watched.auth("remote")).toContain("Signed in to remote");
	server.on["/revoke"] = refusal;
	expect(await watched.auth("logout", "remote")).toContain("forgotten here, but");
	expect(kindsOf(server)).toEqual(expect.arrayContaining(["client_secret", "code", "code_verifier", "token"]));
	expect(secretsToldTo(server).get("client_secret")).toEqual(new Set([secret]));
	expect(watched.leaks()).toEqual([]);
});

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = privateKey.export({ type: "pkcs8", format: "pem" });
const keyLines = pem.split("\n").filter((line) => /^[A-Za-z0-9+/=]{10,}$/.test(line));

const machines: [string, object, string, readonly string[]][] = [
	["a secret", { oauth_client_secret: "s3cret of the robot" }, "client_secret", ["s3cret of the robot"]],
	["a private key", { oauth_private_key: pem }, "client_assertion", keyLines],
];

test.concurrent.each(machines)("a machine with %s, with tokens and without", async (_, proof, kind, own) => {
	await using server = await startSignedMcp();
	const entry = { oauth_grant: "client_credentials", oauth_client_id: "robot", ...proof };
	await using watched = await openWatched(server, entry);
	await using proxy = await watched.start();
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	expire(server, watched.home);
	expect(goodTextOf(await proxy.call("work"))).toBe("done");
	for (const answer of [serverError, refusal, noToken]) {
		expire(server, watched.home);
		server.on["/token"] = answer;
		await using next = await watched.start();
		expect(textOf(await next.call("work"))).toContain(`${server.origin}/token`);
	}
	await watched.auth("remote");
	await watched.auth("list");
	await watched.auth("logout", "remote");
	expect(kindsOf(server)).toEqual(expect.arrayContaining(["access_token", kind]));
	expect(watched.leaks()).toEqual([]);
	expect(own.filter((text) => watched.printed().includes(text))).toEqual([]);
});
