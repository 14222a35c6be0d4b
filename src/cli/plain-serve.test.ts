import { describe, expect, test } from "bun:test";

import { plainServe } from "./plain-serve.ts";

describe("goes straight to the proxy", () => {
	test.each<[string[], string | undefined]>([
		[[], undefined],
		[["serve"], undefined],
		[["config.json"], "config.json"],
		[["serve", "config.json"], "config.json"],
		[["./serve"], "./serve"],
		[["/etc/mcp"], "/etc/mcp"],
		[["serve", "./-x"], "./-x"],
		[["C:\\mcp\\config"], "C:\\mcp\\config"],
	])("%j", (args, config) => {
		expect(plainServe(args, {})).toEqual({ config, logLevel: "warn" });
	});
});

describe("is left to the command line's parser", () => {
	test.each<[string[]]>([
		[["demo"]],
		[["serv"]],
		[["--help"]],
		[["-h"]],
		[["--log-level=debug"]],
		[["--config=a.json"]],
		[["serve", "--help"]],
		[["serve", "config"]],
		[["serve", "serve"]],
		[["a.json", "b.json"]],
		[["serve", "a.json", "--log-level", "debug"]],
		[["-"]],
		[[""]],
	])("%j", (args) => {
		expect(plainServe(args, {})).toBeUndefined();
	});

	test("whatever it is, when a log level is set", () => {
		expect(plainServe(["a.json"], { DYNAMIC_MCP_LOG: "debug" })).toBeUndefined();
	});

	test("not when the log level is set to nothing", () => {
		expect(plainServe([], { DYNAMIC_MCP_LOG: "" })).toEqual({ config: undefined, logLevel: "warn" });
	});
});
