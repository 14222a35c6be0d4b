import { describe, expect, test } from "bun:test";

import { describeCheck, planUpgrade } from "./plan.ts";

const newest = { isPinned: false, force: false };
const pinned = { isPinned: true, force: false };

test.each([
	[
		"a newer release replaces",
		{ current: "2.0.0", wanted: "2.0.1", ...newest },
		"replace",
		"Upgrading dynamic-mcp 2.0.0 to 2.0.1.",
	],
	[
		"a release replaces its own candidate",
		{ current: "2.1.0-rc.1", wanted: "2.1.0", ...newest },
		"replace",
		"2.1.0-rc.1 to 2.1.0.",
	],
	["2.10 is newer than 2.9", { current: "2.9.0", wanted: "2.10.0", ...newest }, "replace", "2.9.0 to 2.10.0."],
	["the same stays", { current: "2.0.0", wanted: "2.0.0", ...newest }, "stay", "already up to date"],
	[
		"the same, forced, is installed again",
		{ current: "2.0.0", wanted: "2.0.0", isPinned: false, force: true },
		"replace",
		"again",
	],
	["an older newest stays", { current: "2.1.0", wanted: "2.0.0", ...newest }, "stay", "dynamic-mcp upgrade 2.0.0"],
	[
		"an older newest stays, forced too",
		{ current: "2.1.0", wanted: "2.0.0", isPinned: false, force: true },
		"stay",
		"the newest release is 2.0.0",
	],
	[
		"an older one by name replaces",
		{ current: "2.1.0", wanted: "2.0.0", ...pinned },
		"replace",
		"2.1.0 to 2.0.0 (older)",
	],
	["a newer one by name replaces", { current: "2.1.0", wanted: "3.0.0", ...pinned }, "replace", "2.1.0 to 3.0.0."],
	[
		"another build by name replaces",
		{ current: "2.1.0", wanted: "2.1.0+b", ...pinned },
		"replace",
		"2.1.0 to 2.1.0+b.",
	],
	["the same by name stays", { current: "2.1.0", wanted: "2.1.0", ...pinned }, "stay", "is what is installed"],
] as const)("%s", (_, wish, kind, text) => {
	const plan = planUpgrade(wish);
	expect(plan.kind).toBe(kind);
	expect(plan.text).toContain(text);
});

describe("a check says", () => {
	test.each([
		["2.0.0", "2.0.1", "dynamic-mcp 2.0.1 is available; this is 2.0.0.\nTo upgrade, run: brew upgrade x"],
		["2.0.0", "2.0.0", "dynamic-mcp 2.0.0 is up to date."],
		["2.1.0", "2.0.0", "dynamic-mcp 2.1.0 is up to date: the newest release is 2.0.0."],
	])("of %s when the newest is %s: %j", (current, newest, text) => {
		expect(describeCheck(current, newest, "brew upgrade x")).toBe(text);
	});
});
