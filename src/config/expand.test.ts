import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { expandServer, expandText } from "./expand.ts";
import type { RemoteServer, StdioServer } from "./schema.ts";

const env = { HOST: "example.com", EMPTY: "", NESTED: "${HOST}", DOLLAR: "$$1 $& $`" };

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

describe("text", () => {
	test.each([
		["plain", "plain"],
		["${HOST}", "example.com"],
		["https://${HOST}:${HOST}/", "https://example.com:example.com/"],
		["${env:HOST}", "example.com"],
		["${EMPTY}", ""],
		["${HOST:-x}", "example.com"],
		["${EMPTY:-x}", "x"],
		["${NOT_SET:-x y}", "x y"],
		["${NOT_SET:-}", ""],
		["${env:NOT_SET:-x}", "x"],
		["${NOT_SET:-a:-b}", "a:-b"],
		["${NOT_SET:-http://h/$p}", "http://h/$p"],
		["${NOT_SET:-${HOST}}/p", "example.com/p"],
		["${NOT_SET:-<${EMPTY:-deep}>}", "<deep>"],
		["$${HOST}", "${HOST}"],
		["$${env:HOST}", "${env:HOST}"],
		["$${NOT_SET:-x}", "${NOT_SET:-x}"],
		["$$${HOST}", "$${HOST}"],
		["$HOST", "$HOST"],
		["$$HOST", "$$HOST"],
		["${}", "${}"],
		["${1A}", "${1A}"],
		["${HOST", "${HOST"],
		["${ HOST }", "${ HOST }"],
		["${HOST-x}", "${HOST-x}"],
		["${input:token}", "${input:token}"],
		["${file:/etc/x}", "${file:/etc/x}"],
		["${{ secrets.X }}", "${{ secrets.X }}"],
		["{env:HOST}", "{env:HOST}"],
		["%HOST%", "%HOST%"],
		["${NESTED}", "${HOST}"],
		["${DOLLAR}", "$$1 $& $`"],
	])("%s becomes %s", (text, expected) => {
		expect(expandText(text, env)).toMatchObject({ text: expected, unset: [] });
	});

	test("an undefined variable stays in place and is reported", () => {
		expect(expandText("a ${NOT_SET} ${HOST} ${env:NEITHER}", env)).toEqual({
			text: "a ${NOT_SET} example.com ${env:NEITHER}",
			unset: ["NOT_SET", "NEITHER"],
			used: [{ variable: "HOST", value: "example.com" }],
		});
	});

	test.each(["__proto__", "constructor", "toString"])("%s is an undefined variable like any other", (name) => {
		expect(expandText(`\${${name}}`, {}).unset).toEqual([name]);
	});

	const piece = fc.oneof(fc.constantFrom("$", "${", "}", ":-", "env:", "HOST", "EMPTY", "NOT_SET", "$${"), fc.string());

	test("property: no text makes it throw, and one without references stays as it is", () => {
		fc.assert(
			fc.property(fc.array(piece), (pieces) => {
				const text = pieces.join("");
				const expanded = expandText(text, env);
				if (!text.includes("${")) expect(expanded).toEqual({ text, unset: [], used: [] });
			}),
		);
	});

	test("property: what a variable holds arrives unchanged, whatever it looks like", () => {
		fc.assert(
			fc.property(fc.array(piece), (pieces) => {
				const value = pieces.join("");
				expect(expandText("<${VALUE}>", { VALUE: value }).text).toBe(`<${value}>`);
			}),
		);
	});

	test("a long unclosed reference takes no time", () => {
		expect(expandText(`\${A:-${"${B".repeat(2000)}`, {}).unset).toEqual([]);
	});
});

describe("a server", () => {
	test("stdio: command, args, env values, envFile and cwd are expanded, keys and the description are not", () => {
		const server: StdioServer = {
			...common,
			type: "stdio",
			description: "${HOST}",
			command: "/bin/${HOST}",
			args: ["${HOST}", "--x"],
			env: { "${HOST}": "${HOST}" },
			unsetEnv: ["${HOST}"],
			envFile: "${HOST}.env",
			cwd: "/${HOST}",
		};
		expect(expandServer(server, env)).toEqual({
			server: {
				...server,
				command: "/bin/example.com",
				args: ["example.com", "--x"],
				env: { "${HOST}": "example.com" },
				envFile: "example.com.env",
				cwd: "/example.com",
			},
			unset: [],
			foreign: [],
			used: Array.from({ length: 5 }, () => ({ variable: "HOST", value: "example.com" })),
		});
	});

	test("remote: url, header values, tls and the OAuth client are expanded, scopes are not", () => {
		const server: RemoteServer = {
			...common,
			type: "http",
			url: "https://${HOST}",
			headers: { "X-Host": "${HOST}" },
			tls: { ca: "${HOST}.ca", cert: "${HOST}.cert", key: "${HOST}.key", rejectUnauthorized: true },
			oauthClientId: "${HOST}",
			oauthClientSecret: "${HOST} secret",
			oauthPrivateKey: "${HOST}.pem",
			oauthScopes: ["${HOST}"],
			oauthGrant: "authorization_code",
			oauthRedirectPort: 8080,
		};
		expect(expandServer(server, env).server).toEqual({
			...server,
			url: "https://example.com",
			headers: { "X-Host": "example.com" },
			tls: { ca: "example.com.ca", cert: "example.com.cert", key: "example.com.key", rejectUnauthorized: true },
			oauthClientId: "example.com",
			oauthClientSecret: "example.com secret",
			oauthPrivateKey: "example.com.pem",
		});
	});

	test("undefined variables are reported with their field", () => {
		const stdio: StdioServer = {
			...common,
			type: "stdio",
			command: "${A}",
			args: ["x", "${B}${C}"],
			env: { TOKEN: "${D}", "odd key": "${E}" },
			unsetEnv: [],
			envFile: "${G}",
			cwd: "${F}",
		};
		const remote: RemoteServer = {
			...common,
			type: "sse",
			url: "${A}",
			headers: { "X-Key": "${B}" },
			tls: { ca: "${D}", cert: "${E}", key: "${F}", rejectUnauthorized: true },
			oauthClientId: "${C}",
			oauthClientSecret: "${G}",
			oauthPrivateKey: "${H}",
			oauthScopes: [],
			oauthGrant: "authorization_code",
		};
		const report = (server: StdioServer | RemoteServer) =>
			expandServer(server, {}).unset.map(({ field, variable }) => `${field} ${variable}`);
		expect([report(stdio), report(remote)]).toEqual([
			["command A", "args[1] B", "args[1] C", "env.TOKEN D", 'env["odd key"] E', "envFile G", "cwd F"],
			[
				"oauth_client_id C",
				"oauth_client_secret G",
				"oauth_private_key H",
				"url A",
				"headers.X-Key B",
				"tls.ca D",
				"tls.cert E",
				"tls.key F",
			],
		]);
	});
});
