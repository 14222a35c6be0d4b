import { expect, test } from "bun:test";

import { printable } from "./printable.ts";
import { createStatusLine } from "./status-line.ts";
import { describeSurface } from "./surface.ts";
import { cut, wrap, wrapItems } from "./wrap.ts";

test.each([
	["", [""]],
	["one two", ["one two"]],
	["one two three", ["one two", "three"]],
	["one\n\ntwo", ["one", "", "two"]],
	["abcdefghijklmnop", ["abcdefghij", "klmnop"]],
	["  a b c d e f g", ["  a b c d", "  e f g"]],
	["🚀🚀🚀🚀🚀🚀", ["🚀🚀🚀🚀🚀", "🚀"]],
	["trailing    ", ["trailing"]],
])("%j is wrapped to ten columns", (text, lines) => {
	expect(wrap(text, 10)).toEqual(lines);
});

test("what begins with a dash goes on below its text", () => {
	expect(wrapItems(["- one two three", "four five six"], 10)).toEqual(["- one two", "  three", "four five", "six"]);
});

test.each([
	["short", "short"],
	["two\n  lines", "two lines"],
	["a line that is too long", "a line th…"],
])("%j is cut to one line of ten columns", (text, line) => {
	expect(cut(text, 10)).toBe(line);
});

test.each([
	["a\u001B[31mred\u001B[0m", "ared"],
	["\u001B]0;title\u0007x", "x"],
	["one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"],
	["a\u0008\u0000\u009B1mb\u202Ec", "abc"],
	["👩‍👧 ü 日本", "👩‍👧 ü 日本"],
])("of %j a terminal gets %j", (text, safe) => {
	expect(printable(text)).toBe(safe);
});

test("the status line replaces itself, and is taken away once", () => {
	const written: string[] = [];
	const line = createStatusLine({ ...describeSurface(true, 40, { NO_COLOR: "1" }) }, (text) => written.push(text));
	line.show("one");
	line.show("one");
	line.show("two");
	line.clear();
	line.clear();
	expect(written).toEqual(["\r\u001B[2Kone", "\r\u001B[2Ktwo", "\r\u001B[2K"]);
});

test.each([
	["a pipe", false, {}],
	["a dumb terminal", true, { TERM: "dumb" }],
])("%s gets no status line", (_what, isTerminal, env) => {
	const written: string[] = [];
	const line = createStatusLine(describeSurface(isTerminal, 40, env), (text) => written.push(text));
	line.show("one");
	line.clear();
	expect(written).toEqual([]);
});
