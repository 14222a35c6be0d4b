import { expect, test } from "bun:test";

import { searchTools } from "./search.ts";

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
	{ group: "github", tools: [tool("getFileContents", "Read from a repository", ["owner", "path"]), tool("search")] },
	{ group: "odd", tools: [{ name: "bare", inputSchema: null }] },
];

const found = (query: string, limit = 10) =>
	searchTools(groups, query, limit).map(({ group, tool }) => `${group}/${tool.name}`);

const cases: [query: string, hits: string[]][] = [
	["read file", ["fs/read_file", "github/getFileContents", "fs/moveFile", "fs/list-directory"]],
	["directory", ["fs/list-directory"]],
	["listing", ["fs/list-directory"]],
	["destination", ["fs/moveFile"]],
	["owner path", ["github/getFileContents", "fs/list-directory"]],
	["GITHUB", ["github/getFileContents", "github/search"]],
	["search", ["github/search"]],
	["BARE", ["odd/bare"]],
	["a", ["fs/read_file", "fs/list-directory", "github/getFileContents"]],
	["", []],
	["?!", []],
	["nothing", []],
];

test.each(cases)("%j finds %j", (query, hits) => {
	expect(found(query)).toEqual(hits);
});

test("no more than the limit, the best ones", () => {
	expect([found("read file", 1), found("read file", 0)]).toEqual([["fs/read_file"], []]);
});

test("the name as it is written comes before names with more matching words", () => {
	const tools = [tool("get_user_get"), tool("get-user"), tool("get_user")];
	expect(searchTools([{ group: "g", tools }], "get_user", 1)).toEqual([{ group: "g", tool: tool("get_user") }]);
});
