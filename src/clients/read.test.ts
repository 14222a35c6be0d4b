/** Entries that no example has: strange, broken, or hostile. */
import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { clientOf, machineOf, readText } from "../../test/helpers/client-files.ts";
import { UserError } from "../base/errors.ts";
import { parseConfig } from "../config/load.ts";
import { clients } from "./all.ts";
import type { Client, Place, ReadServer } from "./types.ts";

const machine = machineOf("linux");

function placeIn(client: Client, scope: Place["scope"], format: Place["format"] = "json"): Place {
	const found = client.places(machine).find((place) => place.scope === scope && place.format === format);
	return found ?? client.places(machineOf("win32"))[0]!;
}

/** An entry of Cursor's, for all projects unless it is said. */
function read(entry: unknown, id = "cursor", scope: Place["scope"] = "global"): ReadServer {
	const client = clientOf(id);
	const place = placeIn(client, scope, id === "codex" ? "toml" : id === "goose" ? "yaml" : "json");
	const keys = client.keys({}, place);
	const document = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), { server: entry });
	return client.read(document, place, machine)[0]!;
}

const reasonOf = (server: ReadServer) => (server.kind === "imported" ? undefined : server.reason);
const entryOf = (server: ReadServer) => (server.kind === "imported" ? server.entry : server.reason);

describe.each(clients.map((client) => [client.id, client] as const))("%s", (_id, client) => {
	const place = placeIn(client, "global", client.id === "codex" ? "toml" : "json");

	test("has no servers in a file that is empty, or has other things in it", () => {
		expect(client.read(undefined, place, machine)).toEqual([]);
		expect(client.read({}, place, machine)).toEqual([]);
		expect(client.read({ theme: "dark" }, { ...place, keys: client.keys({}, place) }, machine)).toEqual([]);
	});

	test.each([
		[[], "a list"],
		["x", "a string"],
		[null, "null"],
		[3, "a number"],
	])("says what %j is, which is no document", (document, what) => {
		expect(() => client.read(document, place, machine)).toThrow(
			new UserError(`${place.path}: expected an object, found ${what}`),
		);
	});

	test("says what stands where the servers should be", () => {
		const keys = client.keys({}, place);
		const document = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), "text");
		expect(() => client.read(document, place, machine)).toThrow("expected an object, found a string");
	});
});

describe("one bad entry harms no other, and says which field it is:", () => {
	test.each([
		[{ command: "" }, "command: must not be empty"],
		[{ command: 3 }, "command: expected a string, found a number"],
		[{ command: [] }, "command: expected a string, found a list"],
		[{ command: "a", args: "-y" }, "args: expected a list, found a string"],
		[{ command: "a", args: ["-y", {}] }, "args[1]: expected a string, found an object"],
		[{ command: "a", env: ["A=b"] }, "env: expected an object, found a list"],
		[{ command: "a", env: { A: {} } }, "env.A: expected a string, found an object"],
		[{ command: "a", disabled: "yes" }, 'disabled: expected true or false; our own field is "enabled"'],
		[
			{ type: "carrier-pigeon", command: "a" },
			'type: expected "stdio", "http" or "sse", found "carrier-pigeon" (string)',
		],
		[{ type: "http" }, "url: missing"],
		[{ url: "ftp://example.com" }, "url is not an http:// or https:// address"],
		[{ url: "https://example.com", headers: { "a b": "c" } }, 'headers["a b"] cannot be sent as an HTTP header'],
		[
			{ command: "a", tools: { allow: ["!b"] } },
			'tools.allow[0]: a pattern cannot begin with "!"; what is not wanted goes into "deny"',
		],
	])("%j", (entry, reason) => {
		expect(reasonOf(read(entry))).toBe(reason);
	});

	test("among others", () => {
		const text = '{ "mcpServers": { "bad": 3, "good": { "command": "a" } } }';
		const servers = readText(clientOf("cursor"), text, placeIn(clientOf("cursor"), "global"), machine);
		expect(servers.map(({ kind }) => kind)).toEqual(["failed", "imported"]);
	});
});

describe("how a url without a type is spoken to is the client's to say:", () => {
	test.each([
		["cursor", undefined],
		["zed", undefined],
		["claude", undefined],
		["gemini", undefined],
		["vscode", undefined],
		["cline", "sse"],
		["qwen", "sse"],
		["codex", "http"],
		["copilot", "http"],
	])("%s", (id, type) => {
		const url = "https://example.com/mcp";
		expect(entryOf(read({ url }, id))).toEqual({ ...(type === undefined ? {} : { type }), url });
	});
});

describe("how long to wait is in the client's unit:", () => {
	test.each([
		["claude", { timeout: 90_000 }, { tools: "90s" }],
		["gemini", { timeout: 1500 }, { tools: "1500ms" }],
		["cline", { timeout: 90 }, { tools: "90s" }],
		["roo", { timeout: "90" }, { tools: "90s" }],
		["zed", { timeout: 0.25 }, { tools: "250ms" }],
		["goose", { timeout: 300 }, { tools: "300s" }],
		["crush", { timeout: 30 }, { connect: "30s" }],
		["opencode", { timeout: 5000 }, { connect: "5s" }],
		["kilocode", { timeout: 5000 }, { connect: "5s" }],
		["codex", { startup_timeout_sec: 2.5, tool_timeout_sec: 60 }, { connect: "2500ms", tools: "60s" }],
		["amazonq", { timeout: 60_000 }, { tools: "60s" }],
		["continue", { connectionTimeout: 5000 }, { connect: "5s" }],
		["copilot", { timeout: 30_000 }, { tools: "30s" }],
		["qwen", { timeout: 1000, discoveryTimeoutMs: 2000 }, { tools: "1s", connect: "2s" }],
	])("%s %j", (id, fields, timeout) => {
		expect(entryOf(read({ command: "a", ...fields }, id))).toEqual({ command: "a", timeout });
	});

	test.each([
		["cursor", 60],
		["cline", -1],
		["cline", 1e12],
		["cline", "soon"],
		["droid", 60],
	])("what %s means by %j is not guessed", (id, timeout) => {
		const server = read({ command: "a", timeout }, id);
		expect(entryOf(server)).toEqual({ command: "a" });
		expect(server.kind === "imported" && server.lossy).toEqual([expect.stringMatching(/^timeout: left out; /)]);
	});
});

test.each(["experimental_environment", "supports_parallel_tool_calls"])(
	"%s of Codex's is known to have no counterpart",
	(field) => {
		const server = read({ command: "a", [field]: true }, "codex");
		expect(server.kind === "imported" && server.lossy).toEqual([`${field}: left out; there is no such setting here`]);
	},
);

describe("paths of a project's file start in its folder:", () => {
	test.each([
		[{ command: "./run.sh" }, { command: "/home/me/app/run.sh" }],
		[
			{ command: "run", cwd: "sub" },
			{ command: "run", cwd: "/home/me/app/sub" },
		],
		[
			{ command: "node", args: ["build/index.js"] },
			{ command: "node", args: ["build/index.js"], cwd: "/home/me/app" },
		],
		[
			{ command: "npx", args: ["-y", "@a/b", "."] },
			{ command: "npx", args: ["-y", "@a/b", "."], cwd: "/home/me/app" },
		],
		[
			{ command: "npx", args: ["-y", "@a/b"] },
			{ command: "npx", args: ["-y", "@a/b"] },
		],
		[
			{ command: "~/bin/a", envFile: ".env" },
			{ command: "~/bin/a", envFile: "/home/me/app/.env" },
		],
	])("%j", (entry, expected) => {
		expect(entryOf(read(entry, "cursor", "project"))).toEqual(expected);
	});
});

describe("we do not start ourselves:", () => {
	test.each([
		[{ command: "dynamic-mcp" }],
		[{ command: "/opt/bin/dmcp", args: ["x.json"] }],
		[{ command: "C:\\x\\Dynamic-MCP.EXE" }],
		[{ command: "npx", args: ["-y", "dynamic-mcp@2.0.0"] }],
		[{ command: "npx", args: ["--package=dynamic-mcp", "dmcp"] }],
		[{ command: "bunx", args: ["dynamic-mcp"] }],
		[{ command: "pnpm", args: ["dlx", "dynamic-mcp"] }],
		[{ command: "cmd", args: ["/c", "npx", "-y", "dynamic-mcp"] }],
		[{ command: ["npx", "dynamic-mcp"] }],
		[{ command: "npx", args: ["--registry", "https://packages.example.com", "dynamic-mcp"] }],
		[{ command: "uv", args: ["tool", "run", "dmcp"] }],
		[{ command: "pipx", args: ["run", "dmcp"] }],
		[{ command: "/usr/bin/env", args: ["-i", "A=b", "dynamic-mcp", "serve"] }],
		[{ command: "wsl.exe", args: ["-e", "/home/me/.local/bin/dynamic-mcp"] }],
		[{ command: "bash", args: ["-lc", "exec dynamic-mcp serve ~/other.json"] }],
		[{ command: "sh", args: ["-c", ". ~/.env && dynamic-mcp"] }],
		[{ command: "doppler", args: ["run", "--", "npx", "-y", "dynamic-mcp"] }],
		[{ command: "node", args: ["/usr/lib/node_modules/dynamic-mcp/launcher.cjs"] }],
		[{ command: "bun", args: ["run", "/home/me/dynamic-mcp/src/main.ts"] }],
	])("%j", (entry) => {
		expect(reasonOf(read(entry))).toBe("it is dynamic-mcp itself");
	});

	test.each([
		[{ command: "npx", args: ["-y", "other", "dynamic-mcp"] }],
		[{ command: "dynamic-mcp-server" }],
		[{ command: "npx", args: ["@me/dynamic-mcp"] }],
		[{ command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/dynamic-mcp"] }],
		[{ command: "uvx", args: ["mcp-server-git", "--repository", "/home/me/dynamic-mcp"] }],
		[{ command: "bash", args: ["-c", "cd /home/me/dynamic-mcp && other-mcp"] }],
		[{ command: "node", args: ["/home/me/dynamic-mcp/node_modules/other-mcp/index.js"] }],
		[{ command: "node", args: ["/home/me/dynamic-mcp/index.js"] }],
		[{ command: "env", args: ["NAME=dynamic-mcp"] }],
	])("and %j is another", (entry) => {
		expect(read(entry).kind).toBe("imported");
	});
});

describe("property:", () => {
	const word = fc.constantFrom(
		"a",
		"",
		"${A}",
		"${env:A}",
		"$(x)",
		"${workspaceFolder}",
		"https://example.com",
		"{file:x}",
		"$",
		"./x",
	);
	const value = fc.oneof(word, fc.jsonValue({ maxDepth: 2 }), fc.array(word), fc.dictionary(fc.string(), word));
	const field = fc.constantFrom(
		..."type command cmd args env environment envs env_keys env_vars cwd envFile url httpUrl serverUrl uri headers".split(
			" ",
		),
		..."http_headers env_http_headers bearer_token_env_var timeout tools includeTools disabledTools disabled".split(
			" ",
		),
		..."enabled oauth auth requestOptions description features tls startup __proto__ constructor name source".split(
			" ",
		),
	);
	const entry = fc.oneof(
		fc.array(fc.tuple(field, value)).map((fields) => Object.fromEntries(fields) as unknown),
		fc.dictionary(field, value).map((fields) => ({ command: "a", ...fields })),
		fc.dictionary(field, value).map((fields) => ({ type: "http", url: "https://example.com", ...fields })),
		fc.jsonValue(),
	);
	const scopes = fc.constantFrom("global", "project") as fc.Arbitrary<Place["scope"]>;

	test("no entry, however weird, throws, or becomes one that is invalid in our config", () => {
		fc.assert(
			fc.property(fc.constantFrom(...clients), scopes, fc.dictionary(fc.string(), entry), (client, scope, entries) => {
				const place = placeIn(client, scope);
				const keys = client.keys({}, place);
				const document = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), entries);
				const servers = client.read(document, place, machine);
				const imported = servers.flatMap((server) =>
					server.kind === "imported" ? [[server.group, server.entry] as const] : [],
				);
				expect(new Set(servers.map(({ group }) => group)).size).toBe(servers.length);
				expect(servers.filter(({ group }) => !/^[a-z0-9-]{1,24}$/.test(group))).toEqual([]);
				const text = JSON.stringify({ mcpServers: Object.fromEntries(imported) });
				expect(parseConfig(text, { path: "/home/me/x.json", env: {}, home: "/home/me" }).groups).toHaveLength(
					imported.length,
				);
			}),
			{ numRuns: 1000 },
		);
	});
});
