/** What an edit is shown as. */
import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { diffOf } from "./diff.ts";

const names = { from: "a", to: "b" };

function changes(before: readonly string[], after: readonly string[]): string[] {
	return diffOf(before.join("\n"), after.join("\n"), names).split("\n").slice(2);
}

test("a change has three lines around it", () => {
	const before = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
	expect(changes(before, before.with(4, "five"))).toEqual([
		"@@ -2,7 +2,7 @@",
		" 2",
		" 3",
		" 4",
		"-5",
		"+five",
		" 6",
		" 7",
		" 8",
	]);
});

test("changes far from each other are shown apart", () => {
	const before = Array.from({ length: 30 }, (_, index) => String(index));
	const after = before.with(1, "x").with(28, "y");
	expect(changes(before, after).filter((line) => line.startsWith("@@"))).toEqual([
		"@@ -1,5 +1,5 @@",
		"@@ -26,5 +26,5 @@",
	]);
});

test("a new file has no lines before", () => {
	expect(diffOf("", "x\ny\n", { from: "(no file)", to: "b" })).toBe("--- (no file)\n+++ b\n@@ -0,0 +1,2 @@\n+x\n+y");
});

test("line ends of Windows are not shown", () => {
	expect(diffOf("a\r\nb\r\n", "a\r\nc\r\n", names).split("\n").slice(2)).toEqual(["@@ -1,2 +1,2 @@", " a", "-b", "+c"]);
});

test("property: the lines kept and taken out are the old text, the lines kept and added the new one", () => {
	const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(lines, lines, (before, after) => {
			fc.pre(before.join() !== after.join());
			const shown = changes(before, after).filter((line) => !line.startsWith("@@"));
			const side = (kind: string) =>
				shown.filter((line) => line[0] === kind || line[0] === " ").map((line) => line.slice(1));
			expect([side("-"), side("+")]).toEqual([before, after]);
		}),
	);
});
