import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { signInFor } from "../../test/helpers/sign-ins.ts";
import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { adoptLegacy, type LegacyOptions } from "./legacy.ts";
import { openTokenStore } from "./token-store.ts";

const resource = "https://mcp.example.com/mcp";
const key = "https://mcp.example.com/mcp#client-1";
const issuer = "https://login.example.com/realm";
const clientId = "client-1";
const claims = { iss: issuer, aud: resource, client_id: clientId, scope: "read write" };

/** Signed by nobody. */
function jwtWith(claims: object): string {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
	return `${part({ alg: "RS256", typ: "at+jwt" })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** As version 1.5 writes it, modes included. */
function writeLegacy(home: string, content: object, group = "github"): string {
	const folder = join(home, ".dynamic-mcp", "oauth-servers");
	mkdirSync(folder, { recursive: true });
	chmodSync(folder, 0o755);
	const path = join(folder, `${group}.json`);
	writeFileSync(path, JSON.stringify(content, undefined, 2));
	chmodSync(path, 0o644);
	return path;
}

function openAt(home: string) {
	const problems: string[] = [];
	const onProblem = (text: string) => problems.push(text);
	const store = openTokenStore({ kind: "file", home, onProblem });
	const { signal } = new AbortController();
	const adopt = (change: Partial<LegacyOptions> = {}) =>
		adoptLegacy({ home, group: "github", resource: key, clientId, store, signal, onProblem, ...change });
	return { store, problems, adopt };
}

const renewable = (accessToken: string) => ({
	access_token: accessToken,
	refresh_token: "refresh-0",
	expires_at: "2025-11-25T10:00:00.123456789Z",
});

describe("a sign-in of the earlier version", () => {
	test.each([
		["names the server", claims],
		["names it among others", { ...claims, aud: ["https://other.example.com/", resource] }],
		["names its client as OpenID Connect does", { ...claims, client_id: undefined, azp: clientId }],
	])("whose token %s is moved over, and its file is gone", async (_, claims) => {
		await using home = openTempDir();
		const token = jwtWith(claims);
		const path = writeLegacy(home.path, renewable(token));
		const { store, problems, adopt } = openAt(home.path);
		expect([await adopt(), problems, existsSync(path)]).toEqual([true, [], false]);
		const expiresAt = Date.UTC(2025, 10, 25, 10, 0, 0, 123);
		expect(await store.list()).toEqual([
			{
				resource: key,
				issuer,
				client: { kind: "configured", id: clientId },
				tokens: { accessToken: token, refreshToken: "refresh-0", scope: "read write", expiresAt },
				askedScope: "read write",
			},
		]);
		const { mode } = statSync(join(home.path, ".dynamic-mcp", "oauth-servers"));
		if (process.platform !== "win32") expect(mode & 0o777).toBe(0o700);
		expect(await adopt()).toBe(false);
	});

	test.each([
		["cannot be read", "gho_opaque", "it does not say for which server it is"],
		["has no issuer", jwtWith({ ...claims, iss: undefined }), "it does not say for which server it is"],
		[
			"has one that is not safe",
			jwtWith({ ...claims, iss: "http://a.example" }),
			"it does not say for which server it is",
		],
		["is for nobody", jwtWith({ ...claims, aud: undefined }), "it does not say for which server it is"],
		["is for another host", jwtWith({ ...claims, aud: "https://old.example.com/mcp" }), `it is not for ${resource}`],
		["is for another path", jwtWith({ ...claims, aud: "https://mcp.example.com/" }), `it is not for ${resource}`],
		[
			"is another client's",
			jwtWith({ ...claims, client_id: "client-2" }),
			'it is not known to be of the configured "oauth_client_id"',
		],
		[
			"is nobody's",
			jwtWith({ ...claims, client_id: undefined }),
			'it is not known to be of the configured "oauth_client_id"',
		],
	])("whose token %s is left alone, and that is said without showing it", async (_, token, reason) => {
		await using home = openTempDir();
		const path = writeLegacy(home.path, renewable(token));
		const before = readFileSync(path, "utf8");
		const { store, problems, adopt } = openAt(home.path);
		expect([await adopt(), await store.list(), readFileSync(path, "utf8")]).toEqual([false, [], before]);
		expect(problems).toEqual([
			`the sign-in of an earlier version in ${path} is not used, as ${reason}. Sign in anew; the file can be removed`,
		]);
	});

	test("that has expired, with nothing to renew it by, is left alone", async () => {
		await using home = openTempDir();
		writeLegacy(home.path, { access_token: jwtWith(claims), expires_at: "2025-11-25T10:00:00Z" });
		const { problems, adopt } = openAt(home.path);
		expect([await adopt(), problems[0]]).toEqual([false, expect.stringContaining("it has expired") as never]);
	});

	test("is not used without a client id in the config", async () => {
		await using home = openTempDir();
		writeLegacy(home.path, renewable(jwtWith(claims)));
		expect(await openAt(home.path).adopt({ clientId: undefined })).toBe(false);
	});

	test("does not replace tokens, and nothing is said of it then", async () => {
		await using home = openTempDir();
		const path = writeLegacy(home.path, renewable("gho_opaque"));
		const { store, problems, adopt } = openAt(home.path);
		await store.write(signInFor(key));
		expect([await adopt(), problems, await store.read(key), existsSync(path)]).toEqual([
			false,
			[],
			signInFor(key),
			true,
		]);
	});

	test("replaces what has no tokens", async () => {
		await using home = openTempDir();
		writeLegacy(home.path, renewable(jwtWith(claims)));
		const { store, adopt } = openAt(home.path);
		await store.write({ ...signInFor(key), tokens: undefined });
		expect([await adopt(), (await store.read(key))?.tokens?.refreshToken]).toEqual([true, "refresh-0"]);
	});

	test("that many want at once is moved by one", async () => {
		await using home = openTempDir();
		writeLegacy(home.path, renewable(jwtWith(claims)));
		const all = await Promise.all(Array.from({ length: 5 }, () => openAt(home.path).adopt()));
		expect(all.filter(Boolean)).toHaveLength(1);
	});
});

describe("what is no sign-in of the earlier version is left alone:", () => {
	test("no file, no folder, a name that is a path", async () => {
		await using home = openTempDir();
		const { problems, adopt } = openAt(home.path);
		writeFileSync(join(home.path, "a.json"), JSON.stringify(renewable(jwtWith(claims))));
		expect([await adopt(), await adopt({ group: "../../a" }), await adopt({ group: "" }), problems]).toEqual([
			false,
			false,
			false,
			[],
		]);
		writeLegacy(home.path, {}, "other");
		expect([await adopt(), await adopt({ group: "other" })]).toEqual([false, false]);
	});

	test.skipIf(process.platform === "win32")("a link, and a file that others can change", async () => {
		await using home = openTempDir();
		const path = writeLegacy(home.path, renewable(jwtWith(claims)));
		const link = join(home.path, ".dynamic-mcp", "oauth-servers", "linked.json");
		symlinkSync(path, link);
		chmodSync(path, 0o666);
		const { problems, adopt } = openAt(home.path);
		expect([await adopt(), await adopt({ group: "linked" })]).toEqual([false, false]);
		expect(problems).toEqual([
			expect.stringContaining("as others can change it, or own it.") as never,
			expect.stringContaining("as it is no file of that kind.") as never,
		]);
	});
});
