import { describe, expect, test } from "bun:test";

import { loosenessOf } from "./permissions.ts";

const me = 1000;

describe("what is its owner's alone is used:", () => {
	test.each([0o100600, 0o100400, 0o40700, 0o600])("mode %o", (mode) => {
		expect(loosenessOf("file", "/x", { mode, uid: me }, me)).toBeUndefined();
	});

	test("and so is everything where there are no users", () => {
		expect(loosenessOf("file", "/x", { mode: 0o777, uid: 5 }, undefined)).toBeUndefined();
	});
});

describe("what others can get at is refused, with the command that helps:", () => {
	test.each([
		["file", 0o100640, "the file /a/b can be read by others: its mode is 0640", "Run: chmod 600 /a/b", true],
		["file", 0o100604, "the file /a/b can be read by others: its mode is 0604", "Run: chmod 600 /a/b", true],
		["file", 0o100620, "the file /a/b can be changed by others: its mode is 0620", "Run: chmod 600 /a/b", false],
		["folder", 0o40755, "the folder /a/b can be read by others: its mode is 0755", "Run: chmod 700 /a/b", true],
		["folder", 0o41777, "the folder /a/b can be changed by others: its mode is 0777", "Run: chmod 700 /a/b", false],
	] as const)("a %s with mode %o", (what, mode, message, hint, isReadableOnly) => {
		const looseness = loosenessOf(what, "/a/b", { mode, uid: me }, me);
		expect(looseness?.error.message).toBe(`${message}, so no sign-in in it is used`);
		expect([looseness?.error.hint, looseness?.isReadableOnly]).toEqual([hint, isReadableOnly]);
	});

	test("a file of somebody else's, whatever its mode", () => {
		const looseness = loosenessOf("file", "/a/b", { mode: 0o100600, uid: 0 }, me);
		expect(looseness?.error.message).toBe("the file /a/b belongs to another user (0; you are 1000), so it is not used");
		expect(looseness?.error.hint).toBe("Remove it and sign in anew: rm -f /a/b");
		expect(looseness?.isReadableOnly).toBe(false);
	});

	test("in a path with blanks and quotes, as the shell wants it", () => {
		const looseness = loosenessOf("file", "/a b/it's", { mode: 0o644, uid: me }, me);
		expect(looseness?.error.hint).toBe("Run: chmod 600 '/a b/it'\\''s'");
	});
});
