import { expect, test } from "bun:test";

import { openTempDir } from "../../test/helpers/temp-dir.ts";
import { tryOut } from "./try-out.ts";

async function outcomeOf(text: string | Uint8Array): Promise<string> {
	await using directory = openTempDir();
	const program = directory.write("dynamic-mcp", text, 0o755);
	return await tryOut(program, "9.9.9", "https://host/a").then(
		() => "runs",
		(error: Error) => error.message,
	);
}

const script = (body: string) => `#!/bin/sh\n${body}\n`;

test("a program that says the version passes", async () => {
	expect(await outcomeOf(script('test "$1" = --version && echo "dynamic-mcp 9.9.9 (1a2b3c4 2026-11-22 x)"'))).toBe(
		"runs",
	);
	expect(await outcomeOf(script("echo dynamic-mcp 9.9.9"))).toBe("runs");
});

test.each([
	["another version", script("echo dynamic-mcp 9.9.8"), 'says that it is "dynamic-mcp 9.9.8"'],
	["a longer version", script("echo dynamic-mcp 9.9.90"), 'says that it is "dynamic-mcp 9.9.90"'],
	["another program", script("echo something-else 9.9.9"), 'says that it is "something-else 9.9.9"'],
	["nothing", script("exit 0"), 'says that it is ""'],
])("a program that says %s is refused", async (_, text, seen) => {
	expect(await outcomeOf(text)).toBe(`the program in https://host/a should be dynamic-mcp 9.9.9, but ${seen}`);
});

test.each([
	[
		"fails",
		script("echo dynamic-mcp 9.9.9; echo 'no libstdc++' >&2; exit 127"),
		"it ended with code 127: no libstdc++",
	],
	["crashes", script("kill -SEGV $$"), "it was ended by SIGSEGV"],
	["is for another machine", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), ""],
])("a program that %s is refused", async (_, text, seen) => {
	expect(await outcomeOf(text)).toStartWith(
		`the program in https://host/a should be dynamic-mcp 9.9.9, but does not run on this machine: ${seen}`,
	);
});
