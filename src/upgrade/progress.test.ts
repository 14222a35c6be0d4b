import { expect, test } from "bun:test";

import { createProgress, describeProgress } from "./progress.ts";

const mb = 2 ** 20;

test.each([
	[0, 40 * mb, "0 % of 40 MB"],
	[39.9 * mb, 40 * mb, "99 % of 40 MB"],
	[40 * mb, 40 * mb, "100 % of 40 MB"],
	[12.5 * mb, undefined, "12 MB"],
])("%d of %p bytes are %p", (received, total, text) => {
	expect(describeProgress(received, total)).toBe(text);
});

test("a line is written when there is something new to say, and taken away at the end", () => {
	const written: string[] = [];
	const progress = createProgress("downloading", (text) => written.push(text));
	for (const received of [0, 1, 2, 20 * mb, 20 * mb + 1]) progress.onProgress(received, 40 * mb);
	progress.end();
	expect(written).toEqual([
		"\r\u001b[Kdownloading: 0 % of 40 MB",
		"\r\u001b[Kdownloading: 50 % of 40 MB",
		"\r\u001b[K",
	]);
});

test("nothing is taken away when nothing was written", () => {
	const written: string[] = [];
	createProgress("downloading", (text) => written.push(text)).end();
	expect(written).toEqual([]);
});
