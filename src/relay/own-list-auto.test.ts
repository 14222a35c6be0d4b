/** `expose: "auto"`: what it comes to, and that it stays so. */
import { describe, expect, test } from "bun:test";

import { assert, integer, property, uniqueArray } from "fast-check";

import { groupOf } from "../../test/helpers/groups.ts";
import { forgetful } from "../../test/helpers/offer-store.ts";
import { estimateTokens } from "../base/token-estimate.ts";
import { type Catalog, createCatalogs } from "../catalog/catalogs.ts";
import type { Tool } from "../protocol/mcp.ts";
import { decideExposure } from "./auto-exposure.ts";
import type { Group } from "./group.ts";
import { printToolList } from "./meta-tools.ts";
import { createOwnList } from "./own-list.ts";

const inputSchema = { type: "object", properties: {} };
const toolsOf = (...names: string[]): Tool[] => names.map((name) => ({ name, inputSchema }));
/** Of one tool with a short name, in tokens. */
const oneTool = estimateTokens("definitions", JSON.stringify(toolsOf("read")).length);

function catalogOf(names: string[]): Catalog {
	const tools = toolsOf(...names);
	return { tools, byName: new Map(tools.map((tool) => [tool.name, tool])), denied: new Set() };
}

function open(first: readonly Group[], known: Record<string, string[]>, threshold: number) {
	const state = { threshold };
	const catalogs = {
		...createCatalogs({ timeoutMs: () => 100, fingerprint: (group) => group, store: forgetful }),
		known: async (group: string) => (known[group] === undefined ? undefined : catalogOf(known[group])),
	};
	const list = createOwnList({ catalogs, autoThreshold: () => state.threshold }, first, true);
	const names = async () => {
		const { tools } = JSON.parse(await list.print()) as { tools: Tool[] };
		return tools.slice(2).map(({ name }) => name);
	};
	return { ...list, known, state, names };
}

const auto = (name: string, more: Partial<Group> = {}) => groupOf(name, { expose: "auto", ...more });

describe("the decision", () => {
	const few = { name: "a", tools: toolsOf("read") };

	test.each([
		["fewer than the threshold", [few], oneTool + 1, "direct"],
		["as many as the threshold", [few], oneTool, "dynamic"],
		["a threshold of 0, and no tools at all", [{ name: "a", tools: [] }], 0, "dynamic"],
		["few that are known, and a group of which nothing is", [few, { name: "b", tools: undefined }], 10_000, "dynamic"],
		["no groups", [], 10, "direct"],
	] as const)("with %s", (_, groups, threshold, expected) => {
		expect(decideExposure(groups, threshold).expose).toBe(expected);
	});

	test("says on what it is based", () => {
		const groups = [few, { name: "b", tools: undefined }];
		expect(decideExposure(groups, 500)).toEqual({
			expose: "dynamic",
			tokens: oneTool,
			threshold: 500,
			unknown: ["b"],
		});
	});

	test("property: it is monotone: more tools never bring what fewer did not", () => {
		assert(
			property(uniqueArray(integer(), { maxLength: 8 }), integer({ min: 0, max: 300 }), (numbers, threshold) => {
				const tools = toolsOf(...numbers.map(String));
				const expose = (count: number) =>
					decideExposure([{ name: "a", tools: tools.slice(0, count) }], threshold).expose;
				const all = tools.map((_, at) => expose(at));
				expect(all.lastIndexOf("direct")).toBeLessThanOrEqual(
					all.indexOf("dynamic") === -1 ? 8 : all.indexOf("dynamic") - 1,
				);
			}),
		);
	});
});

describe("the list", () => {
	test("has the tools when there are few, and finds them by name", async () => {
		const list = open([auto("fs"), auto("git")], { fs: ["read"], git: ["log"] }, 1000);
		expect(await list.names()).toEqual(["fs_read", "git_log"]);
		expect(await list.find("git_log")).toEqual({ group: "git", tool: "log" });
	});

	test("is that of the two tools when there are many, byte for byte", async () => {
		const groups = [auto("fs"), auto("git")];
		const list = open(groups, { fs: ["read"], git: ["log"] }, oneTool);
		expect(await list.print()).toBe(printToolList(groups));
		expect(await list.find("fs_read")).toBeUndefined();
	});

	test("counts groups that expose otherwise, but leaves them as they are", async () => {
		const groups = [auto("fs"), groupOf("git", { expose: "dynamic" }), groupOf("db", { expose: ["query"] })];
		const known = { fs: ["read"], git: ["log"], db: ["query", "drop"] };
		expect(await open(groups, known, 1000).names()).toEqual(["fs_read", "db_query"]);
		expect(await open(groups, known, oneTool * 2).names()).toEqual(["db_query"]);
	});

	test("needs to know nothing of groups that cannot be used", async () => {
		const features = { tools: false, resources: true, prompts: true };
		const groups = [auto("fs"), auto("off", { features }), auto("broken", { unusable: "no command" })];
		expect(await open(groups, { fs: ["read"] }, 1000).names()).toEqual(["fs_read"]);
	});

	test("stays as it was decided, when more becomes known, and when a server gets more tools", async () => {
		const late = open([auto("fs"), auto("git")], { fs: ["read"] }, 1000);
		expect(await late.names()).toEqual([]);
		late.known["git"] = ["log"];
		expect(await late.offered("git")).toBe(false);
		expect(await late.names()).toEqual([]);

		const grown = open([auto("fs")], { fs: ["read"] }, oneTool + 1);
		expect(await grown.names()).toEqual(["fs_read"]);
		grown.known["fs"] = ["read", "write"];
		expect(await grown.offered("fs")).toBe(true);
		expect(await grown.names()).toEqual(["fs_read", "fs_write"]);
	});

	test("is decided anew for other groups, or another threshold, and not for another description", async () => {
		const list = open([auto("fs")], { fs: ["read"], git: ["log"] }, oneTool + 1);
		expect(await list.names()).toEqual(["fs_read"]);
		list.known["fs"] = ["read", "write"];
		await list.update([auto("fs", { description: "Files" })], true);
		expect(await list.names()).toEqual(["fs_read", "fs_write"]);
		expect(await list.update([auto("fs"), auto("git")], true)).toBe(true);
		expect(await list.names()).toEqual([]);
		list.state.threshold = 1000;
		expect(await list.update([auto("fs"), auto("git")], true)).toBe(true);
		expect(await list.names()).toEqual(["fs_read", "fs_write", "git_log"]);
	});
});
