/** No secret of another server's is shown. */
import { expect, test } from "bun:test";

import { maskerFor } from "./masked.ts";

test.each([
	["a variable", { env: { ANYTHING: "value-1" } }],
	["a header", { headers: { Authorization: "Bearer value-1" } }],
	["what follows an option", { args: ["--api-key", "value-1"] }],
	["what is in an option", { args: ["--api-key=value-1"] }],
	["a password in an address", { url: "https://me:value-1@example.com" }],
	["a token in an address", { url: "https://example.com/?token=value-1&a=b" }],
	["a field with a secret's name", { api_token: "value-1" }],
	["the usual shape of a token", { args: ["ghp_value-1-value-1"] }],
	["a value with characters that JSON escapes", { env: { A: 'value-1"\\' } }],
])("%s is masked", (_, entry) => {
	const text = JSON.stringify(entry, undefined, 2);
	const shown = maskerFor([entry], [text])(text);
	expect(shown).toContain("[redacted]");
	expect(shown).not.toContain("value-1");
});

test("so is one in a comment", () => {
	const text = '// "TOKEN": "value-1-value-1"\n{}';
	expect(maskerFor([{}], [text])(text)).toBe('// "TOKEN": "[redacted]"\n{}');
});

test("everything else can be read", () => {
	const entry = {
		type: "stdio",
		command: "/home/me/dynamic-mcp",
		args: ["-y", "server"],
		timeout: 300,
		maxTokens: 4000,
	};
	const text = JSON.stringify(entry);
	expect(maskerFor([entry], [text])(text)).toBe(text);
});
