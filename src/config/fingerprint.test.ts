import { describe, expect, test } from "bun:test";

import { fingerprintOf } from "./fingerprint.ts";
import { parseConfig } from "./load.ts";

function fingerprint(server: unknown, env: Record<string, string> = {}, name = "git"): string {
	const text = JSON.stringify({ mcpServers: { [name]: server } });
	const [group] = parseConfig(text, { path: "/c.json", env, home: "/home/me" }).groups;
	if (group === undefined) throw new Error("there is no group");
	return fingerprintOf(group);
}

const stdio = { command: "npx", args: ["-y", "git"], env: { A: "1", TOKEN: "${TOKEN}" }, cwd: "~/x", envFile: "a.env" };
const remote = { url: "https://h/${TENANT}", headers: { Authorization: "Bearer ${TOKEN}", "X-A": "1" } };

test("is the same from one version to the next: what is remembered under it would be lost", () => {
	expect([fingerprint(stdio), fingerprint(remote)]).toEqual([
		"b1979120fd6ed4103af06c669c575da1a6a337e43a7c0ae77df5cc41bf9612a7",
		"8ca9f5b0b6463b2f16e5008677656630799bd02e4c4bdf523fdcf099ba7d5b06",
	]);
});

test("is another for another group, which may be another server by the values of its environment alone", () => {
	expect(fingerprint(stdio)).not.toBe(fingerprint(stdio, {}, "other"));
});

describe("is the same", () => {
	test.each<[string, object, object]>([
		["with env in another order", stdio, { ...stdio, env: { TOKEN: "${TOKEN}", A: "1" } }],
		["with another value in env", stdio, { ...stdio, env: { A: "2", TOKEN: "literal" } }],
		["with headers in another order", remote, { ...remote, headers: { "X-A": "1", Authorization: "x" } }],
		[
			"with other certificates",
			{ ...remote, tls: { ca: "a.pem" } },
			{ ...remote, tls: { cert: "b.pem", key: "c.pem", rejectUnauthorized: false } },
		],
		[
			"with variables unset in another order",
			{ command: "x", env: { A: null, B: null } },
			{ command: "x", env: { B: null, A: null } },
		],
		["with a type that is written or not", stdio, { ...stdio, type: "stdio" }],
		["in another client's spelling", stdio, { ...stdio, type: "local", command: ["npx", "-y"], args: ["git"] }],
		[
			"with what does not change the server",
			stdio,
			{
				...stdio,
				description: "d",
				enabled: false,
				startup: "eager",
				idleTimeout: 1,
				expose: "direct",
				tools: { allow: ["a"] },
				timeout: { tools: 1 },
				features: {},
			},
		],
	])("%s", (_, one, other) => {
		expect(fingerprint(one)).toBe(fingerprint(other));
	});

	test.each<[string, object]>([
		["stdio", stdio],
		["remote", remote],
	])("when a variable's value changes: %s", (_, server) => {
		const values = [{}, { TOKEN: "one", TENANT: "a" }, { TOKEN: "two", TENANT: "b" }];
		expect(new Set(values.map((env) => fingerprint(server, env))).size).toBe(1);
	});
});

test("is another one for everything that makes it another server", () => {
	const servers = [
		stdio,
		{ ...stdio, command: "bunx" },
		{ ...stdio, args: ["git", "-y"] },
		{ ...stdio, args: ["-y git"] },
		{ ...stdio, env: { A: "1" } },
		{ ...stdio, env: { A: "1", TOKEN: null } },
		{ ...stdio, cwd: "~/y" },
		{ ...stdio, envFile: "b.env" },
		{ command: "npx", args: ["-y", "git"], env: stdio.env },
		remote,
		{ ...remote, type: "http" },
		{ ...remote, type: "sse" },
		{ ...remote, url: "https://h/x" },
		{ ...remote, headers: {} },
	];
	expect(new Set(servers.map((server) => fingerprint(server))).size).toBe(servers.length);
});
