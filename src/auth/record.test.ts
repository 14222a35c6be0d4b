import { describe, expect, test } from "bun:test";

import { formatKept, isRecordName, parseKept, recordName } from "./record.ts";
import type { StoredClient, StoredSignIn, Tokens } from "./types.ts";

/** Everything that a sign-in may have: a field that is new does not compile until it is here, and then has to survive. */
const whole: Required<StoredSignIn> & { client: Required<StoredClient>; tokens: Required<Tokens> } = {
	resource: "https://mcp.example.com/a",
	issuer: "https://login.example.com",
	indicator: "https://mcp.example.com/",
	client: {
		kind: "registered",
		id: "id",
		secret: "secret",
		secretExpiresAt: 1,
		redirectUri: "http://127.0.0.1:1/callback",
		authMethod: "client_secret_basic",
	},
	tokens: { accessToken: "access", refreshToken: "refresh", scope: "a b", expiresAt: 2, obtainedAt: 3 },
	askedScope: "a b c",
};

const least: StoredSignIn = {
	resource: "https://mcp.example.com/a",
	issuer: "https://login.example.com",
	client: { kind: "metadata-document", id: "id" },
};

describe("a record", () => {
	test.each([
		["with everything", whole],
		["with the least", least],
	])("%s is read as it was written", (_, signIn) => {
		expect(parseKept(formatKept({ savedAt: 5, signIn }))).toEqual({ savedAt: 5, signIn });
	});

	const changed = (change: object) => JSON.stringify({ version: 1, savedAt: 5, signIn: least, ...change });
	test.each([
		["nothing", ""],
		["half of one", formatKept({ savedAt: 5, signIn: whole }).slice(0, -20)],
		["another kind of JSON", "[]"],
		["a newer version", changed({ version: 2 })],
		["no resource", changed({ signIn: { ...least, resource: undefined } })],
		["a token that is empty", changed({ signIn: { ...least, tokens: { accessToken: "" } } })],
		["a token that is no text", changed({ signIn: { ...least, tokens: { accessToken: 5 } } })],
		["an unknown kind of client", changed({ signIn: { ...least, client: { kind: "other", id: "id" } } })],
		["a file of the earlier version", '{"access_token":"a"}'],
	])("is not what has %s", (_, text) => {
		expect(parseKept(text)).toBeUndefined();
	});
});

describe("the name of a record", () => {
	test.each([
		["https://mcp.example.com/a", "mcp.example.com-"],
		["https://mcp.example.com:8443/a", "mcp.example.com_8443-"],
		["http://[::1]:5/", "___1__5-"],
		["https://aux.example.com/", "_aux.example.com-"],
		["no address", "server-"],
		[`https://${"a".repeat(63)}.${"b".repeat(63)}.example/`, `${"a".repeat(63)}.${"b".repeat(36)}-`],
	])("of %s begins with %s", (resource, beginning) => {
		expect(recordName(resource)).toStartWith(beginning);
		expect(recordName(resource).slice(beginning.length)).toMatch(/^[0-9a-f]{32}$/);
		expect(isRecordName(recordName(resource))).toBe(true);
	});

	test("is another one for each path, query and case", () => {
		const resources = ["https://a/", "https://a/b", "https://a/B", "https://a/?b", "https://a/b/"];
		expect(new Set(resources.map(recordName)).size).toBe(resources.length);
	});

	test("is nobody else's", () => {
		expect(["github", "install", "a-b", "../x-0123456789abcdef0123456789abcdef"].filter(isRecordName)).toEqual([]);
	});
});
