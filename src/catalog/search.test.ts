import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { SearchGroup } from "./search-group.ts";
import { createSearch } from "./search.ts";

const tool = (name: string, description = "", parameters: string[] = []) => ({
	name,
	description,
	inputSchema: { type: "object", properties: Object.fromEntries(parameters.map((parameter) => [parameter, {}])) },
});

const groups = [
	{
		group: "fs",
		description: "Local files",
		tools: [
			tool("read_file", "Read a file"),
			tool("list-directory", "List what is in a directory", ["path"]),
			tool("moveFile", "Rename", ["source", "destination"]),
		],
	},
	{
		group: "github",
		tools: [
			tool("getFileContents", "Read from a repository", ["owner", "path"]),
			tool("search"),
			tool("create_issue", "Create an issue"),
			tool("delete_issue", "Delete an issue", ["issue_number"]),
			tool("create_pull_request", "Create a pull request"),
		],
	},
	{ group: "odd", tools: [{ name: "bare", inputSchema: null }, tool("___"), tool("ångström_größe"), tool("時刻")] },
];

const search = createSearch();

async function found(query: string, limit = 10): Promise<string[]> {
	return (await search(groups, query, limit)).map(({ group, tool }) => `${group}/${tool.name}`);
}

const first: [what: string, query: string, hit: string][] = [
	["a name", "read_file", "fs/read_file"],
	["a name with its group", "github/search", "github/search"],
	["a name in another notation", "list directory", "fs/list-directory"],
	["a name in another notation", "createPullRequest", "github/create_pull_request"],
	["a name in capitals", "READ_FILE", "fs/read_file"],
	["a name of one word", "BARE", "odd/bare"],
	["a name without letters", "___", "odd/___"],
	["a name in another script", "時刻", "odd/時刻"],
	[
		"a name with letters that are composed in another way",
		"a\u030angstro\u0308m gro\u0308\u00dfe",
		"odd/ångström_größe",
	],
	["other forms of the words", "listing directories", "fs/list-directory"],
	["the beginning of a word", "direct", "fs/list-directory"],
	["a parameter", "destination", "fs/moveFile"],
	["a parameter in another notation", "issueNumber", "github/delete_issue"],
	["a misspelt word", "dirctory", "fs/list-directory"],
	["swapped letters", "raed fiel", "fs/read_file"],
	["words written apart", "pull_request pullrequest", "github/create_pull_request"],
	["a synonym of the verb", "remove issue", "github/delete_issue"],
	["a synonym of the noun", "create ticket", "github/create_issue"],
	["a synonym of verb and noun", "new bug", "github/create_issue"],
	["what is short for it", "open PR", "github/create_pull_request"],
	["a command that everyone knows", "ls", "fs/list-directory"],
	["a request in plain words", "please show me what is in the folder", "fs/list-directory"],
	["a thing, of which nothing is said to be destroyed", "issue", "github/create_issue"],
	["a group and a word", "github file", "github/getFileContents"],
];

test.each(first)("by %s: %j finds %j first", async (_what, query, hit) => {
	expect((await found(query))[0]).toBe(hit);
});

test("the name of a group finds its tools before all others, in the order given", async () => {
	expect(await found("GitHub")).toEqual(groups[1]!.tools.map(({ name }) => `github/${name}`));
});

test.each(["", " ", "?!", "xyzzyplugh", "\u0000", "\ud800"])("%j finds nothing", async (query) => {
	expect(await found(query)).toEqual([]);
});

test("no more than the limit, the best ones", async () => {
	expect([await found("read file", 1), await found("read file", 0)]).toEqual([["fs/read_file"], []]);
});

test("the name as it is written comes before names with the same words, and before more matching words", async () => {
	const tools = [tool("get_user_get"), tool("get-user"), tool("getUser"), tool("get_user")];
	const hits = await search([{ group: "g", tools }], "get_user", 4);
	expect(hits.map((hit) => hit.tool.name)).toEqual(["get_user", "get-user", "getUser", "get_user_get"]);
});

test("tools that fit equally well come in the order given", async () => {
	const names = ["zebra", "ant", "mole"];
	const alike = names.map((group) => ({ group, tools: [tool("send_mail", "Send mail")] }));
	expect((await search(alike, "send mail", 3)).map(({ group }) => group)).toEqual(names);
});

test("a group whose tools have changed is searched anew, also when only its description has", async () => {
	const own = createSearch();
	const names = async (given: SearchGroup) => (await own([given], "weather", 5)).map((hit) => hit.tool.name);
	const tools = [tool("forecast_rain"), tool("tides")];
	expect(await names({ group: "sky", tools: [tool("weather_now")] })).toEqual(["weather_now"]);
	expect(await names({ group: "sky", tools })).toEqual(["forecast_rain"]);
	expect(await names({ group: "sky", description: "All about weather", tools })).toEqual(["forecast_rain", "tides"]);
	expect(await names({ group: "sky", tools })).toEqual(["forecast_rain"]);
});

test("the words of a long query beyond the first 32 are not searched for", async () => {
	const many = Array.from({ length: 40 }, (_, at) => `word${at}`).join(" ");
	expect(await found(`${many} destination`)).toEqual([]);
	expect(await found(`destination ${many}`)).toContain("fs/moveFile");
});

const text = fc.oneof(
	fc.string({ unit: "binary", maxLength: 60 }),
	fc.string({ unit: "grapheme", maxLength: 60 }),
	fc.constantFrom("__proto__", "constructor", "toString valueOf", "hasOwnProperty", "(a+)+$", "a".repeat(20_000)),
	fc
		.array(fc.constantFrom("read", "file", "create", "issue", "pr", "to", "fs", "github"), { maxLength: 6 })
		.map((words) => words.join(" ")),
);

const randomTool = fc.record({
	name: text,
	title: fc.option(text, { nil: undefined }) as fc.Arbitrary<string>,
	description: fc.option(text, { nil: undefined }) as fc.Arbitrary<string>,
	inputSchema: fc.oneof(
		fc.anything(),
		fc.record({ properties: fc.dictionary(text, fc.record({ description: fc.anything(), enum: fc.anything() })) }),
	),
});

const randomGroups = fc.uniqueArray(
	fc.record({ group: text, description: text, tools: fc.array(randomTool, { maxLength: 6 }) }),
	{ maxLength: 4, selector: ({ group }) => group },
);

test("property: whatever is searched for in whatever tools, each is found at most once, and the same again", async () => {
	await fc.assert(
		fc.asyncProperty(randomGroups, text, fc.nat(12), async (given, query, limit) => {
			const hits = await createSearch()(given, query, limit);
			const again = await createSearch()(given, query, limit);
			const all = new Set(given.flatMap(({ tools }) => tools as object[]));
			expect(again).toEqual(hits);
			expect(hits.length).toBeLessThanOrEqual(limit);
			expect(hits.every(({ tool }) => all.has(tool))).toBe(true);
			expect(new Set(hits.map((hit) => hit.tool)).size).toBe(hits.length);
		}),
		{ numRuns: 150 },
	);
});

test("property: a smaller limit gives the beginning of what a larger one gives", async () => {
	await fc.assert(
		fc.asyncProperty(text, fc.nat(8), async (query, limit) => {
			expect(await found(query, limit)).toEqual((await found(query, 20)).slice(0, limit));
		}),
	);
});

test("property: a tool's name, with or without its group, finds it before all tools of other names", async () => {
	await fc.assert(
		fc.asyncProperty(randomGroups, fc.nat(), fc.boolean(), async (given, at, isWhole) => {
			const hits = given.flatMap(({ group, tools }) => tools.map((each) => ({ group, name: each.name })));
			const one = hits[at % Math.max(1, hits.length)];
			fc.pre(one !== undefined && one.name.trim() !== "");
			const query = isWhole ? `${one.group}/${one.name}` : one.name;
			const names = (await createSearch()(given, query, 100)).flatMap(({ group, tool }) => [
				tool.name,
				`${group}/${tool.name}`,
			]);
			expect(names.slice(0, 2).map((name) => name.toLowerCase().trim())).toContain(query.toLowerCase().trim());
		}),
	);
});

test("property: capitals make no difference", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.constantFrom("read", "file", "github", "isue", "tickets", "directory")),
			async (words) => {
				expect(await found(words.join(" ").toUpperCase())).toEqual(await found(words.join(" ")));
			},
		),
	);
});

test("while the index is made, everything else has its turn", async () => {
	const tools = Array.from({ length: 160 }, (_, at) => tool(`tool_${at}`, "Does something"));
	let turns = 0;
	let isDone = false;
	const next = () => {
		turns += 1;
		if (!isDone) setImmediate(next);
	};
	const searching = createSearch()([{ group: "many", tools }], "tool_7", 1);
	next();
	expect((await searching).map(({ tool }) => tool.name)).toEqual(["tool_7"]);
	isDone = true;
	expect(turns).toBeGreaterThan(8);
});

test("who searches while the index is made finds the same", async () => {
	const tools = Array.from({ length: 40 }, (_, at) => tool(`tool_${at}`, "Does something"));
	const searchMany = createSearch();
	const [some, others] = await Promise.all([1, 2].map(() => searchMany([{ group: "many", tools }], "something", 9)));
	expect(some).toHaveLength(9);
	expect(others).toEqual(some);
});
