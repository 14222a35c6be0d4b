import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";

import { parseConfig } from "./load.ts";
import { crossoverTokens } from "./schema.ts";

function parse(config: unknown, env: Record<string, string> = {}) {
	const text = typeof config === "string" ? config : JSON.stringify(config);
	return parseConfig(text, { path: "/c.json", env, home: "/home/me" });
}

const parseServer = (server: unknown, env?: Record<string, string>) => parse({ mcpServers: { git: server } }, env);

const defaults = {
	enabled: true,
	features: { tools: true, resources: true, prompts: true },
	timeoutMs: { connect: 30_000, tools: 30_000, resources: 10_000, prompts: 10_000 },
	startup: "lazy",
	idleTimeoutMs: 600_000,
	expose: "dynamic",
	resultBudget: 80_000,
	discoveryBudget: 8000,
	format: "signature",
} as const;

describe("a server", () => {
	test("stdio with every field", () => {
		const config = parseServer({
			type: "stdio",
			description: "Git",
			command: "npx",
			args: ["-y", "git"],
			env: { A: "b", B: null },
			envFile: "git.env",
			cwd: "~/work",
			features: { prompts: false },
			tools: { allow: ["read_*"], deny: ["read_secret"] },
			expose: ["read_file"],
			enabled: false,
			timeout: { connect: "1m", tools: 5, resources: null, prompts: "" },
			startup: "eager",
			idleTimeout: "1h",
			resultBudget: "1MB",
			discoveryBudget: "20kB",
			format: "json",
		});
		const written = {
			type: "stdio",
			description: "Git",
			command: "npx",
			args: ["-y", "git"],
			env: { A: "b" },
			unsetEnv: ["B"],
			envFile: "git.env",
			cwd: "~/work",
			enabled: false,
			features: { tools: true, resources: true, prompts: false },
			tools: { allow: ["read_*"], deny: ["read_secret"] },
			expose: ["read_file"],
			timeoutMs: { connect: 60_000, tools: 5000, resources: 10_000, prompts: 10_000 },
			startup: "eager",
			idleTimeoutMs: 3_600_000,
			resultBudget: 1_000_000,
			discoveryBudget: 20_000,
			format: "json",
		} as const;
		expect({ ...config, secrets: config.secrets() } as unknown).toEqual({
			path: "/c.json",
			prefix: true,
			discoveryBudget: 8000,
			tokenStore: "auto",
			autoThreshold: crossoverTokens,
			accounting: true,
			groups: [
				{
					name: "git",
					misconfigured: undefined,
					server: { ...written, envFile: resolve("/git.env"), cwd: "/home/me/work" },
					written,
				},
			],
			warnings: [],
			secrets: [],
		});
	});

	const unsigned = { oauthScopes: [], oauthGrant: "authorization_code" } as const;

	test("remote with every field", () => {
		const server = {
			type: "sse",
			url: "https://h/mcp",
			headers: { A: "b" },
			tls: { ca: "/ca.pem", cert: "/cert.pem", key: "/key.pem", rejectUnauthorized: false },
			oauth_client_id: "id",
			oauth_client_secret: "${SECRET:-hush-hush}",
			oauth_scopes: ["read"],
			oauth_redirect_port: 8080,
			oauth_grant: "client_credentials",
			oauth_private_key: "/oauth.pem",
		};
		expect(parseServer(server).groups[0]?.server).toEqual({
			...defaults,
			type: "sse",
			url: "https://h/mcp",
			headers: { A: "b" },
			tls: { ca: resolve("/ca.pem"), cert: resolve("/cert.pem"), key: resolve("/key.pem"), rejectUnauthorized: false },
			oauthClientId: "id",
			oauthClientSecret: "hush-hush",
			oauthScopes: ["read"],
			oauthRedirectPort: 8080,
			oauthGrant: "client_credentials",
			oauthPrivateKey: resolve("/oauth.pem"),
		});
	});

	test.each([
		[{ command: "x" }, { ...defaults, type: "stdio", command: "x", args: [], env: {}, unsetEnv: [] }],
		[
			{ command: "x", args: null, env: null },
			{ ...defaults, type: "stdio", command: "x", args: [], env: {}, unsetEnv: [] },
		],
		[{ url: "http://h" }, { ...defaults, type: "auto", url: "http://h", headers: {}, ...unsigned }],
		[
			{ url: "http://h", headers: null, oauth_client_id: null, oauth_scopes: null },
			{ ...defaults, type: "auto", url: "http://h", headers: {}, ...unsigned },
		],
	])("%j is complete: its type is inferred, the rest has defaults", (raw, expected) => {
		expect(parseServer(raw).groups[0]?.server).toEqual(expected as never);
	});

	test("numbers and booleans in args, env and headers become text", () => {
		const [stdio, remote] = parse({
			mcpServers: {
				a: { command: "x", args: ["--port", 8080, true, 1.5], env: { PORT: 8080, ON: false } },
				b: { url: "http://h", headers: { "X-Tenant": 7 } },
			},
		}).groups;
		expect([stdio?.server, remote?.server]).toEqual([
			expect.objectContaining({ args: ["--port", "8080", "true", "1.5"], env: { PORT: "8080", ON: "false" } }),
			expect.objectContaining({ headers: { "X-Tenant": "7" } }),
		]);
	});

	test("an entry of another client works, and what is not used of it is named", () => {
		const { groups, warnings } = parseServer(
			{
				type: "local",
				command: ["npx", "-y", "x"],
				environment: { A: "${env:B}" },
				autoApprove: [],
				timeout: 60,
			},
			{ B: "c" },
		);
		expect(groups[0]?.server).toEqual({
			...defaults,
			type: "stdio",
			command: "npx",
			args: ["-y", "x"],
			env: { A: "c" },
			unsetEnv: [],
		});
		expect(warnings.map((warning) => warning.split(";")[0])).toEqual([
			"mcpServers.git.timeout: ignored",
			"mcpServers.git.autoApprove: ignored",
		]);
	});
});

describe("envFile", () => {
	const envFileIn = (path: string, envFile: string, env: Record<string, string> = {}) => {
		const text = JSON.stringify({ mcpServers: { git: { command: "x", envFile } } });
		const [group] = parseConfig(text, { path, env, home: "/home/me" }).groups;
		return group?.server.type === "stdio" ? group.server.envFile : undefined;
	};

	test.each([
		["git.env", "/etc/mcp/git.env"],
		["./a/../git.env", "/etc/mcp/git.env"],
		["../git.env", "/etc/git.env"],
		["~/git.env", "/home/me/git.env"],
		["/run/git.env", "/run/git.env"],
		["${DIR}/git.env", "/secrets/git.env"],
	])("%s is %s, seen from the folder of the config file", (written, expected) => {
		expect(envFileIn("/etc/mcp/c.json", written, { DIR: "/secrets" })).toBe(resolve(expected));
	});
});

describe("the type of a server at a URL", () => {
	test.each([
		[{}, "auto"],
		[{ type: "http" }, "http"],
		[{ type: "sse" }, "sse"],
		[{ type: "streamable-http" }, "http"],
		[{ type: "remote" }, "auto"],
	])("with %j is %s", (fields, expected) => {
		const [group] = parseServer({ ...fields, url: "https://h" }).groups;
		expect([group?.server.type, group?.written.type]).toEqual([expected, expected] as never);
	});
});

test("a variable that is null is taken away, the others are added", () => {
	const { groups } = parseServer({ command: "x", env: { A: null, B: "b", C: null } });
	expect(groups[0]?.server).toMatchObject({ env: { B: "b" }, unsetEnv: ["A", "C"] });
});

test("a transport of other clients that we do not have spares the other servers, and is no warning when it is off", () => {
	const { groups, warnings } = parse({
		mcpServers: {
			a: { type: "ws", url: "ws://h" },
			b: { command: "x" },
			c: { type: "ws", url: "ws://h", disabled: true },
		},
	});
	expect([groups.map(({ misconfigured }) => misconfigured === undefined), warnings]).toEqual([
		[false, true, false],
		['mcpServers.a: type "ws" is not supported; use "http", "sse" or "stdio"'],
	]);
});

describe("an undefined variable", () => {
	const config = parse(
		{
			mcpServers: {
				broken: { command: "x", args: ["-t", "${TOKEN}"], env: { KEY: "${TOKEN}" } },
				off: { command: "${NOT_SET}", enabled: false },
				fine: { command: "x", args: ["${SET}"] },
			},
		},
		{ SET: "a-value" },
	);

	test("makes only its server misconfigured", () => {
		expect(config.groups.map(({ name, misconfigured }) => [name, misconfigured])).toEqual([
			["broken", "args[1] uses ${TOKEN}, which is not set; env.KEY uses ${TOKEN}, which is not set"],
			["off", "command uses ${NOT_SET}, which is not set"],
			["fine", undefined],
		]);
	});

	test("is a warning that names server and field, unless the server is off", () => {
		expect(config.warnings).toEqual([
			"mcpServers.broken: args[1] uses ${TOKEN}, which is not set; env.KEY uses ${TOKEN}, which is not set",
		]);
	});

	test("is not redacted from the message about it", () => {
		expect(config.secrets()).toEqual(["a-value"]);
	});
});

describe("a server that cannot work is misconfigured, and no value is shown", () => {
	test.each([
		[{ command: "${EMPTY}" }, "command is empty"],
		[{ command: "x", envFile: "${EMPTY}" }, "envFile is empty"],
		[{ type: "ws", url: "ws://h" }, 'type "ws" is not supported; use "http", "sse" or "stdio"'],
		[{ transport: "websocket", url: "x" }, 'type "websocket" is not supported; use "http", "sse" or "stdio"'],
		[
			{ type: "ws", url: "x", headers: { A: "${NOT_SET}" } },
			'type "ws" is not supported; use "http", "sse" or "stdio"; headers.A uses ${NOT_SET}, which is not set',
		],
		[{ url: "${SECRET}" }, "url is not an http:// or https:// address"],
		[{ url: "http://h:99999/mcp" }, "url has a host or port that cannot be one"],
		[{ url: "https://${SECRET} x/" }, "url has a host or port that cannot be one"],
		[{ url: "ws://h" }, "url is not an http:// or https:// address"],
		[{ url: "http://h", headers: { "X-Key": "${LINES}" } }, "headers.X-Key cannot be sent as an HTTP header"],
		[{ url: "http://h", headers: { "X Key": "a" } }, 'headers["X Key"] cannot be sent as an HTTP header'],
		[{ url: "https://h", tls: { ca: "${EMPTY}" } }, "tls.ca is empty"],
		[{ url: "https://h", tls: { cert: "a", key: " " } }, "tls.key is empty"],
		[{ url: "https://h", tls: { ca: "${NOT_SET}" } }, "tls.ca uses ${NOT_SET}, which is not set"],
	])("%j: %s", (server, misconfigured) => {
		const { groups } = parseServer(server, { EMPTY: "", SECRET: "hush", LINES: "a\nb" });
		expect(groups[0]?.misconfigured).toBe(misconfigured);
	});
});
