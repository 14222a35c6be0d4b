/** What is left of lines that nobody could read. */
import { expect, test } from "bun:test";

import { shortenLines } from "./long-lines.ts";

const long = "x".repeat(2000);

test("of a config that is one long line what differs is shown, with a little around it", () => {
	const [removed = "", added = ""] = shortenLines([`-{"a":"${long}","b":{}}`, `+{"a":"${long}","b":{"new":1}}`]);
	const before = "x".repeat(53);
	expect(removed).toBe(`-…${before}","b":{}}`);
	expect(added).toBe(`+…${before}","b":{"new":1}}`);
});

test("what differs is cut where it is long itself, and so is a line beside it", () => {
	const lines = shortenLines([" " + long, "-" + long, "+" + long.replaceAll("x", "y"), "+" + long, "@@"]);
	expect(lines.map((line) => line.length)).toEqual([400, 400, 400, 400, 2]);
	expect(lines.map((line) => line.at(0)).join("")).toBe(" -++@");
	expect(lines[0]?.endsWith("…")).toBe(true);
});

test("lines that can be read stay as they are", () => {
	const lines = ["--- a", "+++ b", "@@ -1,2 +1,2 @@", " same", "-old", "+new", "+more"];
	expect(shortenLines(lines)).toEqual(lines);
});
