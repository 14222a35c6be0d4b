import { expect, test } from "bun:test";

import { parseSize, sizePattern } from "./size.ts";

test.each([
	[0, 0],
	[80_000, 80_000],
	["80kB", 80_000],
	["80 KB", 80_000],
	["1MB", 1_000_000],
	[" 1500b ", 1500],
	["0B", 0],
])("%p is %p bytes", (written, bytes) => {
	expect(parseSize(written)).toEqual({ bytes });
	if (typeof written === "string") expect(written).toMatch(sizePattern);
});

const form = 'is not a size; write a number of bytes, or a string like "80kB" or "1MB"';

test.each([
	["80", `"80" (string) ${form}`],
	["1.5MB", `"1.5MB" (string) ${form}`],
	["80kilo", `"80kilo" (string) ${form}`],
	["", `"" (string) ${form}`],
	[-1, `-1 (number) ${form}`],
	[0.5, `0.5 (number) ${form}`],
	[true, `true (boolean) ${form}`],
	[["80kB"], `a list ${form}`],
	[999, "999 (number) is less than 1kB, the least allowed; 0 switches the limit off"],
	["65MB", '"65MB" (string) is more than 64MB, the most allowed'],
])("%p is refused with what to write", (written, problem) => {
	expect(parseSize(written)).toEqual({ problem });
});
