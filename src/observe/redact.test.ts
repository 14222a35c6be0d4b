import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { createRedactor } from "./redact.ts";

const redactorOf = (...secrets: string[]) => createRedactor(() => secrets);

describe("a secret", () => {
	test.each([
		["wherever it stands", ["s3cret"], "s3cret: s3cret!s3cret", "[redacted]: [redacted]![redacted]"],
		["with characters that mean something in patterns", ["a.c$^*+?()[]{}|\\d/-"], "a.c$^*+?()[]{}|\\d/-", "[redacted]"],
		["only as it is, not as a pattern", ["a.c"], "abc a.c", "abc [redacted]"],
		[
			"that starts like another one, the longer first",
			["key", "key-and-more"],
			"key-and-more key",
			"[redacted] [redacted]",
		],
		["that is part of another one", ["more", "key-and-more"], "key-and-more more", "[redacted] [redacted]"],
		["over several lines", ["a\nb"], "x a\nb y", "x [redacted] y"],
		["of any script", ["пароль😀"], "пароль😀!", "[redacted]!"],
		["that looks like a replacement", ["$&"], "x$&y", "x[redacted]y"],
		["given twice", ["ab", "ab"], "ab", "[redacted]"],
	])("is taken out %s", (_, secrets, text, expected) => {
		expect(redactorOf(...secrets)(text)).toBe(expected);
	});

	test("that is empty takes nothing out", () => {
		expect(redactorOf("")("text")).toBe("text");
	});
});

test.each(["", "text", "[redacted]"])("without secrets %j stays as it is", (text) => {
	expect(redactorOf()(text)).toBe(text);
});

test("one redactor gives the same answer every time", () => {
	const redact = redactorOf("ab");
	expect([redact("ab ab"), redact("ab"), redact("b ab")]).toEqual([
		"[redacted] [redacted]",
		"[redacted]",
		"b [redacted]",
	]);
});

test("the secrets are asked for once, when there is something to redact", () => {
	let asked = 0;
	const redact = createRedactor(() => [`secret${++asked}`]);
	const before = asked;
	redact("text");
	expect([before, redact("secret1 secret2"), asked]).toEqual([0, "[redacted] secret2", 1]);
});

test("property: no secret is left, whatever the secrets and the text", () => {
	// None of these letters is in the mask.
	const text = fc.string({ unit: fc.constantFrom(...Array.from("xyz.*$")) });
	fc.assert(
		fc.property(fc.array(text, { maxLength: 5 }), text, (secrets, text) => {
			const redacted = redactorOf(...secrets)(text);
			expect(secrets.filter((secret) => secret !== "" && redacted.includes(secret))).toEqual([]);
		}),
	);
});
