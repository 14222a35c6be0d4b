import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { anyJsonText } from "../../test/helpers/json-texts.ts";
import { editMembers, members, sliceSpan } from "./json-text.ts";

describe("editing members", () => {
	test.each<[string, Record<string, string | undefined>, string]>([
		['{"a":1,"b":2}', { a: "7" }, '{"a":7,"b":2}'],
		['{"a":1,"b":2}', { a: undefined }, '{"b":2}'],
		['{"a":1,"b":2}', { b: undefined }, '{"a":1}'],
		['{"a":1}', { a: undefined }, "{}"],
		['{"a":1}', { c: "7" }, '{"a":1}'],
		['{"a":1,"a":2}', { a: "7" }, '{"a":7,"a":7}'],
		['{"a":1,"b":2,"a":3}', { a: undefined }, '{"b":2}'],
		['{"a":{"a":1}}', { a: '{"b":2}' }, '{"a":{"b":2}}'],
		['{"b":{"a":1}}', { a: undefined }, '{"b":{"a":1}}'],
		['{"\\u0061":1}', { a: "7" }, '{"a":7}'],
		['{"a":12345678901234567890,"b":1.0}', { c: "7" }, '{"a":12345678901234567890,"b":1.0}'],
		['  { "a" : [ 1 ] , "b" : { } }  ', { c: "7" }, '{"a":[ 1 ],"b":{ }}'],
		['{"toString":1,"__proto__":{"a":2}}', { a: "7" }, '{"toString":1,"__proto__":{"a":2}}'],
		["{}", { a: "7" }, "{}"],
	])("of %s by %j makes %s", (text, edits, edited) => {
		expect(editMembers(text, edits)).toBe(edited);
	});

	/** Objects with few keys, some of them given twice. */
	const key = fc.constantFrom("a", "b", "id", "__proto__", "constructor", 'q"', "\\", "é", "");
	const object = fc.array(fc.tuple(key, anyJsonText), { maxLength: 6 });
	const edits = fc.dictionary(key, fc.option(anyJsonText, { nil: undefined }), { maxKeys: 3 });
	const space = fc.constantFrom("", " ", "\t ");

	test("property: what is edited is replaced or gone, and everything else stays as its text was, in its order", () => {
		fc.assert(
			fc.property(object, edits, space, (pairs, edits, gap) => {
				const text = `{${pairs.map(([key, value]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${value}${gap}`).join(",")}}`;
				const edited = editMembers(text, edits);
				const found = Array.from(members(edited, 0), ({ key, value }) => [key, sliceSpan(edited, value)]);
				const expected = pairs.flatMap(([key, value]) => {
					const now = Object.hasOwn(edits, key) ? edits[key] : value;
					return now === undefined ? [] : [[key, now]];
				});
				expect(found).toEqual(expected);
			}),
		);
	});
});
