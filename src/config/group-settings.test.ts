import { describe, expect, test } from "bun:test";

import { parseConfig } from "./load.ts";
import { crossoverTokens } from "./schema.ts";

const parse = (config: unknown) => parseConfig(JSON.stringify(config), { path: "/c.json", env: {}, home: "/home/me" });

describe("settings", () => {
	const startAndStop = (settings: unknown, server: object) => {
		const config = parse({ settings, mcpServers: { git: { command: "x", ...server } } });
		return config.groups.map((group) => [group.server.startup, group.server.idleTimeoutMs])[0];
	};

	test.each([
		[{}, {}, ["lazy", 600_000]],
		[{ startup: "eager", idleTimeout: "1h" }, {}, ["eager", 3_600_000]],
		[{ startup: "eager", idleTimeout: "1h" }, { startup: "lazy", idleTimeout: 5 }, ["lazy", 5000]],
		[{ idleTimeout: 0 }, {}, ["lazy", 0]],
		[{ idleTimeout: 5 }, { idleTimeout: 0 }, ["lazy", 0]],
		[{ idleTimeout: null }, { idleTimeout: "" }, ["lazy", 600_000]],
		[{ idleTimeout: "" }, { idleTimeout: null }, ["lazy", 600_000]],
		[{ idleTimeout: 5 }, { idleTimeout: null }, ["lazy", 5000]],
	])("%j and a server with %j: %j", (settings, server, expected) => {
		expect(startAndStop(settings, server)).toEqual(expected as never);
	});

	test.each([
		[{}, {}, "dynamic"],
		[{ expose: "direct" }, {}, "direct"],
		[{ expose: "direct" }, { expose: "dynamic" }, "dynamic"],
		[{ expose: ["a"] }, {}, ["a"]],
		[{ expose: "auto" }, {}, "auto"],
		[{ expose: "auto" }, { expose: "direct" }, "direct"],
		[{}, { expose: "auto" }, "auto"],
		[{ expose: "direct" }, { expose: [] }, []],
		[{}, { expose: ["a", "b_*"] }, ["a", "b_*"]],
	])("%j and a server with %j expose %j", (settings, server, expected) => {
		const { groups } = parse({ settings, mcpServers: { git: { command: "x", ...server } } });
		expect(groups.map(({ server, written }) => [server.expose, written.expose])).toEqual([
			[expected, expected],
		] as never);
	});

	test.each([
		[{}, {}, 80_000],
		[{ resultBudget: "20kB" }, {}, 20_000],
		[{ resultBudget: "20kB" }, { resultBudget: 1000 }, 1000],
		[{ resultBudget: "20kB" }, { resultBudget: 0 }, 0],
		[{ resultBudget: 0 }, { resultBudget: "1MB" }, 1_000_000],
	])("%j and a server with %j have a budget of %j bytes", (settings, server, expected) => {
		const { groups } = parse({ settings, mcpServers: { git: { command: "x", ...server } } });
		expect(groups.map(({ server, written }) => [server.resultBudget, written.resultBudget])).toEqual([
			[expected, expected],
		]);
	});

	test.each([
		[{ autoThreshold: "2k" }, 'settings.autoThreshold: expected a whole number of tokens, found "2k" (string)'],
		[{ autoThreshold: -1 }, "settings.autoThreshold: expected a whole number of tokens, found -1 (number)"],
		[{ accounting: "no" }, 'settings.accounting: expected true or false, found "no" (string)'],
	])("%j is wrong: %s", (settings, problem) => {
		expect(() => parse({ settings, mcpServers: {} })).toThrow(problem);
	});

	test("of all servers together have defaults", () => {
		expect(parse({ mcpServers: {} })).toMatchObject({ autoThreshold: crossoverTokens, accounting: true });
		const settings = { autoThreshold: 0, accounting: false };
		expect(parse({ settings, mcpServers: {} })).toMatchObject(settings);
	});

	test("hold for servers at a URL, too", () => {
		const { groups } = parse({ settings: { startup: "eager" }, mcpServers: { git: { url: "http://h" } } });
		expect(groups[0]?.server).toMatchObject({ startup: "eager", idleTimeoutMs: 600_000 });
	});
});
