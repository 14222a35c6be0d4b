import { expect, test } from "bun:test";

import { filledIn } from "./filled-in.ts";

test.each([
	[{ env: { A: "${TOKEN}", B: "x ${env:OTHER} ${TOKEN}" } }, ["TOKEN", "OTHER"]],
	[{ args: ["${HOME}/x", "${REGION:-eu}"] }, ["REGION"]],
	[{ args: ["${FIRST:-${SECOND}}", "$${NO:-${NEITHER}}"] }, ["FIRST", "SECOND"]],
	[{ args: ["$${LITERALLY}", "$PLAIN", "${input:x}"] }, []],
	[{ command: "x" }, []],
])("%j fills in %j", (entry, names) => {
	expect(filledIn([entry])).toEqual(names);
});

test("what is switched off needs nothing", () => {
	expect(
		filledIn([
			{ enabled: false, url: "${A}" },
			{ enabled: true, url: "${B}" },
		]),
	).toEqual(["B"]);
});
