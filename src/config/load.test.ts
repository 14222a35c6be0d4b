import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import * as fc from "fast-check";

import { UserError } from "../base/errors.ts";
import { configPath } from "./file.ts";
import { loadConfig, parseConfig } from "./load.ts";

const home = "/home/me";

function parse(config: unknown, env: Record<string, string> = {}) {
	const text = typeof config === "string" ? config : JSON.stringify(config);
	return parseConfig(text, { path: "/c.json", env, home });
}

async function rejectionOf(promise: Promise<unknown>): Promise<UserError> {
	const error = await promise.then(
		() => new Error("nothing was thrown"),
		(reason: unknown) => reason,
	);
	if (error instanceof UserError) return error;
	throw error;
}

test.each([
	["/home/me/.dynamic-mcp/dynamic-mcp.json", "dynamic-mcp validate shows the lines."],
	["/c.json", "dynamic-mcp validate /c.json shows the lines."],
	["/my files/c.json", 'dynamic-mcp validate "/my files/c.json" shows the lines.'],
])("the problems of %s are shown by a command that finds it", async (path, hint) => {
	const parsing = Promise.try(() => parseConfig("{", { path, env: { DYNAMIC_MCP_CONFIG: path }, home }));
	expect((await rejectionOf(parsing)).hint).toBe(hint);
});

describe("the path", () => {
	test.each([
		["the argument wins", "/a.json", { DYNAMIC_MCP_CONFIG: "/b.json" }, "/a.json", "argument"],
		["then the environment", undefined, { DYNAMIC_MCP_CONFIG: "/b.json" }, "/b.json", "DYNAMIC_MCP_CONFIG"],
		["empty ones do not count", "", { DYNAMIC_MCP_CONFIG: "" }, "/home/me/.dynamic-mcp/dynamic-mcp.json", "default"],
		["then the home folder", undefined, {}, "/home/me/.dynamic-mcp/dynamic-mcp.json", "default"],
		["~/ in the argument is the home folder", "~/a.json", {}, "/home/me/a.json", "argument"],
		["~/ in the variable too", undefined, { DYNAMIC_MCP_CONFIG: "~/b" }, "/home/me/b", "DYNAMIC_MCP_CONFIG"],
		["~name is a file name", "/x/~name", {}, "/x/~name", "argument"],
	] as const)("%s", (_, argument, env, path, source) => {
		expect(configPath(argument, env, home)).toEqual({ path: resolve(path), source });
	});

	test("a relative argument is made absolute, so that messages and watchers name one file", () => {
		expect(configPath("a.json", {}, home).path).toBe(resolve("a.json"));
	});
});

describe("the top level", () => {
	test("a whole client file works; what else is in it is one warning with up to five names", () => {
		const config = { numStartups: 3, uiSettings: {}, mcpServers: {}, a: 1, b: 2, c: 3, d: 4 };
		expect(parse(config).warnings).toEqual([
			'ignored at the top level: "numStartups", "uiSettings", "a", "b", "c" and 1 more',
		]);
	});

	test("groups are in the order of the file", () => {
		const names = ["zeta", "alpha", "Beta", "my server", "__proto__", "constructor", "toString", "ünï"];
		const text = `{"mcpServers":{${names.map((name) => `${JSON.stringify(name)}:{"command":"x"}`).join()}}}`;
		expect(parse(text).groups.map(({ name }) => name)).toEqual(names);
		expect(parse(`${text} // with a comment`).groups.map(({ name }) => name)).toEqual(names);
	});

	test("secrets of all servers are collected once, the longest first", () => {
		const server = { command: "x", env: { TOKEN: "${A}", KEY: "a-literal", NODE_ENV: "production" } };
		expect(parse({ mcpServers: { a: server, b: server } }, { A: "from-variable" }).secrets()).toEqual([
			"from-variable",
			"a-literal",
		]);
	});

	test("a byte order mark, comments and trailing commas are fine", () => {
		expect(parse('\uFEFF{ "mcpServers": { "a": { "command": "x", }, }, } // x').groups).toHaveLength(1);
	});

	test("property: whatever the JSON is, the outcome is a config or a UserError", () => {
		const keys = fc.constantFrom("type", "command", "args", "env", "url", "headers", "timeout", "features", "enabled");
		const value = fc.oneof(fc.jsonValue(), fc.constantFrom("stdio", "http", "${A}", { tools: "1s" }, ["x"]));
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.dictionary(keys, value)), (mcpServers) => {
				try {
					expect(parse({ mcpServers }).groups).toHaveLength(Object.keys(mcpServers).length);
				} catch (error) {
					expect(error).toBeInstanceOf(UserError);
				}
			}),
		);
	});
});

describe("the prefix of names in the client's own list", () => {
	const one = { a: { command: "x" } };
	const oneOfTwo = { ...one, b: { command: "x", enabled: false } };
	const two = { ...one, b: { command: "x" } };

	test.each([
		["is there by itself", undefined, one, true],
		["is there when it is wanted", true, one, true],
		["goes when there is one server", false, one, false],
		["goes when there is one server that is enabled", false, oneOfTwo, false],
		["goes when that one cannot be used", false, { a: { command: "${NOT_SET}" } }, false],
		["stays when there is no server", false, {}, true],
	])("%s", (_, prefix, mcpServers, expected) => {
		expect(parse({ ...(prefix === undefined ? {} : { settings: { prefix } }), mcpServers }).prefix).toBe(expected);
	});

	test("stays when there are several servers, which is said", () => {
		const { prefix, warnings } = parse({ settings: { prefix: false }, mcpServers: two });
		expect({ prefix, warnings }).toEqual({
			prefix: true,
			warnings: ["settings.prefix: has no effect with 2 servers, whose tools may have the same names"],
		});
	});
});

describe("the file", () => {
	const folder = mkdtempSync(join(tmpdir(), "dynamic-mcp-config-"));
	afterAll(() => rmSync(folder, { recursive: true }));

	function file(name: string, content: string | Uint8Array): string {
		const path = join(folder, name);
		writeFileSync(path, content);
		return path;
	}

	const load = (path: string) => loadConfig(path, {}, home);

	test("is read and named in the result", async () => {
		const path = file("good.json", '{"mcpServers":{"a":{"command":"x"}}}');
		expect(await load(path)).toMatchObject({ path, groups: [{ name: "a" }] });
	});

	test("may start with a byte order mark, be UTF-16 as Windows writes it, or have bytes that are not UTF-8", async () => {
		const text = '{"mcpServers":{"ä":{"command":"x"}}}';
		const files = [
			file("bom.json", `\uFEFF${text}`),
			file("utf16.json", Buffer.from(`\uFEFF${text}`, "utf16le")),
			file("latin1.json", Buffer.from(text, "latin1")),
		];
		const names = await Promise.all(files.map(async (path) => (await load(path)).groups[0]?.name));
		expect(names).toEqual(["ä", "ä", "\uFFFD"]);
	});

	test("when it is missing, the message names it and the hint is an example that works", async () => {
		const path = join(folder, "no", "such.json");
		const { message, hint } = await rejectionOf(load(path));
		expect(message).toBe(`there is no config file at ${path}`);
		const example = hint?.slice(hint.indexOf("{")) ?? "";
		expect(example.split("\n")).toHaveLength(6);
		expect(parse(example, { HOME: "x" }).groups.map(({ misconfigured }) => misconfigured)).toEqual([
			undefined,
			undefined,
		]);
	});

	test("when a part of the path is a file, it is missing too", async () => {
		const path = join(file("plain", ""), "x.json");
		expect((await rejectionOf(load(path))).message).toBe(`there is no config file at ${path}`);
	});

	test("when it is a folder, that is said", async () => {
		expect((await rejectionOf(load(folder))).message).toBe(`${folder} is a folder, not a config file`);
	});

	test("when it is empty, that is said", async () => {
		const path = file("empty.json", " \n");
		expect((await rejectionOf(load(path))).message).toBe(`${path} is empty`);
	});

	// The superuser may read everything, and Windows has no mode bits.
	test.skipIf(process.getuid === undefined || process.getuid() === 0)(
		"when it may not be read, that is said",
		async () => {
			const path = file("private.json", "{}");
			Bun.spawnSync(["chmod", "000", path]);
			expect((await rejectionOf(load(path))).message).toBe(`no permission to read ${path}`);
		},
	);
});
