import { expect, test } from "bun:test";

import { groupOf } from "../../test/helpers/groups.ts";
import { UpstreamError } from "../base/errors.ts";
import type { Tool } from "../protocol/mcp.ts";
import * as texts from "./texts.ts";

const groups = new Map([groupOf("fs", { description: "Files" }), groupOf("git")].map((each) => [each.name, each]));
const tools = new Map(["read", "write"].map((name): [string, Tool] => [name, { name, inputSchema: {} }]));
const ended = { kind: "ended", detail: "it exited with code 7", lastWords: [] } as const;
const shows = 'get_dynamic_tools {"group":"fs"} shows';

test.each([
	["needs group", texts.needsGroup(groups), "call_dynamic_tool needs a group. Groups: fs, git."],
	["unknown group", texts.unknownGroup("gt", groups), 'There is no group "gt". Did you mean "git"? Groups: fs, git.'],
	["missing name", texts.missingName("fs"), `call_dynamic_tool needs the name of a tool of group "fs". ${shows} them.`],
	[
		"wrong shape",
		texts.wrongArgsShape("fs"),
		`"args" must be an object with the tool's arguments, like {"path":"/tmp"}; it was not. ${shows} them.`,
	],
	[
		"unknown tool",
		texts.unknownTool("fs", "raed", tools),
		`Group "fs" has no tool "raed". Did you mean "read"? ${shows} its 2 tools.`,
	],
	[
		"wrong arguments",
		texts.wrongArguments("fs", "read", [
			{ path: "", message: "a is missing" },
			{ path: "b", message: "is odd" },
		]),
		'The arguments do not fit read of group "fs", which was not called:\n- a is missing\n- b: is odd\n\n',
	],
	[
		"timeout of which no more is known",
		texts.timedOut("fs", "read", { kind: "timeout", afterMs: 1_500, soFar: undefined }, "tools"),
		'read of group "fs" gave no answer within 1.5 s (timeout.tools in the config) and was cancelled. It may have done part of its work.',
	],
	[
		"timeout",
		texts.timedOut("fs", "read", { kind: "timeout", afterMs: 1_500, soFar: "on its way" }, "tools"),
		'read of group "fs" gave no answer within 1.5 s (timeout.tools in the config; on its way) and was cancelled. It may have done part of its work.',
	],
	[
		"a request without a reply",
		texts.unanswered("fs", "read", "HTTP 500"),
		'read of group "fs" got no answer: HTTP 500.',
	],
	[
		"end",
		texts.endedDuring("fs", "the call of read", ended),
		'Group "fs" ended during the call of read: it exited with code 7. The next call starts it again.',
	],
	[
		"no start",
		texts.failedGroup(new UpstreamError("fs", "handshake", "it is silent", { lastWords: ["loading"] })),
		'Group "fs" could not be started: it is silent. The next call tries again.\nIts last lines on stderr:\n  loading',
	],
	[
		"failure",
		texts.failedGroup(new UpstreamError("fs", "list", "no answer")),
		'Group "fs" failed: no answer. The next call tries again.',
	],
	[
		"no match",
		texts.noMatch("pdf", "fs", ["read", "write"], 1_000),
		'No tool of group "fs" fits "pdf". It has: read, write.',
	],
	[
		"no match anywhere",
		texts.noMatchAnywhere("pdf"),
		'No tool fits "pdf" in the groups searched. get_dynamic_tools without parameters lists the groups.',
	],
	[
		"not searched",
		texts.notSearched(["a", "b"], 1_000),
		"\n\nNot searched, because not started yet: a, b. get_dynamic_tools {group} starts one.",
	],
	["all searched", texts.notSearched([], 1_000), ""],
])("the text for: %s", (_, text, expected) => {
	expect(text).toBe(expected);
});

test("of the last words the last ten are quoted, oldest first", () => {
	const lastWords = Array.from({ length: 50 }, (_, index) => `line ${index}`);
	const quoted = texts
		.endedDuring("fs", "the call of read", { ...ended, lastWords })
		.split("\n  ")
		.slice(1);
	expect(quoted).toEqual(lastWords.slice(40));
});

test("a text is a tool result, marked as an error only when it is one", () => {
	expect([texts.printText('say "hi"\n', false), texts.printText("no", true)]).toEqual([
		'{"content":[{"type":"text","text":"say \\"hi\\"\\n"}]}',
		'{"content":[{"type":"text","text":"no"}],"isError":true}',
	]);
});
