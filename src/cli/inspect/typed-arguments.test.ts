import { describe, expect, test } from "bun:test";

import { readWords } from "./argument-words.ts";
import { typedArguments } from "./typed-arguments.ts";

const schema = {
	type: "object",
	properties: {
		text: { type: "string" },
		count: { type: "integer" },
		ratio: { type: ["number", "null"] },
		flag: { type: "boolean" },
		tags: { type: "array", items: { type: "string" } },
		numbers: { type: "array", items: { type: "number" } },
		options: { type: "object" },
		level: { enum: ["low", "high", 3] },
		either: { anyOf: [{ type: "string" }, { type: "null" }] },
		many: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
		point: { $ref: "#/$defs/point" },
		anything: {},
	},
	$defs: { point: { type: "object", properties: { x: { type: "number" } } } },
};

const typed = (words: string[], json?: string, of: unknown = schema) => typedArguments(readWords(words), json, of);

describe("a value gets the type that the schema wants:", () => {
	test.each([
		["text=5", '{"text":"5"}'],
		["text=true", '{"text":"true"}'],
		["text=", '{"text":""}'],
		["text=a=b:=c", '{"text":"a=b:=c"}'],
		['text=say "hi"\n', '{"text":"say \\"hi\\"\\n"}'],
		["count=5", '{"count":5}'],
		["count=12345678901234567890", '{"count":12345678901234567890}'],
		["ratio=-0.10", '{"ratio":-0.10}'],
		["ratio=null", '{"ratio":null}'],
		["flag=false", '{"flag":false}'],
		["tags=a", '{"tags":["a"]}'],
		["tags=5", '{"tags":["5"]}'],
		['tags=["a", "b"]', '{"tags":["a","b"]}'],
		["numbers=1", '{"numbers":[1]}'],
		['options={"a": 1}', '{"options":{"a":1}}'],
		["level=high", '{"level":"high"}'],
		["level=3", '{"level":3}'],
		["either=null", '{"either":null}'],
		["either=nothing", '{"either":"nothing"}'],
		["many=one", '{"many":"one"}'],
		['point={"x":1}', '{"point":{"x":1}}'],
		["anything=5", '{"anything":5}'],
		["anything=five", '{"anything":"five"}'],
		['anything=["a"]', '{"anything":["a"]}'],
		['text:="5"', '{"text":"5"}'],
		["text:=5", '{"text":5}'],
		["tags:=[]", '{"tags":[]}'],
	])("%s", (word, expected) => {
		expect(typed([word])).toBe(expected);
	});
});

test("a key that is repeated makes a list", () => {
	expect(typed(["tags=a", "text=x", "tags=b"])).toBe('{"tags":["a","b"],"text":"x"}');
	expect(typed(["numbers=1", "numbers=2.50"])).toBe('{"numbers":[1,2.50]}');
	expect(typed(["many=a", "many=b"])).toBe('{"many":["a","b"]}');
});

test("words are added to the JSON, and win over it", () => {
	const json = '{ "count": 12345678901234567890,\n "text": "a  b", "flag": true }';
	expect(typed([], json)).toBe('{"count":12345678901234567890,"text":"a  b","flag":true}');
	expect(typed(["text=c", "tags=d"], json)).toBe('{"count":12345678901234567890,"flag":true,"text":"c","tags":["d"]}');
});

test("a key with a name of every object's own is a key like any other", () => {
	const open = { type: "object", additionalProperties: true };
	expect(typed(["__proto__=1", "constructor=2"], undefined, open)).toBe('{"__proto__":1,"constructor":2}');
	expect(() => typed(["constructor=2"])).toThrow('there is no argument "constructor"');
});

describe("what does not fit is refused:", () => {
	test.each([
		["txt=5", 'there is no argument "txt": did you mean text?'],
		["zzz=5", 'there is no argument "zzz": it has text, count,'],
		["count=five", 'the argument "count" must be an integer, found "five"'],
		["ratio=x", 'the argument "ratio" must be a number or null, found "x"'],
		["flag=yes", 'the argument "flag" must be a boolean, found "yes"'],
		["numbers=x", 'the argument "numbers" must be a number, found "x"'],
		["options=[1]", 'the argument "options" must be an object, found "[1]"'],
		["count:=five", 'the argument "count" is not JSON'],
	])("%s", (word, message) => {
		expect(() => typed([word])).toThrow(message);
	});

	test("a key that is given twice and is no list", () => {
		expect(() => typed(["count=1", "count=2"])).toThrow('the argument "count" is given 2 times, and is no list');
	});

	test("any key where the tool takes none", () => {
		expect(() => typed(["a=1"], undefined, { type: "object", properties: {} })).toThrow("it takes none");
		expect(() => typed(["a=1"], undefined, { type: "object", additionalProperties: false })).toThrow("it takes none");
	});

	test.each(["five", "=5", ":=5"])("the word %s", (word) => {
		expect(() => readWords([word])).toThrow(`unexpected argument "${word}"`);
	});
});

test.each([[{}], [{ type: "object" }], [undefined]])("the schema %j lists no properties, and takes any key", (of) => {
	expect(typedArguments(readWords(["a=1", "b=x"]), undefined, of)).toBe('{"a":1,"b":"x"}');
});

test.each([[true], [{ type: "string" }]])(
	"a schema whose other properties are %j takes any key",
	(additionalProperties) => {
		const open = { type: "object", properties: { a: { type: "string" } }, additionalProperties };
		expect(typed(["other=x"], undefined, open)).toBe('{"other":"x"}');
	},
);

test.each([undefined, null, true, "x", { $ref: "#/nowhere" }])(
	"a schema that is %j says nothing, and no key is refused for a type",
	(of) => {
		expect(typed([], '{"a":1}', of)).toBe('{"a":1}');
	},
);
