import { describe, expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import { createMemoryStore, forgetful } from "../../test/helpers/offer-store.ts";
import { bareOffer } from "../../test/helpers/stored.ts";
import { type Catalog, createCatalogs } from "../catalog/catalogs.ts";
import type { Offer } from "../catalog/offer.ts";
import type { Tool } from "../protocol/mcp.ts";
import type { Group } from "./group.ts";
import { printToolList } from "./meta-tools.ts";
import { createOwnList } from "./own-list.ts";

const inputSchema = { type: "object", properties: {} };

function catalogOf(...names: string[]): Catalog {
	const tools: Tool[] = names.map((name) => ({ name, inputSchema }));
	return { tools, byName: new Map(tools.map((tool) => [tool.name, tool])), denied: new Set() };
}

type Known = Record<string, string[] | Promise<string[]>>;

/** A list of which the test says what is known, now and later. */
function open(first: readonly Group[], known: Known = {}, isPrefixed = true) {
	const catalogs = {
		...createCatalogs({ timeoutMs: () => 100, fingerprint: (group) => group, store: forgetful }),
		known: async (group: string) => {
			const names = await known[group];
			return names === undefined ? undefined : catalogOf(...names);
		},
	};
	const list = createOwnList({ catalogs }, first, isPrefixed);
	const names = async () => {
		const { tools } = JSON.parse(await list.print()) as { tools: Tool[] };
		expect(tools.slice(0, 2).map(({ name }) => name)).toEqual(["get_dynamic_tools", "call_dynamic_tool"]);
		return tools.slice(2).map(({ name }) => name);
	};
	return { ...list, known, names };
}

const dynamic = (name: string, more: Partial<Group> = {}) => groupOf(name, { description: "Does things", ...more });
const direct = (name: string, more: Partial<Group> = {}) =>
	groupOf(name, { description: "Does things", expose: "direct", ...more });

const features = { tools: false, resources: true, prompts: true };

const nothingExposed: [string, Group[]][] = [
	["no group", []],
	["dynamic groups", [dynamic("fs"), dynamic("git")]],
	["a group whose tools are switched off", [direct("fs", { features })]],
	["a group that cannot be used", [direct("fs", { unusable: "its command is missing" })]],
];

describe("without exposed groups", () => {
	test.each(nothingExposed)("the list is printed and searched at once: %s", (_what, groups) => {
		const list = open(groups, { fs: ["read"], git: ["log"] });
		expect([list.print(), list.find("fs_read")]).toEqual([printToolList(groups), undefined]);
	});

	test.each(nothingExposed)("nothing that a server offers is news: %s", async (_what, groups) => {
		const list = open(groups, { fs: ["read"] });
		await list.print();
		list.known["fs"] = ["write"];
		expect([await list.offered("fs"), await list.offered("stranger")]).toEqual([false, false]);
	});
});

describe("exposed tools", () => {
	const known = { fs: ["read", "write"], git: ["status", "log"], db: ["query"] };

	test("follow the two meta tools in the order of the config, and of each server", async () => {
		const list = open([direct("git"), dynamic("db"), direct("fs", { expose: ["w*"] })], known);
		expect(await list.names()).toEqual(["git_status", "git_log", "fs_write"]);
	});

	test("beside them the meta tools are as they always are", async () => {
		const groups = [direct("git", { description: "History" }), dynamic("db")];
		const alone = JSON.parse(printToolList(groups)) as { tools: Tool[] };
		const { tools } = JSON.parse(await open(groups, known).print()) as { tools: Tool[] };
		expect(tools.slice(0, 2)).toEqual(alone.tools);
	});

	test("are none of a group that cannot be used, or has its tools switched off", async () => {
		const list = open([direct("fs", { features }), direct("git", { unusable: "broken" }), direct("db")], known);
		expect(await list.names()).toEqual(["db_query"]);
		expect([await list.find("fs_read"), await list.find("git_log")]).toEqual([undefined, undefined]);
	});

	test("are found by their names, with group and tool", async () => {
		const list = open([direct("fs"), direct("git", { expose: ["log"] }), dynamic("db")], known);
		const names = ["fs_read", "git_log", "git_status", "db_query", "read", "get_dynamic_tools", "__proto__"];
		expect(await Promise.all(names.map(async (name) => list.find(name)))).toEqual([
			{ group: "fs", tool: "read" },
			{ group: "git", tool: "log" },
			...Array.from({ length: 5 }, () => undefined),
		]);
	});

	test("are found although nobody has asked for the list", async () => {
		expect(await open([direct("fs")], known).find("fs_write")).toEqual({ group: "fs", tool: "write" });
	});

	test("keep their names without a prefix", async () => {
		const list = open([direct("fs")], known, false);
		expect(await list.names()).toEqual(["read", "write"]);
		expect([await list.find("read"), await list.find("fs_read")]).toEqual([{ group: "fs", tool: "read" }, undefined]);
	});
});

describe("what a server offers", () => {
	test("is exposed once it is known, which is told", async () => {
		const list = open([direct("fs"), direct("git")], { git: ["log"] });
		expect(await list.names()).toEqual(["git_log"]);
		list.known["fs"] = ["read"];
		expect(await list.offered("fs")).toBe(true);
		expect(await list.names()).toEqual(["fs_read", "git_log"]);
		expect(await list.find("fs_read")).toEqual({ group: "fs", tool: "read" });
	});

	test("is no news when it is what it was, or is told a second time", async () => {
		const list = open([direct("fs")], { fs: ["read"] });
		await list.print();
		expect(await list.offered("fs")).toBe(false);
		list.known["fs"] = ["write"];
		expect([await list.offered("fs"), await list.offered("fs")]).toEqual([true, false]);
	});

	test("is no news when none of the tools that changed is exposed", async () => {
		const list = open([direct("fs", { expose: ["read"] })], { fs: ["read"] });
		await list.print();
		list.known["fs"] = ["read", "write"];
		expect(await list.offered("fs")).toBe(false);
	});

	test("is no news of a group that exposes nothing, beside one that does", async () => {
		const list = open([direct("fs"), dynamic("git")], { fs: ["read"] });
		await list.print();
		list.known["git"] = ["log"];
		expect([await list.offered("git"), await list.offered("stranger")]).toEqual([false, false]);
	});

	test("is no news when nobody has asked for the list, and is in the first one", async () => {
		const list = open([direct("fs")]);
		list.known["fs"] = ["read"];
		expect(await list.offered("fs")).toBe(false);
		expect(await list.names()).toEqual(["fs_read"]);
	});

	test("is in the list or told when it becomes known while the list is being made", async () => {
		const slow = Promise.withResolvers<string[]>();
		const list = open([direct("fs"), direct("git")], { git: slow.promise });
		const printed = list.names();
		// What is known of `fs` has been looked up by then, in vain; of `git` it is still being read.
		await Bun.sleep(0);
		list.known["fs"] = ["read"];
		const isTold = list.offered("fs");
		slow.resolve(["log"]);
		const isListed = (await printed).includes("fs_read");
		expect({ isListedOrTold: isListed || (await isTold) }).toEqual({ isListedOrTold: true });
	});
});

describe("an update", () => {
	const known = { fs: ["read", "write"], git: ["log"] };
	const before = [direct("fs"), direct("git")];

	test.each<[string, Group[], boolean, string[], boolean]>([
		["nothing else", [direct("fs"), direct("git")], true, ["fs_read", "fs_write", "git_log"], false],
		[
			"another timeout",
			[direct("fs", { timeoutMs: { tools: 7, resources: 7, prompts: 7 } }), direct("git")],
			true,
			["fs_read", "fs_write", "git_log"],
			false,
		],
		[
			"the same by patterns",
			[direct("fs", { expose: ["*"] }), direct("git")],
			true,
			["fs_read", "fs_write", "git_log"],
			false,
		],
		["less exposed", [direct("fs", { expose: ["read"] }), direct("git")], true, ["fs_read", "git_log"], true],
		["one no longer exposed", [direct("fs"), dynamic("git")], true, ["fs_read", "fs_write"], true],
		["none exposed", [dynamic("fs"), dynamic("git")], true, [], true],
		["another order", [direct("git"), direct("fs")], true, ["git_log", "fs_read", "fs_write"], true],
		["no prefix", before, false, ["read", "write", "log"], true],
		["a group gone", [direct("git")], true, ["git_log"], true],
		["a group that is not known", [...before, direct("new")], true, ["fs_read", "fs_write", "git_log"], true],
		[
			"another description",
			[direct("fs", { description: "Files" }), direct("git")],
			true,
			["fs_read", "fs_write", "git_log"],
			true,
		],
		["one unusable", [direct("fs", { unusable: "broken" }), direct("git")], true, ["git_log"], true],
	])("with %s", async (_what, groups, isPrefixed, names, isChanged) => {
		const list = open(before, known);
		await list.print();
		expect(await list.update(groups, isPrefixed)).toBe(isChanged);
		expect(await list.names()).toEqual(names);
	});

	test("that exposes the first group is told, and the same once more is not", async () => {
		const list = open([dynamic("fs")], known);
		await list.print();
		expect(await list.update([direct("fs")], true)).toBe(true);
		expect(await list.update([direct("fs")], true)).toBe(false);
		expect(await list.names()).toEqual(["fs_read", "fs_write"]);
	});

	test("that exposes only what is not known yet is not told; what it brings is, later", async () => {
		const list = open([dynamic("new")]);
		await list.print();
		expect(await list.update([direct("new")], true)).toBe(false);
		list.known["new"] = ["tool"];
		expect(await list.offered("new")).toBe(true);
	});

	test("of the texts alone is told although nothing is exposed", async () => {
		const list = open([dynamic("fs")]);
		expect(await list.update([dynamic("fs", { description: "Files" })], true)).toBe(true);
		expect(await list.update([dynamic("fs", { description: "Files" })], true)).toBe(false);
	});

	test("with nothing else is not told when nobody has asked for the list", async () => {
		expect(await open(before, known).update([direct("fs"), direct("git")], true)).toBe(false);
	});

	test("counts from then on although there were only calls before, and nobody has asked for the list", async () => {
		const list = open(before, known);
		await list.find("fs_read");
		await list.update([direct("fs", { expose: ["write"] })], true);
		expect([await list.find("fs_read"), await list.names()]).toEqual([undefined, ["fs_write"]]);
	});

	test("is compared with the list of just before, after a time without exposed groups", async () => {
		const list = open([direct("new")]);
		await list.print();
		await list.update([dynamic("new", { description: "second" })], true);
		expect(await list.update([dynamic("new", { description: "third" })], true)).toBe(true);
		expect(await list.update([direct("new", { description: "second" })], true)).toBe(true);
	});
});

describe("of groups without a description", () => {
	const groups = [groupOf("fs"), groupOf("git", { description: "Versions" })];
	const offerOf = (name: string): Offer => ({ ...bareOffer, tools: [{ name, inputSchema }] });
	const menuOf = async (list: { print(): string | Promise<string> }) => {
		const { tools } = JSON.parse(await list.print()) as { tools: Tool[] };
		return tools[0]?.description?.replace("Shows a group's tools. ", "");
	};

	test("the list says what an earlier run has learned, and the same until the config changes", async () => {
		const store = createMemoryStore(new Map([["fs", offerOf("read")]]));
		const catalogs = createCatalogs({ timeoutMs: () => 100, fingerprint: (group) => group, store });
		const list = createOwnList({ catalogs }, groups, true);
		const first = await menuOf(list);
		store.kept.set("fs", offerOf("write"));
		const second = [await menuOf(list), await list.offered("fs")];
		catalogs.forget("fs");
		const isOther = await list.update(groups, true);
		expect([first, ...second, isOther, await menuOf(list)]).toEqual([
			"fs: read | git: Versions",
			"fs: read | git: Versions",
			false,
			true,
			"fs: write | git: Versions",
		]);
	});

	test("the list has only the name when nothing is known yet, and stays as it is when that changes", async () => {
		const store = createMemoryStore();
		const catalogs = createCatalogs({ timeoutMs: () => 100, fingerprint: (group) => group, store });
		const list = createOwnList({ catalogs }, groups, true);
		const first = await menuOf(list);
		store.kept.set("fs", offerOf("write"));
		expect([first, await menuOf(list), await list.offered("fs")]).toEqual([
			"fs | git: Versions",
			"fs | git: Versions",
			false,
		]);
		expect(await catalogs.describeNow(groupOf("fs"))).toBe("write");
	});
});
