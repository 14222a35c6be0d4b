/** Names of groups, and of variables for secrets. */
import { describe, expect, test } from "bun:test";

import { groupNames } from "./names.ts";
import { findSecrets } from "./secrets.ts";
import { durationOf } from "./timeouts.ts";

describe("groups are called", () => {
	test.each([
		[
			["GitHub", "my_server", "Ünïcode Näme"],
			["github", "my-server", "unicode-name"],
		],
		[
			["My Server", "my-server", "my_server"],
			["my-server-2", "my-server", "my-server-3"],
		],
		[
			["日本", "", "--"],
			["server", "server-2", "server-3"],
		],
		[["@modelcontextprotocol/server-github"], ["server-github"]],
		[
			["a-name-that-is-longer-than-anything", "a-name-that-is-longer-than-all"],
			["a-name-that-is-longer-th", "a-name-that-is-longer-2"],
		],
		[
			["constructor", "__proto__"],
			["constructor", "proto"],
		],
	])("%j: %j", (names, groups) => {
		expect(groupNames(names)).toEqual(groups);
	});
});

describe("a secret is found, and a variable named for it:", () => {
	test.each([
		[{ env: { GITHUB_TOKEN: "abcdef12" } }, ["env.GITHUB_TOKEN", "GITHUB_TOKEN"]],
		[{ env: { API_KEY: "abcdef12" } }, ["env.API_KEY", "FILES_API_KEY"]],
		[{ env: { WHATEVER: "sk-abcdef12" } }, ["env.WHATEVER", "WHATEVER"]],
		[{ env: { DATABASE_URL: "postgres://me:secret@host/db" } }, ["env.DATABASE_URL", "DATABASE_URL"]],
		[{ headers: { Authorization: "Bearer abcdef12" } }, ["headers.Authorization", "FILES_TOKEN"]],
		[{ headers: { "X-Api-Key": "abcdef12" } }, ["headers.X-Api-Key", "FILES_API_KEY"]],
		[{ args: ["--access-token", "abcdef12"] }, ["args[1]", "FILES_ACCESS_TOKEN"]],
		[{ args: ["--api-key=abcdef12"] }, ["args[0]", "FILES_API_KEY"]],
		[{ args: ["-e", "NOTION_TOKEN=abcdef12"] }, ["args[1]", "NOTION_TOKEN"]],
		[{ args: ["--header", "X-Key: abcdef12"] }, ["args[1]", "FILES_KEY"]],
		[{ args: ["postgres://me:secret@host/db"] }, ["args[0]", "FILES_URL"]],
		[{ url: "https://example.com/mcp?api_key=abcdef12" }, ["url", "FILES_URL"]],
		[{ oauth_client_secret: "abcdef12" }, ["oauth_client_secret", "FILES_OAUTH_CLIENT_SECRET"]],
		[{ env: { B_TOKEN: "${A:-abcdef12}" } }, ["env.B_TOKEN", "B_TOKEN"]],
	])("%j", (entry, [field, variable]) => {
		expect(findSecrets("files", entry)).toEqual([{ field: field!, variable: variable! }]);
	});

	test.each([
		[{ env: { API_KEY: "x", MODE: "production", TOKEN_FILE: "/run/secrets/token", AUTH: "true" } }],
		[{ env: { API_KEY: "${API_KEY}", TOKEN: "Bearer ${TOKEN}" } }],
		[{ headers: { Authorization: "Bearer ${A:-none}", Accept: "application/json" } }],
		[{ args: ["-y", "@a/token-server", "--token", "${TOKEN}", "--port=8080"] }],
		[{ url: "https://example.com/mcp?project=abcdef12" }],
		[{ url: "https://example.com/mcp?key=${KEY}" }],
	])("and none is in %j", (entry) => {
		expect(findSecrets("files", entry)).toEqual([]);
	});

	test("no two of an entry have the same name", () => {
		const entry = { headers: { Authorization: "Bearer abcdef12", "X-Auth": "abcdef12", token: "abcdef12" } };
		expect(findSecrets("files", entry).map(({ variable }) => variable)).toEqual([
			"FILES_TOKEN",
			"FILES_TOKEN_2",
			"FILES_TOKEN_3",
		]);
	});
});

test.each([
	[20, "s", "20s"],
	[0.5, "s", "500ms"],
	[1500, "ms", "1500ms"],
	["60000", "ms", "60s"],
	[0, "s", undefined],
	[-1, "ms", undefined],
	[Number.NaN, "s", undefined],
	[Number.POSITIVE_INFINITY, "s", undefined],
	[3e6, "s", undefined],
	["", "s", undefined],
	[true, "s", undefined],
] as const)("%j %s is %s", (value, unit, duration) => {
	expect(durationOf(value, unit)).toBe(duration as string);
});
