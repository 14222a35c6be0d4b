import { expect, test } from "bun:test";

import { typedWord } from "./typed-word.ts";

test.each([
	["linux", "a/b@1", "a/b@1"],
	["linux", "my server", "'my server'"],
	["darwin", "it's $x", "'it'\\''s $x'"],
	["win32", "C:\\me\\x.json", "C:\\me\\x.json"],
	["win32", "C:\\my files\\x.json", '"C:\\my files\\x.json"'],
] as const)("on %s %s is typed as %s", (platform, text, typed) => {
	expect(typedWord(text, platform)).toBe(typed);
});
