import { describe, expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import type { Request } from "../protocol/jsonrpc.ts";
import type { Groups } from "./group.ts";
import { route } from "./route.ts";

const fs = groupOf("fs", { description: "Files" });
const groups: Groups = new Map(
	[
		fs,
		groupOf("git"),
		groupOf("broken", { unusable: 'command: "${X}" is not set' }),
		groupOf("quiet", { features: { tools: false, resources: true, prompts: true } }),
	].map((group) => [group.name, group]),
);

function request(method: string, params?: unknown): Request {
	return { kind: "request", id: 1, method, params, text: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) };
}

const callOf = (name: unknown, args?: unknown) => route(request("tools/call", { name, arguments: args }), groups);

describe("initialize agrees on", () => {
	test.each([
		["2025-11-25", "2025-11-25"],
		["2024-11-05", "2024-11-05"],
		["1999-01-01", "2025-11-25"],
		[undefined, "2025-11-25"],
		[7, "2025-11-25"],
	])("%p with %s", (protocolVersion, version) => {
		expect(route(request("initialize", { protocolVersion }), groups)).toEqual({ kind: "initialize", version });
	});

	test("the newest revision when there are no params", () => {
		expect(route(request("initialize"), groups)).toEqual({ kind: "initialize", version: "2025-11-25" });
	});
});

test.each(["ui/open", "", "toString"])("%j is no method of ours, but may be one of an extension's", (method) => {
	expect(route(request(method), groups)).toEqual({ kind: "extension", method, group: undefined });
});

test("tools/list shows the two tools and ping is answered", () => {
	expect([route(request("tools/list"), groups), route(request("ping"), groups)]).toEqual([
		{ kind: "list" },
		{ kind: "pong" },
	]);
});

test("any other tool may be one that a group exposes", () => {
	expect(callOf("read_file")).toEqual({ kind: "direct", name: "read_file" });
});

test.each([[undefined], [7]])("%p names no tool", (name) => {
	const message = expect.stringMatching(
		/^Unknown tool: none was named; get_dynamic_tools .*call_dynamic_tool/,
	) as string;
	expect(callOf(name)).toEqual({ kind: "refuse", error: { code: -32602, message } });
});

test("tools/call without params is refused", () => {
	expect(route(request("tools/call"), groups)).toMatchObject({ kind: "refuse", error: { code: -32602 } });
});

describe("get_dynamic_tools", () => {
	test.each([
		[{ group: "fs" }, { kind: "discover", group: fs, query: undefined }],
		[
			{ group: " fs ", query: " read " },
			{ kind: "discover", group: fs, query: "read" },
		],
		[
			{ group: "fs", query: "" },
			{ kind: "discover", group: fs, query: undefined },
		],
		[{ query: "read" }, { kind: "search", query: "read" }],
		[
			{ group: "", query: "read" },
			{ kind: "search", query: "read" },
		],
		[
			{ group: 7, query: "read" },
			{ kind: "search", query: "read" },
		],
	])("%j", (args, expected) => {
		expect(callOf("get_dynamic_tools", args)).toEqual(expected as never);
	});

	test.each([
		[{ group: 7 }, "group"],
		[{ group: ["fs"] }, "group"],
		[{ query: { text: "read" } }, "query"],
		[{ group: "", query: ["read"] }, "query"],
	])("with %j nothing is guessed", (args, field) => {
		expect(callOf("get_dynamic_tools", args)).toEqual({
			kind: "tell",
			text: `"${field}" of get_dynamic_tools must be a text; it was not. Without parameters it lists the groups.`,
			isError: true,
		});
	});

	test.each([[undefined], [{}], [{ group: null }], [[]], ["fs"]])(
		"with %p lists the groups that have tools",
		(args) => {
			expect(callOf("get_dynamic_tools", args)).toEqual({ kind: "groups" });
		},
	);
});

test.each([["get_dynamic_tools"], ["call_dynamic_tool"]])(
	"with %s blanks at the ends of a group's name count when it is called so, and else do not",
	(name) => {
		const blank = groupOf("blank ");
		const found = (group: string) =>
			route(
				request("tools/call", { name, arguments: { group, name: "x" } }),
				new Map([
					["fs", fs],
					["blank ", blank],
				]),
			);
		expect(found("blank ")).toMatchObject({ group: blank });
		expect(found(" fs ")).toMatchObject({ group: fs });
	},
);

describe("a group that cannot be used is explained, by either tool:", () => {
	test.each([
		["nope", 'There is no group "nope". Groups: fs, git, broken.'],
		["gti", 'There is no group "gti". Did you mean "git"? Groups: fs, git, broken.'],
		["broken", 'Group "broken" cannot be used: command: "${X}" is not set. The user has to change the config.'],
		["quiet", 'Group "quiet" has its tools switched off: features.tools is false in the config.'],
	])("%s", (name, text) => {
		const decisions = [
			callOf("get_dynamic_tools", { group: name }),
			callOf("call_dynamic_tool", { group: name, name: "x", args: {} }),
		];
		expect(decisions).toEqual(decisions.map(() => ({ kind: "tell", text, isError: true })));
	});
});

describe("call_dynamic_tool", () => {
	test("goes to its group with name and arguments", () => {
		expect(callOf("call_dynamic_tool", { group: "fs", name: "read", args: { path: "/a" } })).toEqual({
			kind: "call",
			group: fs,
			call: {
				group: "fs",
				name: "read",
				args: { path: "/a" },
				argsText: '{"path":"/a"}',
				metaText: undefined,
				extraText: "",
			},
		});
	});

	test.each([
		[{}, "call_dynamic_tool needs a group. Groups: fs, git, broken."],
		[{ name: "read" }, "call_dynamic_tool needs a group. Groups: fs, git, broken."],
		[{ group: "fs" }, 'call_dynamic_tool needs the name of a tool of group "fs".'],
		[{ group: "fs", name: "read", args: [1] }, '"args" must be an object'],
		[{ group: "nope", args: [1] }, 'There is no group "nope".'],
	])("with %j tells what is missing", (args, text) => {
		expect(callOf("call_dynamic_tool", args)).toEqual({
			kind: "tell",
			text: expect.stringContaining(text),
			isError: true,
		});
	});
});

test("without any group a call says so", () => {
	const none: Groups = new Map();
	const decisions = ["get_dynamic_tools", "call_dynamic_tool"].map((name) =>
		route(request("tools/call", { name, arguments: {} }), none),
	);
	expect(decisions).toEqual([
		{ kind: "groups" },
		{ kind: "tell", text: "call_dynamic_tool needs a group. No group with tools is configured.", isError: true },
	]);
});
