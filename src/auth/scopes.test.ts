import { expect, test } from "bun:test";

import { chooseScope, hasAll, unionOf } from "./scopes.ts";

const none = {
	configured: undefined,
	challenged: undefined,
	ofResource: undefined,
	asked: undefined,
	ofIssuer: undefined,
};

test.each([
	["nothing is asked for where nobody names a scope", {}, undefined],
	["the server's metadata names them", { ofResource: ["a", "b"] }, "a b"],
	["the challenge wins over the metadata", { challenged: "c", ofResource: ["a"] }, "c"],
	["the config wins over both", { configured: ["d"], challenged: "c", ofResource: ["a"], asked: "e" }, "d"],
	["an empty list in the config asks for none", { configured: [], challenged: "c", asked: "e" }, undefined],
	["what was asked for before is asked for again", { challenged: "c", asked: "a c" }, "c a"],
	[
		"offline_access joins where it is offered",
		{ ofResource: ["a"], ofIssuer: ["a", "offline_access"] },
		"a offline_access",
	],
	["offline_access is not asked for where it is not offered", { ofResource: ["a"], ofIssuer: ["a"] }, "a"],
	["offline_access is not asked for alone", { ofIssuer: ["offline_access"] }, undefined],
	["offline_access does not join what the config says", { configured: ["a"], ofIssuer: ["offline_access"] }, "a"],
])("%s", (_, sources, expected) => {
	expect(chooseScope({ ...none, ...sources })).toBe(expected);
});

test("a union has each scope once", () => {
	expect(unionOf("a b", undefined, " b  c ")).toBe("a b c");
	expect(unionOf("", undefined)).toBeUndefined();
	expect(hasAll("a b c", "c a")).toBe(true);
	expect(hasAll("a b", "c")).toBe(false);
	expect(hasAll(undefined, "c")).toBe(false);
});
