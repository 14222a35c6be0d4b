import { describe, expect, test } from "bun:test";

import { parseConfig } from "./load.ts";

function parse(config: unknown, env: Record<string, string> = {}) {
	const text = typeof config === "string" ? config : JSON.stringify(config);
	return parseConfig(text, { path: "/c.json", env, home: "/home/me" });
}

const parseServer = (server: unknown, env?: Record<string, string>) => parse({ mcpServers: { git: server } }, env);

const defaults = {
	enabled: true,
	features: { tools: true, resources: true, prompts: true },
	timeoutMs: { connect: 30_000, tools: 30_000, resources: 10_000, prompts: 10_000 },
};

describe("a server", () => {
	test("stdio with every field", () => {
		const config = parseServer({
			type: "stdio",
			description: "Git",
			command: "npx",
			args: ["-y", "git"],
			env: { A: "b" },
			cwd: "~/work",
			features: { prompts: false },
			enabled: false,
			timeout: { connect: "1m", tools: 5, resources: null, prompts: "" },
		});
		expect({ ...config, secrets: config.secrets() }).toEqual({
			path: "/c.json",
			groups: [
				{
					name: "git",
					misconfigured: undefined,
					server: {
						type: "stdio",
						description: "Git",
						command: "npx",
						args: ["-y", "git"],
						env: { A: "b" },
						cwd: "/home/me/work",
						enabled: false,
						features: { tools: true, resources: true, prompts: false },
						timeoutMs: { connect: 60_000, tools: 5000, resources: 10_000, prompts: 10_000 },
					},
				},
			],
			warnings: [],
			secrets: [],
		});
	});

	test("remote with every field", () => {
		const server = {
			type: "sse",
			url: "https://h/mcp",
			headers: { A: "b" },
			oauth_client_id: "id",
			oauth_scopes: ["read"],
		};
		expect(parseServer(server).groups[0]?.server).toEqual({
			...defaults,
			type: "sse",
			url: "https://h/mcp",
			headers: { A: "b" },
			oauthClientId: "id",
			oauthScopes: ["read"],
		});
	});

	test.each([
		[{ command: "x" }, { ...defaults, type: "stdio", command: "x", args: [], env: {} }],
		[
			{ command: "x", args: null, env: null },
			{ ...defaults, type: "stdio", command: "x", args: [], env: {} },
		],
		[{ url: "http://h" }, { ...defaults, type: "http", url: "http://h", headers: {}, oauthScopes: [] }],
		[
			{ url: "http://h", headers: null, oauth_client_id: null, oauth_scopes: null },
			{ ...defaults, type: "http", url: "http://h", headers: {}, oauthScopes: [] },
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
		});
		expect(warnings.map((warning) => warning.split(";")[0])).toEqual([
			"mcpServers.git.timeout: ignored",
			"mcpServers.git.autoApprove: ignored",
		]);
	});
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
		[{ url: "${SECRET}" }, "url is not an http:// or https:// address"],
		[{ url: "ws://h" }, "url is not an http:// or https:// address"],
		[{ url: "http://h", headers: { "X-Key": "${LINES}" } }, "headers.X-Key cannot be sent as an HTTP header"],
		[{ url: "http://h", headers: { "X Key": "a" } }, 'headers["X Key"] cannot be sent as an HTTP header'],
	])("%j: %s", (server, misconfigured) => {
		const { groups } = parseServer(server, { EMPTY: "", SECRET: "hush", LINES: "a\nb" });
		expect(groups[0]?.misconfigured).toBe(misconfigured);
	});
});
