import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { parseMessage } from "../protocol/jsonrpc.ts";
import { type CallReading, readCall } from "./call-params.ts";

const names = new Set(["fs", "git", "org", "org/repo"]);

/** Reads a call whose `params.arguments` are this text. */
function read(args: string, more = ""): CallReading {
	const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"call_dynamic_tool","arguments":${args}${more}}}`;
	const request = parseMessage(text);
	if (request.kind !== "request") throw new Error(`not a request: ${text}`);
	return readCall(request.params, text, (name) => names.has(name));
}

/** What is forwarded: group, name and the arguments' text. */
function show(reading: CallReading): string[] {
	if (reading.kind === "problem") return [`no ${reading.problem}`, String(reading.group)];
	const { group, name, argsText } = reading.call;
	return [group, name, argsText];
}

describe("arguments are found wherever they are", () => {
	test.each([
		['{"group":"fs","name":"read","args":{"path":"/a"}}', '{"path":"/a"}'],
		['{"group":"fs","name":"read","arguments":{"path":"/a"}}', '{"path":"/a"}'],
		['{"group":"fs","name":"read","args":{"a":1},"arguments":{"b":2}}', '{"a":1}'],
		['{"group":"fs","name":"read"}', "{}"],
		['{"group":"fs","name":"read","args":null}', "{}"],
		['{"group":"fs","name":"read","args":""}', "{}"],
		['{"group":"fs","name":"read","args":{}}', "{}"],
		['{"group":"fs","name":"read","args":"{\\"path\\":\\"/a\\"}"}', '{"path":"/a"}'],
		['{"group":"fs","name":"read","args":" {\\n\\t\\"n\\" : 1 }\\r\\n"}', ' { \t"n" : 1 }  '],
		['{"group":"fs","name":"read","args":"{\\"n\\":12345678901234567890}"}', '{"n":12345678901234567890}'],
		['{"group":"fs","name":"read","path":"/a","n":1}', '{"path":"/a","n":1}'],
		['{"path" : "/a", "group":"fs", "n" : 1.0 ,"name":"read","args":{}}', '{"path":"/a","n":1.0}'],
		['{"group":"fs","name":"read","args":null,"n":12345678901234567890}', '{"n":12345678901234567890}'],
		['{"group":"fs","name":"read","args":{"path":"/a"},"stray":1}', '{"path":"/a"}'],
		['{"group":"fs","name":"read","args":{},"arguments":{"path":"/a"}}', '{"path":"/a"}'],
		['{"group":"fs","name":"read","args":null,"arguments":{"path":"/a"}}', '{"path":"/a"}'],
	])("%s", (args, argsText) => {
		expect(show(read(args))).toEqual(["fs", "read", argsText]);
	});
});

describe("arguments keep the text they were written in", () => {
	test.each([
		'{"n":12345678901234567890,"f":1.0,"e":1E2}',
		'{ "b" : 1,\n"a" : [ ] }',
		'{"__proto__":{"x":1},"constructor":2,"toString":3}',
		'{"a":1,"a":2}',
		'{"s":"\\u0041\\ud83d\\ude00\\"}"}',
	])("%s", (argsText) => {
		expect(show(read(`{"group":"fs","name":"read","args":${argsText}}`))).toEqual(["fs", "read", argsText]);
	});

	test("stray ones with odd names, too", () => {
		const args = '{"group":"fs","name":"read","__proto__":{"n":12345678901234567890},"a\\"b":1,"":2}';
		expect(show(read(args))).toEqual(["fs", "read", '{"__proto__":{"n":12345678901234567890},"a\\"b":1,"":2}']);
	});

	test("property: what is checked is what is forwarded", () => {
		const fields = fc.record(
			{
				args: fc.oneof(
					fc.object(),
					fc.object().map((object) => JSON.stringify(object)),
					fc.constant(null),
				),
				arguments: fc.object(),
				path: fc.jsonValue(),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(fields, (fields) => {
				const reading = read(JSON.stringify({ group: "fs", name: "read", ...fields }));
				const { args, argsText } = reading.kind === "call" ? reading.call : { args: {}, argsText: "no call" };
				expect(JSON.stringify(JSON.parse(argsText))).toBe(JSON.stringify(args));
			}),
		);
	});
});

test("of a member given twice the last one counts, for the text as for the value", () => {
	const reading = read('{"group":"git","group":"fs","name":"read","args":{"a":1},"args":{"b":2}}');
	expect(reading).toMatchObject({ kind: "call", call: { group: "fs", args: { b: 2 }, argsText: '{"b":2}' } });
});

test("a key __proto__ in the arguments is data and changes no prototype", () => {
	const reading = read('{"group":"fs","name":"read","__proto__":{"args":{"evil":1}}}');
	const args = reading.kind === "call" ? reading.call.args : {};
	expect([Object.keys(args), Object.getPrototypeOf(args) === Object.prototype]).toEqual([["__proto__"], true]);
});

describe("the group may stand in the name", () => {
	test.each([
		['{"name":"fs/read"}', ["fs", "read", "{}"]],
		['{"group":"","name":"fs/read"}', ["fs", "read", "{}"]],
		['{"group":null,"name":"fs/a/b"}', ["fs", "a/b", "{}"]],
		['{"name":"org/repo/read"}', ["org/repo", "read", "{}"]],
		['{"name":"org/other"}', ["org", "other", "{}"]],
		['{"group":"git","name":"fs/read"}', ["git", "fs/read", "{}"]],
		['{"group":"fs","name":"fs/read"}', ["fs", "fs/read", "{}"]],
		['{"name":"nope/read"}', ["no group", "undefined"]],
		['{"name":"/read"}', ["no group", "undefined"]],
		['{"name":"fs/"}', ["no name", "fs"]],
		['{"name":"fs"}', ["no group", "undefined"]],
	])("%s", (args, expected) => {
		expect(show(read(args))).toEqual(expected);
	});
});

describe("what cannot be understood is a problem", () => {
	test.each([
		["{}", ["no group", "undefined"]],
		["null", ["no group", "undefined"]],
		['["fs"]', ["no group", "undefined"]],
		['{"group":7,"name":"read"}', ["no group", "undefined"]],
		['{"group":"fs"}', ["no name", "fs"]],
		['{"group":"fs","name":""}', ["no name", "fs"]],
		['{"group":"fs","name":["read"]}', ["no name", "fs"]],
		['{"group":"fs","name":"read","args":[]}', ["no args", "fs"]],
		['{"group":"fs","name":"read","args":5}', ["no args", "fs"]],
		['{"group":"fs","name":"read","args":false}', ["no args", "fs"]],
		['{"group":"fs","name":"read","args":"/a"}', ["no args", "fs"]],
		['{"group":"fs","name":"read","args":"[1]"}', ["no args", "fs"]],
		['{"group":"fs","name":"read","args":"{\\"path\\":"}', ["no args", "fs"]],
	])("%s", (args, expected) => {
		expect(show(read(args))).toEqual(expected);
	});
});

test("the request's _meta goes along as it was written", () => {
	const reading = read('{"group":"fs","name":"read"}', ',"_meta": { "progressToken" : 1, "n":12345678901234567890 }');
	expect(reading).toMatchObject({ call: { metaText: '{ "progressToken" : 1, "n":12345678901234567890 }' } });
});
