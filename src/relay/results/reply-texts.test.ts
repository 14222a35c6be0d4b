import { expect, test } from "bun:test";

import { findTexts } from "./reply-texts.ts";

const replyOf = (content: readonly object[]) => JSON.stringify({ jsonrpc: "2.0", id: 1, result: { content } });

test.each([
	["a few long texts", 4, 200_000],
	["many short texts", 20_000, 10],
])("others have their turn while %s are found", async (_, count, length) => {
	const text = "x".repeat(length);
	let pauses = 0;
	const found = await findTexts(
		replyOf(Array.from({ length: count }, () => ({ type: "text", text }))),
		async () => void pauses++,
	);
	expect(found?.strings).toEqual(Array(count).fill(JSON.stringify(text)));
	expect(pauses).toBeGreaterThan(4);
});
