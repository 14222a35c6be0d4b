import { expect, test } from "bun:test";

import { shortForm } from "./short-form.ts";

test.each([
	[{ command: "npx", args: ["-y", "files-mcp", "/my files"] }, [], 'npx -y files-mcp "/my files"'],
	[{ command: "s", args: ["--token", "abcdefgh"] }, [], "s --token ***"],
	[{ command: "s", args: ["--api-key=abcdefgh", "rest"] }, [], "s --api-key=*** rest"],
	[{ command: "s", args: ["--x=abcdefgh", "positional"] }, ["args[0]", "args[1]"], "s --x=*** ***"],
	[{ command: "s", args: ["--token", "${TOKEN}"] }, [], "s --token ${TOKEN}"],
	[{ command: "s", args: ["a\nb"] }, [], 's "a\\nb"'],
	[{ command: "s", env: { API_KEY: "abcdefgh" }, args: ["abcdefgh"] }, [], "s ***"],
	[{ url: "https://example.com/mcp" }, [], "https://example.com/mcp"],
	[{ url: "https://example.com/mcp?api_key=abcdefgh" }, [], "https://example.com/mcp?api_key=***"],
	[{ url: "https://me:pass@example.com/mcp" }, [], "https://***@example.com/mcp"],
	[{ url: "https://example.com/s/abcdefgh/mcp" }, ["url"], "https://example.com/***"],
	[{ url: "https://example.com/mcp", headers: { Authorization: "Bearer abcdefgh" } }, [], "https://example.com/mcp"],
])("%j with secrets in %j is %s", (entry, fields, expected) => {
	expect(shortForm(entry, fields)).toBe(expected);
});
