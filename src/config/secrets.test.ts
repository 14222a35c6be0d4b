import { describe, expect, test } from "bun:test";

import type { RemoteServer, StdioServer } from "./schema.ts";
import { secretsOf } from "./secrets.ts";
import type { Tls } from "./tls.ts";

const common = {
	enabled: true,
	features: { tools: true, resources: true, prompts: true },
	timeoutMs: { connect: 1, tools: 1, resources: 1, prompts: 1 },
	startup: "lazy",
	idleTimeoutMs: 1,
	expose: "dynamic",
	resultBudget: 0,
	discoveryBudget: 0,
	format: "signature",
} as const;
const stdio = (parts: Partial<StdioServer>): StdioServer => ({
	...common,
	type: "stdio",
	command: "x",
	args: [],
	env: {},
	unsetEnv: [],
	...parts,
});
const remote = (parts: Partial<RemoteServer>): RemoteServer => ({
	...common,
	type: "http",
	url: "https://example.com",
	headers: {},
	oauthScopes: [],
	oauthGrant: "authorization_code",
	...parts,
});

const tls = (parts: Omit<Tls, "rejectUnauthorized">) => remote({ tls: { ...parts, rejectUnauthorized: true } });

const inEnv = (name: string, value: string) => secretsOf(stdio({ env: { [name]: value } }), []);

describe("env values", () => {
	test.each([
		["GITHUB_TOKEN", "ghp_abcdef"],
		["WHATEVER", "some words"],
		["DATABASE", "postgres://me:pw@db/x"],
		["API_BASE", "https://example.com/hooks/T000/B000"],
		["SIGNING_KEY", "/home/me/x"],
		["PIN_TOKEN", "123456"],
		["AWS", "/bPxRfiCYEXAMPLEKEY"],
		["NUMBER", "1234567890"],
	])("%s=%s is redacted", (name, value) => {
		expect(inEnv(name, value)).toEqual([value]);
	});

	test.each([
		["GITHUB_TOKEN", "short"],
		["PATH", "/usr/bin:/bin"],
		["NODE_ENV", "production"],
		["DATA", "/home/me/data"],
		["DATA", "~/data"],
		["DATA", "C:\\Users\\me"],
		["ENABLED", "false"],
		["PORT", "123456"],
		["BASE", "https://example.com"],
		["BASE", "https://example.com:8080/"],
	])("%s=%s stays readable", (name, value) => {
		expect(inEnv(name, value)).toEqual([]);
	});
});

test("a header's credential is redacted with and without its scheme, the longest first", () => {
	const headers = { Authorization: "Bearer abcdefgh", Accept: "application/json" };
	expect(secretsOf(remote({ headers }), [])).toEqual(["Bearer abcdefgh", "abcdefgh"]);
});

test("values of variables are redacted wherever they were filled in, unless harmless", () => {
	const used = [
		{ variable: "MY_VAR", value: "abcdefgh" },
		{ variable: "HOME", value: "/odd/home/me" },
		{ variable: "PORT", value: "8080" },
	];
	expect(secretsOf(stdio({ args: ["abcdefgh"] }), used)).toEqual(["abcdefgh"]);
});

test.each([
	[["--token", "abcdefgh"], ["abcdefgh"]],
	[["--api-key=abcdefgh"], ["abcdefgh"]],
	[["-e", "API_KEY=abcdefgh"], ["abcdefgh"]],
	[
		["--header", "Authorization: Bearer abcdefgh"],
		["Bearer abcdefgh", "abcdefgh"],
	],
	[["--token", "--verbose"], []],
	[["postgresql://me:abcdefgh@localhost/db"], ["abcdefgh"]],
	[["--db=mysql://me:abcdefgh@localhost/db?sslmode=require"], ["abcdefgh"]],
	[["mcp-remote", "https://example.com/sse?apikey=abcdefgh"], ["abcdefgh"]],
	[["redis://:abc|defgh@localhost"], ["abc%7Cdefgh", "abc|defgh"]],
	[["redis://:abc%defgh@localhost"], ["abc%defgh"]],
	[["postgresql://postgres:postgres@localhost/db"], []],
	[["--level=verbose", "a-plain-word", "-y", "@scope/server", "https://example.com/mcp", "C:\\x"], []],
])("of the arguments %j these are redacted: %j", (args, expected) => {
	expect(secretsOf(stdio({ args }), [])).toEqual(expected);
});

test("of a url the password and what the query holds are redacted, as written and decoded", () => {
	const url = "https://me:password1@example.com/path?api_key=a%20secret&page=1";
	expect(secretsOf(remote({ url }), [])).toEqual(["a%20secret", "password1", "a secret"]);
});

describe("of tls", () => {
	test("a private key is redacted as a whole and line by line, the longest first", () => {
		const key = "-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADANBg/+\r\nkqhkiG9w0BA=\r\nab==\r\n-----END PRIVATE KEY-----";
		expect(secretsOf(tls({ cert: "c.pem", key: `\n${key}\n` }), [])).toEqual([key, "MIIEvQIBADANBg/+", "kqhkiG9w0BA="]);
	});

	test("the headers of an encrypted key stay readable where they are alone", () => {
		const key = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nabcdefgh\n-----END RSA PRIVATE KEY-----";
		expect(secretsOf(tls({ cert: "c.pem", key }), [])).toEqual([key, "abcdefgh"]);
	});

	test("paths and certificates stay readable", () => {
		const cert = "-----BEGIN CERTIFICATE-----\nabcdefgh\n-----END CERTIFICATE-----";
		expect(secretsOf(tls({ ca: cert, cert, key: "/home/me/client.key" }), [])).toEqual([]);
	});
});
