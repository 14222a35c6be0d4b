import { expect, test } from "bun:test";

import { UpstreamError, UserError } from "./errors.ts";

/** What tells one failure from another: everything but the stack. */
function facts(error: Error): Record<string, unknown> {
	return { ...Object.fromEntries(Object.entries(error)), name: error.name, message: error.message, cause: error.cause };
}

test("a user's error carries its hint and its cause", () => {
	const cause = new Error("ENOENT");
	expect(facts(new UserError("no config", { hint: "Write one.", cause }))).toEqual({
		name: "UserError",
		message: "no config",
		hint: "Write one.",
		cause,
	});
});

test("a user's error needs no hint", () => {
	expect(new UserError("no config").hint).toBeUndefined();
});

test("an upstream's error names group and phase in its message and keeps the parts", () => {
	expect(facts(new UpstreamError("git", "exit", "code 7", { lastWords: ["fatal: x"] }))).toEqual({
		name: "UpstreamError",
		next: "",
		message: 'group "git" failed during exit: code 7',
		group: "git",
		phase: "exit",
		detail: "code 7",
		lastWords: ["fatal: x"],
		cause: undefined,
	});
});

test("an upstream without stderr has no last words", () => {
	expect(new UpstreamError("git", "spawn", "not found").lastWords).toEqual([]);
});
