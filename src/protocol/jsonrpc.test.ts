import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import {
	type Id,
	type Malformed,
	oversized,
	parseMessage,
	printError,
	printNotification,
	printRequest,
	withId,
} from "./jsonrpc.ts";

/** The message without its text, which is always the one that was parsed. */
function read(text: string): unknown {
	const { text: _, ...facts } = parseMessage(text) as { text?: string };
	return facts;
}

describe("a message", () => {
	test.each([
		['{"jsonrpc":"2.0","id":0,"method":"m"}', { kind: "request", id: 0, method: "m", params: undefined }],
		['{"jsonrpc":"2.0","id":"","method":"m"}', { kind: "request", id: "", method: "m", params: undefined }],
		['{"jsonrpc":"2.0","id":-7,"method":"m","params":[1]}', { kind: "request", id: -7, method: "m", params: [1] }],
		['{"id":1.5,"method":"m","jsonrpc":"2.0"}', { kind: "request", id: 1.5, method: "m", params: undefined }],
		['{"jsonrpc":"2.0","method":"m","params":{}}', { kind: "notification", method: "m", params: {} }],
		['{"jsonrpc":"2.0","id":0,"result":null}', { kind: "reply", id: 0, result: null, error: undefined }],
		[
			'{"jsonrpc":"2.0","id":"a","error":{"code":-1,"message":"no","data":[2]}}',
			{ kind: "reply", id: "a", result: undefined, error: { code: -1, message: "no", data: [2] } },
		],
		[
			'{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}',
			{ kind: "reply", id: 1, result: undefined, error: { code: 1, message: "", data: undefined } },
		],
	])("%s is read", (text, expected) => {
		expect(read(text)).toEqual(expected);
	});

	test("keeps the text it came as", () => {
		const text = '  {"jsonrpc": "2.0", "id": 1, "method": "m", "x": 12345678901234567890}';
		expect(parseMessage(text)).toMatchObject({ kind: "request", text });
	});
});

const parse = -32700;
const invalid = -32600;

describe("what is no message tells why, with the id when it can be read", () => {
	test.each<[string, number, string, Id | null]>([
		["", parse, "not JSON", null],
		["hello", parse, "not JSON", null],
		['{"jsonrpc":"2.0","id":1', parse, "not JSON", null],
		['\u{FEFF}{"jsonrpc":"2.0"}', parse, "not JSON", null],
		["[]", invalid, "an empty batch", null],
		["null", invalid, "a message must be an object", null],
		["42", invalid, "a message must be an object", null],
		['"text"', invalid, "a message must be an object", null],
		["{}", invalid, '"jsonrpc" must be "2.0"', null],
		['{"jsonrpc":"1.0","id":1,"method":"m"}', invalid, '"jsonrpc" must be "2.0"', 1],
		['{"jsonrpc":2.0,"id":"a","method":"m"}', invalid, '"jsonrpc" must be "2.0"', "a"],
		['{"jsonrpc":"2.0","id":0,"method":7}', invalid, '"method" must be a string', 0],
		['{"jsonrpc":"2.0","id":null,"method":"m"}', invalid, '"id" must be a string or a number', null],
		['{"jsonrpc":"2.0","id":{},"method":"m"}', invalid, '"id" must be a string or a number', null],
		['{"jsonrpc":"2.0","id":true,"method":"m"}', invalid, '"id" must be a string or a number', null],
		['{"jsonrpc":"2.0","id":5}', invalid, 'neither "method" nor "result" nor "error"', 5],
		['{"jsonrpc":"2.0","result":{}}', invalid, 'neither "method" nor an "id"', null],
		[
			'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"bad"}}',
			invalid,
			"an error without an id: bad",
			null,
		],
	])("%s", (text, code, problem, id) => {
		const found = parseMessage(text);
		const { isReply: _, ...facts } = found as Malformed;
		expect(facts).toEqual({ kind: "malformed", code, problem: expect.stringContaining(problem), id, text });
	});

	test.each([
		['{"jsonrpc":"1.0","id":1,"result":{"method":"GET"}}', true],
		['{"jsonrpc":"1.0","id":1,"error":{}}', true],
		['{"jsonrpc":"2.0","result":{}}', true],
		['{"jsonrpc":"1.0","id":1,"method":"m","result":{}}', false],
		['{"jsonrpc":"2.0","id":1}', false],
		["[]", false],
		["nonsense", false],
	])("%s was meant as a reply: %p", (text, isReply) => {
		expect(parseMessage(text)).toMatchObject({ kind: "malformed", isReply });
	});

	test("property: no text makes it throw", () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
				expect(["request", "notification", "reply", "malformed", "batch"]).toContain(parseMessage(text).kind);
			}),
		);
	});
});

test.each([
	'{"jsonrpc":"2.0","id":3,"error":"boom"}',
	'{"jsonrpc":"2.0","id":3,"error":{"code":"E1","message":"boom"}}',
	'{"jsonrpc":"2.0","id":3,"error":{"code":1.5,"message":"boom"}}',
	'{"jsonrpc":"2.0","id":3,"error":{"message":"boom"}}',
])("an error that breaks JSON-RPC is repaired and keeps what it said: %s", (text) => {
	const found = parseMessage(text) as { text: string };
	expect(JSON.parse(found.text)).toEqual({
		jsonrpc: "2.0",
		id: 3,
		error: {
			code: -32603,
			message: "the server answered with a malformed error",
			data: (JSON.parse(text) as { error: unknown }).error,
		},
	});
});

test("a batch's items are read one by one, each with its own text", () => {
	const items = [
		'{"jsonrpc":"2.0","id":1,"method":"m"}',
		'{ "jsonrpc":"2.0", "id":2, "result":12345678901234567890 }',
		"[1]",
	];
	expect(parseMessage(` [ ${items.join(" ,\t")} ] `)).toMatchObject({
		kind: "batch",
		items: [
			{ kind: "request", text: items[0] },
			{ kind: "reply", text: items[1] },
			{ kind: "malformed", text: items[2] },
		],
	});
});

describe("a message too long to be read", () => {
	test.each<[string, Id | null]>([
		['{"jsonrpc":"2.0","id":17,"result":{"x":"', 17],
		['{ "jsonrpc" : "2.0" , "id" : "abc" , "result":', "abc"],
		['{"jsonrpc":"2.0","result":{"id":1,', null],
		['{"id":"cut off', null],
		['{"jsonrpc":"2.0","id":007,"result":', null],
		['{"jsonrpc":"2.0","id":"a\tb","result":', null],
		["no JSON", null],
	])("with the head %s has the id %j", (head, id) => {
		expect(oversized(head, 2 ** 20)).toMatchObject({ kind: "malformed", problem: "a message longer than 1 MB", id });
	});
});

describe("a reply gets another id", () => {
	const ids = fc.oneof(
		fc.constantFrom<Id>(0, -1, "", '"', '\\"', '","id":1}', "0"),
		fc.maxSafeInteger(),
		fc
			.double({ noNaN: true, noDefaultInfinity: true })
			.filter((id) => !Object.is(id, -0) && Math.abs(id) <= Number.MAX_SAFE_INTEGER),
		fc.string({ unit: "binary" }),
	);
	const results = fc.oneof(
		fc.json(),
		fc.constantFrom('{"id":1}', '"\\",\\"id\\":1}"', '{ "n" : 12345678901234567890 }', "[1.0,1e2]"),
	);
	const gap = fc.constantFrom("", " ", "\t");

	/** Prints a reply with its members in the order of `keys`. */
	function print(keys: readonly string[], fields: Readonly<Record<string, string>>, space: string): string {
		return `{${space}${keys.map((key) => `"${key}"${space}:${space}${fields[key]}`).join(`${space},${space}`)}${space}}`;
	}

	test("property: everything but the id stays as it is, byte for byte", () => {
		const keys = ["jsonrpc", "id", "result", "more"];
		const order = fc.shuffledSubarray(keys, { minLength: 4 });
		fc.assert(
			fc.property(order, results, results, ids, ids, gap, (order, result, more, own, wanted, space) => {
				const fields = { jsonrpc: '"2.0"', result, more };
				const reply = parseMessage(print(order, { ...fields, id: JSON.stringify(own) }, space));
				const text = reply.kind === "reply" ? withId(reply, wanted) : reply.kind;
				expect(text).toBe(print(order, { ...fields, id: JSON.stringify(wanted) }, space));
			}),
			{ numRuns: 500 },
		);
	});

	test.each([
		['{"jsonrpc":"2.0","id":1,"result":{"id":1}}', '{"jsonrpc":"2.0","id":9,"result":{"id":1}}'],
		['{"result":{"a":1,"id":1},"jsonrpc":"2.0","id":1}', '{"result":{"a":1,"id":1},"jsonrpc":"2.0","id":9}'],
		['{"result":"x", "id":1.0 ,"jsonrpc":"2.0"}', '{"result":"x", "id":9 ,"jsonrpc":"2.0"}'],
		['{"jsonrpc":"2.0","id":1e0,"result":0}', '{"jsonrpc":"2.0","id":9,"result":0}'],
		['{"jsonrpc":"2.0","id":"\\u0061","result":0}', '{"jsonrpc":"2.0","id":9,"result":0}'],
		['{"jsonrpc":"2.0","\\u0069d":1,"result":0}', '{"jsonrpc":"2.0","\\u0069d":9,"result":0}'],
	])("%s", (text, expected) => {
		const reply = parseMessage(text);
		expect(reply.kind === "reply" && withId(reply, 9)).toBe(expected);
	});

	test("an id given twice is changed where it counts", () => {
		const reply = parseMessage('{"jsonrpc":"2.0","id":1,"result":0,"id":1 }');
		expect(reply.kind === "reply" && JSON.parse(withId(reply, 9))).toEqual({ jsonrpc: "2.0", id: 9, result: 0 });
	});
});

test("property: what is printed is read back", () => {
	fc.assert(
		fc.property(fc.string(), fc.oneof(fc.string(), fc.maxSafeInteger()), fc.json(), (method, id, params) => {
			const texts = [printRequest(id, method, params), printNotification(method, undefined)];
			expect(JSON.stringify(texts.map(read))).toBe(
				JSON.stringify([
					{ kind: "request", id, method, params: JSON.parse(params) },
					{ kind: "notification", method },
				]),
			);
		}),
	);
});

test("an error without data is printed without the member, one with null keeps it", () => {
	const texts = [printError(null, { code: 1, message: "a" }), printError("x", { code: 1, message: "a", data: null })];
	expect(texts).toEqual([
		'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"a"}}',
		'{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"a","data":null}}',
	]);
});
