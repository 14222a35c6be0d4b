import { describe, expect, test } from "bun:test";

import { checkSum, sumIn } from "./checksum.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)];

describe("the list", () => {
	test.each([
		["two blanks", `${a}  one.zip\n${b}  two.zip\n`],
		["the mark of a binary file", `${a} *one.zip\n${b} *two.zip\n`],
		["Windows' line ends", `${a}  one.zip\r\n${b}  two.zip\r\n`],
		["no last line end", `${a}  one.zip\n${b}  two.zip`],
		["upper case", `${a}  one.zip\n${b.toUpperCase()}  two.zip\n`],
	])("is read with %s", (_, list) => {
		expect(sumIn(list, "two.zip")).toBe(b);
	});

	test.each([
		["another file's line", `${a}  one.zip\n`],
		["a name that only ends alike", `${a}  my-two.zip\n`],
		["a name that only begins alike", `${a}  two.zip.sig\n`],
		["a sum that is too short", `${a.slice(1)}  two.zip\n`],
		["a page of a proxy", "<html>two.zip</html>"],
		["nothing", ""],
	])("gives nothing of %s", (_, list) => {
		expect(sumIn(list, "two.zip")).toBeUndefined();
	});
});

test("a file with the right sum passes", () => {
	const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	expect(() => checkSum(new TextEncoder().encode("abc"), sum, "https://host/x")).not.toThrow();
});

test("a file with another sum is refused with both", () => {
	expect(() => checkSum(new TextEncoder().encode("abc"), a, "https://host/x")).toThrow(
		`https://host/x is not the file that the release's SHA256SUMS speaks of\n  expected: ${a}\n  found:    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad`,
	);
});
