import { describe, expect, test } from "bun:test";

import { diffGroups } from "./diff.ts";
import { parseConfig } from "./load.ts";

function groupsOf(mcpServers: object, env: Record<string, string> = {}, settings: object = {}) {
	return parseConfig(JSON.stringify({ settings, mcpServers }), { path: "/c.json", env, home: "/home/me" }).groups;
}

const nothing = { removed: [], added: [], changed: [], updated: [] };
const git = { command: "git-server", args: ["a"], env: { A: "1", B: "2" } };
const web = { url: "https://h", headers: { A: "1" }, oauth_client_id: "id", oauth_scopes: ["s"] };

test("what has come, gone and changed, each in its order", () => {
	const before = groupsOf({ a: git, b: git, c: git, d: git, e: web });
	const after = groupsOf({ f: git, e: { ...web, url: "https://i" }, d: { ...git, description: "d" }, a: git, g: web });
	expect(diffGroups(before, after)).toEqual({
		removed: ["b", "c"],
		added: ["f", "g"],
		changed: ["e"],
		updated: ["d"],
	});
});

test("the same config is no change, nor is another order of env or of fields", () => {
	const other = { env: { B: "2", A: "1" }, args: ["a"], command: "git-server" };
	expect(diffGroups(groupsOf({ git, web }), groupsOf({ git: other, web: { ...web } }))).toEqual(nothing);
});

describe("needs a restart:", () => {
	test.each<[object, object]>([
		[git, { ...git, command: "x" }],
		[git, { ...git, args: ["a", "b"] }],
		[git, { ...git, env: { A: "1", B: "3" } }],
		[git, { ...git, env: { A: "1", B: null } }],
		[git, { ...git, cwd: "/x" }],
		[git, { ...git, envFile: "x.env" }],
		[git, { ...git, command: "x", description: "with another description, too" }],
		[git, web],
		[web, { ...web, type: "sse" }],
		[web, { ...web, url: "https://i" }],
		[web, { ...web, headers: { A: "2" } }],
		[web, { ...web, oauth_client_id: "other" }],
		[web, { ...web, oauth_scopes: [] }],
		[web, { ...web, oauth_client_secret: "s" }],
		[web, { ...web, oauth_redirect_port: 1 }],
		[web, { ...web, type: "ws" }],
		[web, { ...web, type: "http" }],
		[web, { ...web, tls: {} }],
		[
			{ ...web, tls: { ca: "a.pem" } },
			{ ...web, tls: { ca: "b.pem" } },
		],
		[
			{ ...web, tls: { ca: "a.pem" } },
			{ ...web, tls: { ca: "a.pem", rejectUnauthorized: false } },
		],
	])("%j to %j", (before, after) => {
		const { changed, updated } = diffGroups(groupsOf({ s: before }), groupsOf({ s: after }));
		expect({ changed, updated }).toEqual({ changed: ["s"], updated: [] });
	});

	test("another value of a variable", () => {
		const servers = { s: { command: "x", env: { TOKEN: "${T}" } } };
		const values = [{}, { T: "1" }, { T: "2" }];
		const [unset, one, two] = values.map((env) => groupsOf(servers, env));
		expect([diffGroups(unset!, one!), diffGroups(one!, two!)]).toEqual([
			{ ...nothing, changed: ["s"] },
			{ ...nothing, changed: ["s"] },
		]);
	});
});

describe("needs none:", () => {
	test.each([
		[{ description: "d" }],
		[{ features: { tools: false } }],
		[{ features: { prompts: false } }],
		[{ timeout: { tools: 1 } }],
		[{ startup: "eager" }],
		[{ idleTimeout: 0 }],
		[{ expose: "direct" }],
		[{ resultBudget: 0 }],
		[{ discoveryBudget: 0 }],
		[{ format: "json" }],
		[{ expose: ["a"] }],
		[{ tools: { deny: ["a"] } }],
		[{ expose: "direct", tools: { deny: ["a"] } }],
	])("%j", (fields) => {
		const outcome = diffGroups(groupsOf({ git }), groupsOf({ git: { ...git, ...fields } }));
		expect(outcome).toEqual({ ...nothing, updated: ["git"] });
	});

	test("another setting of what is exposed", () => {
		const servers = { git, own: { ...git, expose: "dynamic" } };
		expect(diffGroups(groupsOf(servers), groupsOf(servers, {}, { expose: "direct" }))).toEqual({
			...nothing,
			updated: ["git"],
		});
	});

	test("other settings, for the servers that leave it to them", () => {
		const servers = { git, own: { ...git, idleTimeout: 5 } };
		expect(diffGroups(groupsOf(servers), groupsOf(servers, {}, { idleTimeout: 1 }))).toEqual({
			...nothing,
			updated: ["git"],
		});
	});

	test("the same definition written another way, whose fingerprint may be another", () => {
		const outcome = diffGroups(groupsOf({ git }), groupsOf({ git: { ...git, args: ["${A:-a}"] } }));
		expect(outcome).toEqual({ ...nothing, updated: ["git"] });
	});
});

describe("a disabled group is not there:", () => {
	const off = { ...git, enabled: false };

	test.each([
		["switched off", { git }, { git: off }, { ...nothing, removed: ["git"] }],
		["switched on", { git: off }, { git }, { ...nothing, added: ["git"] }],
		["changed while off", { git: off }, { git: { ...off, command: "x" } }, nothing],
		["removed while off", { git: off }, {}, nothing],
	])("%s", (_, before, after, expected) => {
		expect(diffGroups(groupsOf(before), groupsOf(after))).toEqual(expected);
	});
});

test("another order alone restarts nothing", () => {
	expect(diffGroups(groupsOf({ git, web }), groupsOf({ web, git }))).toEqual(nothing);
});
