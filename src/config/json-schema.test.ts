import { describe, expect, test } from "bun:test";

import { Ajv } from "ajv";

import { configJsonSchema } from "./json-schema.ts";
import { parseConfig } from "./load.ts";

const schema = await configJsonSchema();
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

function loads(config: unknown): boolean {
	try {
		parseConfig(JSON.stringify(config), { path: "/c.json", env: {}, home: "/h" });
		return true;
	} catch {
		// Why it does not load is tested elsewhere.
		return false;
	}
}

const server = (entry: unknown) => ({ mcpServers: { git: entry } });
const timeout = (value: unknown) => server({ command: "x", timeout: { tools: value } });

const accepted: unknown[] = [
	{ mcpServers: {} },
	{ $schema: "./schema.json", mcpServers: {} },
	server({ command: "x" }),
	server({ type: "stdio", description: "", command: "x", args: [], env: {}, cwd: "/tmp" }),
	server({ command: "x", args: null, env: null }),
	server({ command: "x", args: ["a", 1, true], env: { A: "b", B: 1, C: false } }),
	server({ command: "x", env: { A: null }, envFile: "~/.env" }),
	server({ command: "x", startup: "eager", idleTimeout: "1h" }),
	server({ url: "x", startup: "lazy", idleTimeout: null }),
	...[0, 1000, "80kB", "1 MB"].map((resultBudget) => server({ command: "x", resultBudget })),
	{ mcpServers: {}, settings: { resultBudget: "1MB" } },
	server({ command: "x", discoveryBudget: "8kB", format: "json" }),
	{ mcpServers: {}, settings: { discoveryBudget: 0, format: "signature" } },
	{ mcpServers: {}, settings: {} },
	{ mcpServers: {}, settings: { startup: "eager", idleTimeout: 0 } },
	server({ command: "x", features: {}, enabled: false }),
	server({ command: "x", features: { tools: false, resources: true, prompts: false } }),
	...["dynamic", "direct", [], ["a", "b_*"]].map((expose) => server({ command: "x", expose })),
	{ mcpServers: {}, settings: { expose: ["a"], prefix: false } },
	server({ command: "x", tools: {} }),
	server({ url: "x", tools: { allow: ["a"], deny: [] }, expose: "direct" }),
	server({ command: "x", timeout: {} }),
	...[0, 30, null, "", "30", "+5s", " 500MS ", "5min", "5m", "1h", 2_147_483].map(timeout),
	server({ url: "https://example.com/${PATH}" }),
	server({ type: "http", url: "x", headers: { A: "b", N: 1 } }),
	server({ type: "sse", url: "x", headers: null, oauth_client_id: null, oauth_scopes: null }),
	server({ url: "x", oauth_client_id: "id", oauth_scopes: ["a"] }),
	server({ url: "x", oauth_client_id: "id", oauth_client_secret: "s", oauth_redirect_port: 65_535 }),
	server({ url: "x", oauth_client_id: "id", oauth_private_key: "k", oauth_grant: "client_credentials" }),
	...["auto", "keychain", "file"].map((tokenStore) => ({ mcpServers: {}, settings: { tokenStore } })),
	{ mcpServers: { a: { command: "x", expose: "auto" } }, settings: { expose: "auto", autoThreshold: 0 } },
	...[true, false].map((accounting) => ({ mcpServers: {}, settings: { accounting } })),
	server({ url: "x", tls: {} }),
	server({ url: "x", tls: { ca: "a", cert: "b", key: "c", rejectUnauthorized: false } }),
];

const refused: unknown[] = [
	[],
	{},
	{ mcpServers: [] },
	{ mcpServers: {}, mcpServer: {} },
	{ mcpServers: {}, $schema: 1 },
	{ mcpServers: { "": { command: "x" } } },
	server(null),
	server({}),
	server({ description: "d" }),
	server({ type: "stdio", url: "x" }),
	server({ type: "http", command: "x" }),
	server({ type: "tcp", url: "x" }),
	server({ type: "auto", url: "x" }),
	server({ command: "x", url: "y" }),
	server({ command: "x", comand: "y" }),
	server({ command: "" }),
	server({ command: "x", cwd: "" }),
	server({ command: "x", args: "a" }),
	server({ command: "x", args: [null] }),
	server({ command: "x", args: [2 ** 60] }),
	server({ command: "x", env: ["a"] }),
	server({ command: "x", env: { A: {} } }),
	server({ command: "x", envFile: "" }),
	server({ command: "x", envFile: null }),
	server({ url: "x", envFile: "a" }),
	server({ url: "x", headers: { A: null } }),
	server({ url: "x", tls: null }),
	server({ url: "x", tls: [] }),
	server({ url: "x", tls: true }),
	server({ url: "x", tls: { ca: null } }),
	server({ url: "x", tls: { ca: "" } }),
	server({ url: "x", tls: { rejectUnauthorized: "false" } }),
	server({ url: "x", tls: { insecure: true } }),
	server({ command: "x", tls: {} }),
	server({ command: "x", startup: "now" }),
	server({ command: "x", idleTimeout: "never" }),
	...[-1, 0.5, "80", "1GB", null, true].map((resultBudget) => server({ command: "x", resultBudget })),
	server({ command: "x", discoveryBudget: "8" }),
	server({ command: "x", format: "text" }),
	{ mcpServers: {}, settings: null },
	{ mcpServers: {}, settings: [] },
	{ mcpServers: {}, settings: { startup: "now" } },
	{ mcpServers: {}, settings: { idleTimeout: -1 } },
	{ mcpServers: {}, settings: { timeout: {} } },
	server({ command: "x", headers: {} }),
	server({ command: "x", enabled: "true" }),
	server({ command: "x", features: null }),
	server({ command: "x", features: [] }),
	server({ command: "x", features: { tool: true } }),
	...["all", true, null, {}, [1], [""], ["!a"]].map((expose) => server({ command: "x", expose })),
	...[null, "a", { allow: "a" }, { deny: [1] }, { allow: ["!a"] }, { deny: [""] }, { alow: [] }].map((tools) =>
		server({ command: "x", tools }),
	),
	...["yes", 1, null].map((prefix) => ({ mcpServers: {}, settings: { prefix } })),
	server({ command: "x", timeout: null }),
	server({ command: "x", timeout: { tool: 1 } }),
	...[-1, 1.5, true, [], " ", "5mins", "1.5s", "1 s", "1d", 2_147_484].map(timeout),
	server({ url: "" }),
	server({ url: 1 }),
	server({ url: "x", oauth_scopes: "a" }),
	...[0, 65_536, 1.5, "80", null].map((port) => server({ url: "x", oauth_redirect_port: port })),
	...["password", "", null].map((grant) => server({ url: "x", oauth_grant: grant })),
	...["", null, 1].map((secret) => server({ url: "x", oauth_client_id: "id", oauth_client_secret: secret })),
	...["disk", null].map((tokenStore) => ({ mcpServers: {}, settings: { tokenStore } })),
	...["1", -1, 1.5, null].map((autoThreshold) => ({ mcpServers: {}, settings: { autoThreshold } })),
	{ mcpServers: {}, settings: { accounting: "no" } },
	server({ url: "x", description: null }),
];

describe("the JSON Schema and the loader agree", () => {
	test.each(accepted.map((config) => [JSON.stringify(config)]))("to accept %s", (text) => {
		const config: unknown = JSON.parse(text);
		expect([validate(config), loads(config)]).toEqual([true, true]);
	});

	test.each(refused.map((config) => [JSON.stringify(config)]))("to refuse %s", (text) => {
		const config: unknown = JSON.parse(text);
		expect([validate(config), loads(config)]).toEqual([false, false]);
	});
});

describe("the JSON Schema", () => {
	test("is draft-07 without an address of its own", () => {
		expect(schema).toMatchObject({
			$schema: "http://json-schema.org/draft-07/schema#",
			title: "dynamic-mcp configuration",
		});
		expect(schema).not.toHaveProperty("$id");
	});

	test("describes every field, and names the default of every field that has one", () => {
		const missing: string[] = [];
		const visit = (node: unknown, path: string): void => {
			if (typeof node !== "object" || node === null) return;
			const { properties, ...rest } = node as {
				properties?: Record<string, { description?: string; default?: unknown }>;
			};
			for (const [name, field] of Object.entries(properties ?? {})) {
				const text = field.description ?? "";
				const scalar = field.default !== undefined && typeof field.default !== "object";
				if (text === "" || (scalar && !/Default/.test(text))) missing.push(`${path}.${name}`);
				visit(field, `${path}.${name}`);
			}
			for (const [key, child] of Object.entries(rest)) if (key !== "default") visit(child, `${path}/${key}`);
		};
		visit(schema, "");
		expect(missing).toEqual([]);
	});

	test("titles both kinds of server", () => {
		const titles = JSON.stringify(schema).match(/"title":"[^"]*"/g);
		expect(titles).toEqual([
			'"title":"stdio server"',
			'"title":"remote server"',
			'"title":"dynamic-mcp configuration"',
		]);
	});
});
