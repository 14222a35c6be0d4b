import { expect, test } from "bun:test";

import { describeBuild } from "./build.ts";

test.each([
	[
		{ version: "2.0.0", commit: "1a2b3c4", date: "2026-11-22", target: "linux-x86_64" },
		"dynamic-mcp 2.0.0 (1a2b3c4 2026-11-22 linux-x86_64)",
	],
	[{ version: "2.0.0", commit: "", date: "", target: "macos-aarch64" }, "dynamic-mcp 2.0.0 (macos-aarch64)"],
	[{ version: "2.0.0", commit: "", date: "", target: "" }, "dynamic-mcp 2.0.0"],
])("a build is described by what is known of it: %o", (build, text) => {
	expect(describeBuild(build)).toBe(text);
});
