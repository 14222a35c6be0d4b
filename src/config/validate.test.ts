import { describe, expect, test } from "bun:test";

import { UserError } from "../base/errors.ts";
import { parseConfig } from "./load.ts";

function parse(config: unknown, env: Record<string, string> = {}) {
	const text = typeof config === "string" ? config : JSON.stringify(config);
	return parseConfig(text, { path: "/c.json", env, home: "/home/me" });
}

const parseServer = (server: unknown, env?: Record<string, string>) => parse({ mcpServers: { git: server } }, env);

function failureOf(action: () => unknown): UserError {
	try {
		action();
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
	throw new Error("nothing was thrown");
}

/** The problem lines, without the line that names the file. */
const problemsOf = (config: unknown) =>
	failureOf(() => parse(config))
		.message.split("\n")
		.slice(1)
		.map((line) => line.trim());

const problemsOfServer = (server: unknown) => problemsOf({ mcpServers: { git: server } });

describe("problems", () => {
	test("are all told at once, a line each, under the name of the file", () => {
		const config = {
			mcpServers: { git: { comand: "x", url: "http://h", timeout: { tool: 1 } }, "my fs": { command: 1 }, no: null },
		};
		expect(failureOf(() => parse(config)).message).toBe(
			[
				"/c.json has 4 problems:",
				'  mcpServers.git.comand: unknown field; did you mean "command"?',
				'  mcpServers.git.timeout.tool: unknown field; did you mean "tools"?',
				'  mcpServers["my fs"].command: expected a string, found a number',
				"  mcpServers.no: expected an object, found null",
			].join("\n"),
		);
	});

	test.each([
		[{ comand: "x" }, 'mcpServers.git.comand: unknown field; did you mean "command"?'],
		[{}, 'mcpServers.git: needs "command" (a program to start) or "url" (a remote server)'],
		[{ type: "stdio" }, "mcpServers.git.command: missing"],
		[{ type: "http" }, "mcpServers.git.url: missing"],
		[{ type: "remote", command: "x" }, "mcpServers.git.command: not a field of a remote server"],
		[{ type: "remote", ur: "x" }, 'mcpServers.git.ur: unknown field; did you mean "url"?'],
		[{ type: "auto", url: "x" }, 'mcpServers.git.type: expected "stdio", "http" or "sse", found "auto" (string)'],
		[{ type: "tcp", url: "x" }, 'mcpServers.git.type: expected "stdio", "http" or "sse", found "tcp" (string)'],
		[{ type: "ws" }, 'mcpServers.git: needs "command" (a program to start) or "url" (a remote server)'],
		[{ type: "ws", url: "x", qqq: 1 }, "mcpServers.git.qqq: unknown field"],
		[{ type: null, url: "x" }, 'mcpServers.git.type: expected "stdio", "http" or "sse", found null'],
		[{ command: "x", type: "STDIO" }, 'mcpServers.git.type: expected "stdio", "http" or "sse", found "STDIO" (string)'],
		[
			{ command: "x", url: "http://h" },
			'mcpServers.git.command: not a field of a remote server, which this is with "url"',
		],
		[
			{ command: "x", headers: {} },
			'mcpServers.git.headers: not a field of a stdio server, which this is without "url"',
		],
		[{ type: "stdio", command: "x", url: "y" }, "mcpServers.git.url: not a field of a stdio server"],
		[
			{ command: "x", qqq: 1 },
			"mcpServers.git.qqq: unknown field; allowed are type, description, features, tools, expose, enabled, timeout, startup, idleTimeout, resultBudget, discoveryBudget, format, command, args, env, envFile, cwd",
		],
		[{ command: "x", toString: 1 }, "mcpServers.git.toString: unknown field; allowed are type, description"],
		[{ command: "" }, "mcpServers.git.command: must not be empty"],
		[{ command: "x", cwd: "" }, "mcpServers.git.cwd: must not be empty"],
		[{ url: "" }, "mcpServers.git.url: must not be empty"],
		[{ command: "x", args: "a" }, "mcpServers.git.args: expected a list, found a string"],
		[{ command: "x", args: [["a"]] }, "mcpServers.git.args[0]: expected a string, found a list"],
		[
			{ command: "x", args: [2 ** 60] },
			"mcpServers.git.args[0]: too large to be exact as a number; write it in quotes",
		],
		[{ command: "x", env: ["A=b"] }, "mcpServers.git.env: expected an object, found a list"],
		[{ command: "x", env: { A: [] } }, "mcpServers.git.env.A: expected a string, found a list"],
		[{ url: "x", headers: { A: null } }, "mcpServers.git.headers.A: expected a string, found null"],
		[{ url: "x", tls: null }, "mcpServers.git.tls: expected an object, found null"],
		[{ url: "x", tls: [] }, "mcpServers.git.tls: expected an object, found a list"],
		[{ url: "x", tls: { ca: "" } }, "mcpServers.git.tls.ca: must not be empty"],
		[{ url: "x", tls: { ca: ["a"] } }, "mcpServers.git.tls.ca: expected a string, found a list"],
		[{ url: "x", tls: { cert: "a" } }, 'mcpServers.git.tls.key: missing; "cert" and "key" belong together'],
		[{ url: "x", tls: { ca: "a", key: "b" } }, 'mcpServers.git.tls.cert: missing; "cert" and "key" belong together'],
		[
			{ url: "x", tls: { rejectUnauthorized: "no" } },
			'mcpServers.git.tls.rejectUnauthorized: expected true or false, found "no" (string)',
		],
		[
			{ url: "x", tls: { rejectUnauthorised: false } },
			'mcpServers.git.tls.rejectUnauthorised: unknown field; did you mean "rejectUnauthorized"?',
		],
		[
			{ url: "x", tls: { insecure: true } },
			"mcpServers.git.tls.insecure: unknown field; allowed are ca, cert, key, rejectUnauthorized",
		],
		[
			{ command: "x", tls: { cert: "a" } },
			'mcpServers.git.tls: not a field of a stdio server, which this is without "url"',
		],
		[{ command: "x", envFile: "" }, "mcpServers.git.envFile: must not be empty"],
		[{ command: "x", envFile: ["a"] }, "mcpServers.git.envFile: expected a string, found a list"],
		[{ url: "x", envFile: "a" }, "mcpServers.git.envFile: not a field of a remote server"],
		[{ command: "x", startup: true }, 'mcpServers.git.startup: expected "lazy" or "eager", found true (boolean)'],
		[{ command: "x", idleTimeout: "never" }, 'mcpServers.git.idleTimeout: "never" (string) is not a duration'],
		[{ command: "x", env: { constructor: "a" } }, "mcpServers.git.env.constructor: this name cannot be used"],
		[{ command: "x", env: { "": "a" } }, 'mcpServers.git.env[""]: this name cannot be used'],
		[
			{ command: "x", resultBudget: "big" },
			'mcpServers.git.resultBudget: "big" (string) is not a size; write a number',
		],
		[
			{ command: "x", discoveryBudget: "1" },
			'mcpServers.git.discoveryBudget: "1" (string) is not a size; write a number',
		],
		[{ command: "x", format: "xml" }, 'mcpServers.git.format: expected "signature" or "json", found "xml" (string)'],
		[{ command: "x", resultBudget: 12 }, "mcpServers.git.resultBudget: 12 (number) is less than 1kB"],
		[{ command: "x", resultBudget: null }, "mcpServers.git.resultBudget: null is not a size; write a number of bytes"],
		[
			{ command: "x", expose: "all" },
			'mcpServers.git.expose: expected "dynamic", "direct", "auto" or a list of tool names, found "all" (string)',
		],
		[
			{ command: "x", expose: null },
			'mcpServers.git.expose: expected "dynamic", "direct", "auto" or a list of tool names, found null',
		],
		[{ command: "x", expose: ["a", 1] }, "mcpServers.git.expose: expected a list of tool names and patterns"],
		[{ command: "x", expose: ["a", ""] }, "mcpServers.git.expose[1]: must not be empty"],
		[{ command: "x", expose: ["*", "!a"] }, 'mcpServers.git.expose[1]: a pattern cannot begin with "!"; name what'],
		[{ command: "x", tools: null }, "mcpServers.git.tools: expected an object, found null"],
		[{ command: "x", tools: "*" }, "mcpServers.git.tools: expected an object, found a string"],
		[{ command: "x", tools: { alow: [] } }, 'mcpServers.git.tools.alow: unknown field; did you mean "allow"?'],
		[{ command: "x", tools: { git: false } }, "mcpServers.git.tools.git: unknown field; allowed are allow, deny"],
		[{ command: "x", tools: { allow: "*" } }, "mcpServers.git.tools.allow: expected a list, found a string"],
		[{ command: "x", tools: { deny: [null] } }, "mcpServers.git.tools.deny[0]: expected a string, found null"],
		[
			{ command: "x", tools: { allow: ["*", "!a"] } },
			'mcpServers.git.tools.allow[1]: a pattern cannot begin with "!"; what is not wanted goes into "deny"',
		],
		[
			{ command: "x", tools: { deny: ["!a"] } },
			'mcpServers.git.tools.deny[0]: a pattern cannot begin with "!"; what is to be kept goes into "allow"',
		],
		[{ command: "x", includeTools: "a" }, "mcpServers.git.includeTools: expected a list of tool names"],
		[{ command: "x", enabled: "true" }, 'mcpServers.git.enabled: expected true or false, found "true" (string)'],
		[{ command: "x", enabled: null }, "mcpServers.git.enabled: expected true or false, found null"],
		[{ command: "x", features: null }, "mcpServers.git.features: expected an object, found null"],
		[{ command: "x", features: [] }, "mcpServers.git.features: expected an object, found a list"],
		[
			{ command: "x", features: { tools: 1 } },
			"mcpServers.git.features.tools: expected true or false, found 1 (number)",
		],
		[{ command: "x", features: { tool: true } }, 'mcpServers.git.features.tool: unknown field; did you mean "tools"?'],
		[{ command: "x", timeout: null }, "mcpServers.git.timeout: expected an object, found null"],
		[{ command: "x", timeout: { tools: "5mins" } }, 'mcpServers.git.timeout.tools: "5mins" (string) is not a duration'],
		[{ command: "x", timeout: { tools: -1.5 } }, "mcpServers.git.timeout.tools: -1.5 (number) is not a duration"],
		[{ command: "x", timeout: { tools: true } }, "mcpServers.git.timeout.tools: true (boolean) is not a duration"],
		[
			{ command: "x", timeout: { tools: "999h" } },
			'mcpServers.git.timeout.tools: "999h" (string) is longer than 24 days',
		],
		[
			{ command: "x", timeout: { tools: 9e9 } },
			"mcpServers.git.timeout.tools: 9000000000 (number) is longer than 24 days",
		],
		[{ command: "x", description: 1 }, "mcpServers.git.description: expected a string, found a number"],
		[{ url: "x", oauth_scopes: "a" }, "mcpServers.git.oauth_scopes: expected a list, found a string"],
		[{ url: "x", oauth_client_id: 1 }, "mcpServers.git.oauth_client_id: expected a string, found a number"],
		[{ url: "x", oauth_client_secret: 1 }, "mcpServers.git.oauth_client_secret: expected a string, found a number"],
		[
			{ url: "x", oauth_client_secret: "hush" },
			'mcpServers.git.oauth_client_id: missing; "oauth_client_secret" belongs to it',
		],
		[
			{ url: "x", oauth_private_key: "a.pem" },
			'mcpServers.git.oauth_client_id: missing; "oauth_private_key" belongs to it',
		],
		[
			{ url: "x", oauth_grant: "client_credentials" },
			'mcpServers.git.oauth_client_id: missing; "client_credentials" needs it',
		],
		[
			{ url: "x", oauth_grant: "client_credentials", oauth_client_id: "id" },
			'mcpServers.git.oauth_client_secret: missing; "client_credentials" needs it, or "oauth_private_key"',
		],
		[
			{ url: "x", oauth_grant: "password" },
			'mcpServers.git.oauth_grant: expected "authorization_code" or "client_credentials", found "password" (string)',
		],
		...[0, 65_536, 80.5].map((port): [object, string] => [
			{ url: "x", oauth_redirect_port: port },
			`mcpServers.git.oauth_redirect_port: expected a port from 1 to 65535, found ${port} (number)`,
		]),
		[
			{ url: "x", oauth_redirect_port: "80" },
			'mcpServers.git.oauth_redirect_port: expected a port from 1 to 65535, found "80" (string)',
		],
		[
			{ command: "x", oauth_client_secret: "hush" },
			"mcpServers.git.oauth_client_secret: not a field of a stdio server",
		],
		[{ command: "x", disabled: "yes" }, "mcpServers.git.disabled: expected true or false"],
		[["x"], "mcpServers.git: expected an object, found a list"],
		["x", "mcpServers.git: expected an object, found a string"],
	])("%j: %s", (server, problem) => {
		expect(problemsOfServer(server)[0]).toStartWith(problem);
	});

	test.each([
		[[], 'expected an object with "mcpServers", found a list'],
		[{}, "mcpServers: missing; found an empty object"],
		[{ a: 1, b: 2 }, 'mcpServers: missing; found only "a", "b"'],
		[{ servers: {} }, 'mcpServers: missing; found "servers", as VS Code writes it: rename it to "mcpServers"'],
		[{ mcp: {} }, 'mcpServers: missing; found "mcp", as OpenCode writes it: rename it to "mcpServers"'],
		[{ mcpServer: {} }, 'mcpServer: unknown field; did you mean "mcpServers"?'],
		[{ mcp_servers: {} }, 'mcp_servers: unknown field; did you mean "mcpServers"?'],
		[{ mcpServers: {}, MCPservers: {} }, 'MCPservers: unknown field; did you mean "mcpServers"?'],
		[{ mcpServers: {}, schema: "x" }, 'schema: unknown field; did you mean "$schema"?'],
		[{ mcpServers: {}, $schema: 1 }, "$schema: expected a string, found a number"],
		[{ mcpServers: {}, setings: {} }, 'setings: unknown field; did you mean "settings"?'],
		[{ mcpServers: {}, settings: null }, "settings: expected an object, found null"],
		[{ mcpServers: {}, settings: [] }, "settings: expected an object, found a list"],
		[
			{ mcpServers: {}, settings: { startup: "now" } },
			'settings.startup: expected "lazy" or "eager", found "now" (string)',
		],
		[
			{ mcpServers: {}, settings: { expose: ["a", "!b"] } },
			'settings.expose[1]: a pattern cannot begin with "!"; name what is to be exposed',
		],
		[
			{ mcpServers: {}, settings: { tokenStore: "disk" } },
			'settings.tokenStore: expected "auto", "keychain" or "file", found "disk" (string)',
		],
		[{ mcpServers: {}, settings: { prefix: "no" } }, 'settings.prefix: expected true or false, found "no" (string)'],
		[
			{ mcpServers: {}, settings: { idletimeout: 1 } },
			'settings.idletimeout: unknown field; did you mean "idleTimeout"?',
		],
		[
			{ mcpServers: {}, settings: { env: {} } },
			"settings.env: unknown field; allowed are startup, idleTimeout, expose, resultBudget, discoveryBudget, format, prefix, tokenStore, autoThreshold, accounting",
		],
		[{ mcpServers: [] }, "mcpServers: expected an object, found a list"],
		[{ mcpServers: null }, "mcpServers: expected an object, found null"],
		[{ mcpServers: { "": {} } }, 'mcpServers[""]: a server needs a name'],
		[{ mcpServers: { " ": {} } }, 'mcpServers[" "]: a server needs a name'],
		['{"mcpServers":{}} {}', "1:19: unexpected text after the end"],
	])("%j: %s", (config, problem) => {
		expect(problemsOf(config)).toEqual([problem]);
	});

	test("never show what may be a secret", () => {
		const secret = "hush-hush";
		const odd = [secret, { a: secret }, [secret]];
		for (const field of [
			"command",
			"args",
			"env",
			"envFile",
			"cwd",
			"url",
			"headers",
			"tls",
			"oauth_client_id",
			"oauth_client_secret",
			"oauth_scopes",
			"oauth_private_key",
		]) {
			for (const value of [...odd, { a: { b: secret } }]) {
				for (const base of [{}, { type: "stdio" }, { url: "u" }, { command: "c" }]) {
					try {
						expect(JSON.stringify(parseServer({ ...base, [field]: value }).warnings)).not.toContain(secret);
					} catch (error) {
						expect(error).toBeInstanceOf(UserError);
						expect(String(error)).not.toContain(secret);
					}
				}
			}
		}
	});
});
