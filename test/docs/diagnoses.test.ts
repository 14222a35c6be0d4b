/** docs/commands.md lists every kind of trouble that the doctor tells apart, and no other. */
import { expect, test } from "bun:test";

import { rules } from "../../src/cli/doctor/diagnose.ts";
import { repository } from "../helpers/markdown.ts";

test("every problem that the doctor names is told of", async () => {
	const text = await Bun.file(`${repository}/docs/commands.md`).text();
	const [, list = ""] = /`problem` is one of:\n(.*?)(?:\n##|$)/s.exec(text) ?? [];
	const told = new Set(Array.from(list.matchAll(/`([a-z-]+)`/g), ([, name = ""]) => name));
	const known = new Set([...rules.map(({ problem }) => problem), "unknown"]);
	expect([...told].sort()).toEqual([...known].sort());
});
