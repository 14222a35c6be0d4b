import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { adapt } from "./adapt.ts";
import { ignoredFields as listIgnored, renamedFields, toolLists } from "./foreign-fields.ts";
import { remoteSchema, stdioSchema } from "./schema.ts";

const ignoredFields = new Map(listIgnored());

const entryOf = (raw: Record<string, unknown>) => adapt("git", raw).entry;

test("an entry in our own format stays as it is", () => {
	const raw = {
		type: "stdio",
		description: "d",
		command: "npx",
		args: ["a"],
		env: { A: "b" },
		cwd: "/tmp",
		enabled: true,
		features: { tools: false },
		tools: { allow: ["a"], deny: [] },
		expose: ["a"],
		timeout: { tools: 5 },
	};
	expect(adapt("git", raw)).toEqual({ entry: raw, warnings: [], problems: [] });
});

test("the raw entry is not changed", () => {
	const raw = { command: ["a", "b"], disabled: true, trust: true };
	adapt("git", raw);
	expect(raw).toEqual({ command: ["a", "b"], disabled: true, trust: true });
});

test.each([
	["local", "stdio"],
	["streamable-http", "http"],
	["streamableHttp", "http"],
	["streamable_http", "http"],
	["sse", "sse"],
	["ws", "ws"],
])("type %s becomes %s", (type, expected) => {
	expect(entryOf({ type })).toEqual({ type: expected });
});

describe('the type "remote"', () => {
	test.each([
		[{ type: "remote", url: "https://h" }, { url: "https://h" }],
		[{ transport: "remote", serverUrl: "https://h" }, { url: "https://h" }],
		[{ type: "remote" }, { type: "http" }],
		[
			{ type: "remote", command: "x" },
			{ type: "http", command: "x" },
		],
	])("says no more than that there is a url: %j becomes %j", (raw, expected) => {
		expect(adapt("git", raw)).toEqual({ entry: expected, warnings: [], problems: [] });
	});
});

test.each([...renamedFields])("%s becomes %s without a warning", (theirs, ours) => {
	expect(adapt("git", { [theirs]: "x" })).toEqual({ entry: { [ours]: "x" }, warnings: [], problems: [] });
});

test("transport names are types too", () => {
	expect(entryOf({ transport: "streamable-http" })).toEqual({ type: "http" });
});

test("of two spellings of a field ours counts, and a warning names the other", () => {
	expect(adapt("git", { url: "a", serverUrl: "b" })).toEqual({
		entry: { url: "a" },
		warnings: ['mcpServers.git.serverUrl: ignored; "url" is used instead'],
		problems: [],
	});
});

describe("disabled", () => {
	test.each([
		[{ disabled: true }, { enabled: false }],
		[{ disabled: true, enabled: false }, { enabled: false }],
		[{ disabled: true, enabled: true }, { enabled: false }],
		[{ disabled: false }, {}],
		[{ disabled: false, enabled: false }, { enabled: false }],
		[{ disabled: false, enabled: true }, { enabled: true }],
	])("%j becomes %j", (raw, expected) => {
		expect(entryOf(raw)).toEqual(expected);
	});

	test("a contradiction is told", () => {
		expect(adapt("git", { disabled: true, enabled: true }).warnings).toEqual([
			'mcpServers.git.enabled: ignored; the server stays off because "disabled" is true',
		]);
	});

	test("anything but true or false is a problem, so that a server meant to be off is not started", () => {
		expect(adapt("git", { disabled: "true" }).problems).toEqual([
			'mcpServers.git.disabled: expected true or false; our own field is "enabled"',
		]);
	});
});

describe("a command that is a list", () => {
	test.each([
		[{ command: ["npx", "-y", "x"] }, { command: "npx", args: ["-y", "x"] }],
		[
			{ command: ["npx", "-y"], args: ["x"] },
			{ command: "npx", args: ["-y", "x"] },
		],
		[
			{ command: ["npx"], args: null },
			{ command: "npx", args: [] },
		],
		[
			{ command: ["npx"], args: "x" },
			{ command: "npx", args: "x" },
		],
		[{ command: [] }, { command: [] }],
	])("%j becomes %j", (raw, expected) => {
		expect(entryOf(raw)).toEqual(expected);
	});
});

describe("timeout", () => {
	test.each([60, 60_000, "60", ""])("%j is ignored, because its unit is unclear", (timeout) => {
		expect(adapt("git", { timeout })).toEqual({
			entry: {},
			warnings: [
				'mcpServers.git.timeout: ignored; clients do not agree whether a bare number is seconds or milliseconds; write "timeout": { "tools": "60s" }',
			],
			problems: [],
		});
	});

	test.each(["60s", " 2Min ", "500ms"])("%j is for calls of tools", (timeout) => {
		expect(adapt("git", { timeout })).toEqual({ entry: { timeout: { tools: timeout } }, warnings: [], problems: [] });
	});

	test("what is no time is told", () => {
		expect(adapt("git", { timeout: "5 parsecs" })).toEqual({
			entry: {},
			warnings: [
				'mcpServers.git.timeout: ignored; "5 parsecs" (string) is not a duration; write whole seconds as a number, or a string like "500ms", "30s", "5min", "5m" or "1h"',
			],
			problems: [],
		});
	});

	test("an object is ours", () => {
		expect(entryOf({ timeout: { tools: 60 } })).toEqual({ timeout: { tools: 60 } });
	});
});

describe("oauth", () => {
	test.each([
		[{ oauth: { clientId: "id", scopes: "read  write" } }, { oauth_client_id: "id", oauth_scopes: ["read", "write"] }],
		[{ oauth: { client_id: "id", scope: "a" } }, { oauth_client_id: "id", oauth_scopes: ["a"] }],
		[{ auth: { CLIENT_ID: "id", CLIENT_SECRET: "hush" } }, { oauth_client_id: "id", oauth_client_secret: "hush" }],
		[{ oauth: { clientId: "id", callbackPort: 3118 } }, { oauth_client_id: "id", oauth_redirect_port: 3118 }],
		[{ oauth: { clientId: "id", callbackPort: "3118" } }, { oauth_client_id: "id", oauth_redirect_port: 3118 }],
		[{ oauth_callback_port: 3118 }, { oauth_redirect_port: 3118 }],
		[{ auth: { CLIENT_ID: "id", scopes: ["a"] } }, { oauth_client_id: "id", oauth_scopes: ["a"] }],
	])("%j becomes %j", (raw, expected) => {
		expect(adapt("git", raw)).toEqual({ entry: expected, warnings: [], problems: [] });
	});

	test("what is not used of it is named, without its value", () => {
		expect(adapt("git", { oauth: { clientId: "id", issuer: "hush", enabled: true } }).warnings).toEqual([
			"mcpServers.git.oauth: ignored; of it only a client id, its secret, scopes and a port are used, not issuer, enabled",
		]);
	});

	test("a secret without a client is of no use, and no reason to refuse the config", () => {
		expect(adapt("git", { oauth: { clientSecret: "hush" } })).toEqual({
			entry: {},
			warnings: ["mcpServers.git.oauth: ignored; a secret is of no use without its client id"],
			problems: [],
		});
	});

	test("a switch is ignored with a warning", () => {
		expect(adapt("git", { oauth: false })).toEqual({
			entry: {},
			warnings: ["mcpServers.git.oauth: ignored; sign-in starts when the server asks for it"],
			problems: [],
		});
	});
});

describe("lists of tools", () => {
	test.each(toolLists)("%s is tools.%s", (field, rule) => {
		expect(adapt("git", { command: "x", [field]: ["a", "b_*"] })).toEqual({
			entry: { command: "x", tools: { [rule]: ["a", "b_*"] } },
			warnings: [],
			problems: [],
		});
	});

	test.each([
		["Copilot's list of all", { tools: ["*"] }, { allow: ["*"] }],
		["a list that allows none", { tools: [] }, { allow: [] }],
		["Gemini's two lists", { includeTools: ["a", "b"], excludeTools: ["b"] }, { allow: ["a", "b"], deny: ["b"] }],
		["all that is not wanted", { disabledTools: ["a"], disabled_tools: ["b"] }, { deny: ["a", "b"] }],
		["our own, with another's", { tools: { allow: ["a"], deny: ["b"] }, excludeTools: ["c"] }, { deny: ["b", "c"] }],
		["what is no list of ours, for the validation", { tools: { deny: 1 }, excludeTools: ["c"] }, { deny: 1 }],
	])("%s", (_, raw, expected) => {
		expect(entryOf(raw)).toMatchObject({ tools: expected });
	});

	test("what says nothing is left out: null, and an empty list as Goose writes it", () => {
		expect(adapt("git", { includeTools: null, available_tools: [] })).toEqual({
			entry: {},
			warnings: [],
			problems: [],
		});
	});

	test("of two lists of what is allowed one counts, and a warning names the other", () => {
		expect(adapt("git", { enabled_tools: ["b"], includeTools: ["a"] })).toEqual({
			entry: { tools: { allow: ["a"] } },
			warnings: ["mcpServers.git.enabled_tools: ignored; another list says which tools are allowed"],
			problems: [],
		});
	});

	test("a table by tool is left out with a warning", () => {
		expect(adapt("git", { command: "x", tools: { push: { approval_mode: "prompt" } } })).toEqual({
			entry: { command: "x" },
			warnings: [
				'mcpServers.git.tools: ignored; which tools there are is written "tools": { "allow": ["…"], "deny": ["…"] }',
			],
			problems: [],
		});
	});

	test.each([["a"], [{ a: false }], [[1]], [true]])("%j is a problem, so that nothing is allowed unasked", (list) => {
		expect(adapt("git", { disabledTools: list }).problems).toEqual([
			'mcpServers.git.disabledTools: expected a list of tool names; our own field is "tools"',
		]);
	});
});

test.each([...ignoredFields])("%s is left out with one warning", (field, why) => {
	expect(adapt("my git", { command: "x", [field]: ["anything"] })).toEqual({
		entry: { command: "x" },
		warnings: [`mcpServers["my git"].${field}: ignored; ${why}`],
		problems: [],
	});
});

test.each("autoApprove alwaysAllow alwaysLoad trust permissions env_file env_vars sandbox".split(" "))(
	"%s is known as a field of other clients",
	(field) => {
		expect(ignoredFields.has(field)).toBe(true);
	},
);

test("no field of ours is taken for another client's", () => {
	const ours = [...Object.keys(stdioSchema.entries), ...Object.keys(remoteSchema.entries)];
	expect(
		ours.filter((field) => ignoredFields.has(field) || renamedFields.some(([theirs]) => theirs === field)),
	).toEqual([]);
});

test("property: no entry makes it throw, and what nobody knows is left for the validation", () => {
	const keys = fc.oneof(
		fc.constantFrom(...toolLists.map(([field]) => field)),
		fc.constantFrom("type", "command", "args", "disabled", "enabled", "oauth", "auth", "timeout", "__proto__"),
		fc.constantFrom(...ignoredFields.keys()),
	);
	fc.assert(
		fc.property(fc.dictionary(keys, fc.jsonValue()), (raw) => {
			const { entry } = adapt("git", { ...raw, unheardOf: 1 });
			expect(entry["unheardOf"]).toBe(1);
			expect(Object.getPrototypeOf(entry)).toBe(Object.prototype);
		}),
	);
});
