import { expect, test } from "bun:test";

import { countReply, countText } from "./counting.ts";

const cellAfter = (...texts: string[]) => {
	const cell = { count: 0, characters: 0, media: 0 };
	for (const text of texts) countText(cell, text);
	return cell;
};
const base64 = "A".repeat(10_000);
const content = (...items: object[]) => JSON.stringify({ jsonrpc: "2.0", id: 1, result: { content: items } });

test("texts are counted by their length", () => {
	expect(cellAfter("abc", "de")).toEqual({ count: 2, characters: 5, media: 0 });
});

test.each([
	["a picture", { type: "image", data: base64, mimeType: "image/png" }],
	["a resource of bytes", { type: "resource", resource: { uri: "x:", mimeType: "image/png", blob: base64 } }],
])("%s counts as one, and not by its length", (_, item) => {
	expect(cellAfter(content(item))).toEqual({ count: 1, characters: 0, media: 1 });
});

test("a long text that speaks of pictures is a text", () => {
	const text = content({ type: "text", text: JSON.stringify({ data: base64, mimeType: "image/png" }) });
	expect(cellAfter(text)).toEqual({ count: 1, characters: text.length, media: 0 });
});

test("of a reply in bytes all pieces count, unless it is a picture", () => {
	const cell = { count: 0, characters: 0, media: 0 };
	const long = (...texts: string[]) => ({
		kind: "long-reply" as const,
		id: 1,
		pieces: texts.map((text) => new TextEncoder().encode(text)),
		head: 10,
		tail: 0,
	});
	countReply(cell, long("abcd", base64, "ef"));
	countReply(cell, long('{"content":[{"type":"image","data":"', base64, '","mimeType":"image/png"}]}'));
	expect(cell).toEqual({ count: 2, characters: 10_006, media: 1 });
});
