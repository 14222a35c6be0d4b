import { describe, expect, test } from "bun:test";

import { UriTemplate } from "@modelcontextprotocol/sdk/shared/uriTemplate.js";
import * as fc from "fast-check";

import { fitsTemplate } from "./uri-template.ts";

describe("fits", () => {
	test.each<[string, string]>([
		["file:///a.txt", "file:///a.txt"],
		["", ""],
		["{all}", "anything"],
		["x://items/{id}", "x://items/7"],
		["x://items/{id}", "x://items/a%20b,c:d"],
		["x://items/{id}/parts", "x://items/7/parts"],
		["x://{a}/{b}/{c}", "x://1/2/3"],
		["x://{a}-{b}", "x://1-2"],
		["x://{a,b}", "x://1,2"],
		["x://{list*}", "x://1,2"],
		["x://{name:3}", "x://abc"],
		["file://{+path}", "file:///home/me/a.txt"],
		["x://{+path}/end", "x://a/b/end"],
		["x://page{#frag}", "x://page#part/2"],
		["x://h{/a}", "x://h/1"],
		["x://h{/a,b}", "x://h/1/2"],
		["x://h{/path*}", "x://h/1/2/3"],
		["x://h{/owner}/{repo}", "x://h/1/2"],
		["x://find{?q}", "x://find?q=1"],
		["x://find{?q,r}", "x://find?q=1&r=2"],
		["x://find{?q,r}", "x://find"],
		["x://find?fixed=1{&q}", "x://find?fixed=1&q=a/b"],
		["x://find?fixed=1{&q}", "x://find?fixed=1"],
		["x://file{.ext}", "x://file.txt"],
		["x://file{.ext*}", "x://file.tar.gz"],
		["x://{id}{?q}", "x://7?q=1"],
		["x://{id}{?q}", "x://7"],
		["x://{name}{.ext}", "x://a.txt"],
		["x://{host}{/path*}{?q}{#frag}", "x://h/1/2?q=1#f"],
		["x://h{;a,b}", "x://h;a=1;b=2"],
		["x://page{#frag}", "x://page"],
		["x://h{/a}", "x://h"],
		["x://file{.ext}", "x://file"],
		["x://h{/a}{.ext}", "x://h.txt"],
		["x://file{.ext}.gz", "x://file.tar.gz"],
		["x://{name}.txt", "x://a.txt.txt"],
		["ключ://{id}/🔑", "ключ://7/🔑"],
	])("%j: %j", (template, uri) => {
		expect(fitsTemplate(template, uri)).toBe(true);
	});
});

describe("does not fit", () => {
	test.each<[string, string]>([
		["file:///a.txt", "file:///b.txt"],
		["file:///a.txt", "file:///a.txt2"],
		["file:///a.txt", "file:///a.tx"],
		["file:///a.txt", "file:///aXtxt"],
		["file:///a.txt", ""],
		["", "x"],
		["x://items/{id}", "x://items/"],
		["x://items/{id}", "x://items/7/8"],
		["x://items/{id}", "y://items/7"],
		["x://items/{id}", "an x://items/7"],
		["x://items/{id}/parts", "x://items/7/others"],
		["x://items/{id}/parts", "x://items/7/parts/1"],
		["x://items/{id}/parts", "x://items//parts"],
		["x://{a}/{b}", "x://1"],
		["file://{+path}", "file://"],
		["x://find{?q,r}", "x://find/q"],
		["x://find{?q,r}", "x://find&q=1"],
		["x://find?fixed=1{&q}", "x://find?fixed=1?q=2"],
		["x://find{?q}", "x://seek?q=1"],
		["x://{name}{.ext}", "y://a.txt"],
		["x://page{#frag}", "x://pages"],
		["x://h{/a}", "x://hosts"],
		["x://file{.ext}", "x://files"],
		["x://file{.ext}", "x://file.d/a"],
		["x://a{b}a", "x://aa"],
	])("%j: %j", (template, uri) => {
		expect(fitsTemplate(template, uri)).toBe(false);
	});

	test.each(["{}", "{+}", "{#}", "{/}", "{?}", "{&}", "{.}", "{;}", "{++a}", "x://{}", "x://{id}/{+}"])(
		"what is no template: %j",
		(template) => {
			const uris = [template, "", "x://", "x://7", "x://7/8", "a", "+", "{}"];
			expect(uris.filter((uri) => fitsTemplate(template, uri))).toEqual([]);
		},
	);
});

const letters = Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
/** Neither a literal part of the templates below nor a part of one, so that there is just one way to read a URI. */
const word = fc.string({ unit: fc.constantFrom(...letters, " ", "é", "🔑"), minLength: 1 });
const literal = fc.constantFrom("1:", "1:22/", "/3/", "-4", "_5_");
const operator = fc.constantFrom("", "+", "#", "/", "?", "&", ".");
const modifier = fc.constantFrom("", "*");

test("property: what the SDK makes of a template fits it", () => {
	const part = fc.tuple(literal, operator, modifier, word);
	fc.assert(
		fc.property(fc.array(part), literal, (parts, end) => {
			// Of a second query the SDK writes `&` for its `?`, which RFC 6570 does not.
			const first = parts.findIndex(([, sign]) => sign === "?" || sign === "&");
			const used = parts.filter(([, sign], index) => sign !== "?" || index === first);
			const template = used.map(([text, sign, more], index) => `${text}{${sign}v${index}${more}}`).join("") + end;
			const variables = Object.fromEntries(used.map(([, , , value], index) => [`v${index}`, value]));
			const uri = new UriTemplate(template).expand(variables);
			expect({ template, uri, fits: fitsTemplate(template, uri) }).toEqual({ template, uri, fits: true });
		}),
	);
});

test("property: expressions next to each other take what the SDK makes of them", () => {
	const expression = fc.tuple(fc.constantFrom("", "+", "#", "/", "."), word);
	fc.assert(
		fc.property(literal, fc.array(expression, { minLength: 1 }), literal, (start, expressions, end) => {
			const template = start + expressions.map(([sign], index) => `{${sign}v${index}}`).join("") + end;
			const variables = Object.fromEntries(expressions.map(([, value], index) => [`v${index}`, value]));
			const uri = new UriTemplate(template).expand(variables);
			expect({ template, uri, fits: fitsTemplate(template, uri) }).toEqual({ template, uri, fits: true });
		}),
	);
});

test("property: whatever template and URI are, there is an answer", () => {
	const unit = fc.constantFrom("{", "}", "+", "?", "&", "/", "#", ".", "*", ",", "a", "b", "é");
	const text = fc.string({ unit, maxLength: 40 });
	fc.assert(fc.property(text, text, (template, uri) => [true, false].includes(fitsTemplate(template, uri))));
});

/** Of each of these a matcher that tries other readings has more to try than it ever could. */
describe("a hostile template gets its answer at once", () => {
	const many = 50_000;

	test.each<[string, string, string, boolean]>([
		["many expressions with one sign between them", "{+a}-".repeat(many), `${"x-".repeat(many * 2)}!`, false],
		["many expressions that fit", "{a}-".repeat(many), "x-".repeat(many), true],
		["many expressions next to each other", `${"{+a}".repeat(many)}!`, "x".repeat(many), false],
		["many queries next to each other", `x${"{?a}".repeat(many)}!`, `x${"?a=1".repeat(many)}`, false],
		["many exploded ones", `${"{a*},".repeat(many)}!`, "x,".repeat(many * 2), false],
		["braces that are never closed", "{".repeat(many), "x".repeat(many), false],
		["braces within braces", "{a".repeat(many), "{".repeat(many), false],
		["a long literal part that is nearly there", `{a}${"x".repeat(many)}!`, "x".repeat(many * 4), false],
		["a long name", `{${"a".repeat(many)}}`, "x".repeat(many), true],
		["a long name of signs", `{a${"+".repeat(many)}`, "x".repeat(many), false],
	])("%s", (_what, template, uri, expected) => {
		expect(fitsTemplate(template, uri)).toBe(expected);
	});
});
