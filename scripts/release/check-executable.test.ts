/** Bun's own executables stand in for ours: each is right for its target but for what we put in. */
import { describe, expect, test } from "bun:test";

import { problemsOf } from "./check-executable.ts";
import { findRuntime } from "./runtimes.ts";
import { type Target, targets } from "./targets.ts";
import { withOurResources } from "./windows/resources.ts";

function targetNamed(name: string): Target {
	return targets.find((target) => target.name === name)!;
}

async function runtimeOf(name: string): Promise<Uint8Array> {
	return await Bun.file(await findRuntime(targetNamed(name))).bytes();
}

describe("the Bun for", () => {
	test.each(["linux-x86_64", "linux-x86_64-musl"])("%s needs no more than we say", async (name) => {
		expect(await problemsOf(await runtimeOf(name), targetNamed(name))).toEqual([]);
	});

	test("macOS is signed by others", async () => {
		const problems = await problemsOf(await runtimeOf("macos-x86_64"), targetNamed("macos-x86_64"));
		expect(problems).toEqual([
			expect.stringMatching(/^its signature's identifier is \S+, not dynamic-mcp$/),
			"its signature is not ad hoc",
		]);
	});

	test("Windows shows Bun's properties, and ours when they are put in", async () => {
		const target = targetNamed("windows-x86_64");
		const bun = await runtimeOf("windows-x86_64");
		const problems = await problemsOf(bun, target);
		expect(problems).toContain('its ProductName is not "dynamic-mcp"');
		expect(problems).toContain("it does not have the icon");
		expect(await problemsOf(await withOurResources(bun.buffer as ArrayBuffer), target)).toEqual([]);
	});
});

test("an executable of another machine or C library is found out", async () => {
	const glibc = await runtimeOf("linux-x86_64");
	expect(await problemsOf(glibc, targetNamed("linux-aarch64"))).toEqual(["its machine is x86_64, not aarch64"]);
	expect(await problemsOf(glibc, targetNamed("linux-x86_64-musl"))).toEqual([
		"its loader is /lib64/ld-linux-x86-64.so.2, not one of musl",
		"it needs libc.so.6, ld-linux-x86-64.so.2, libpthread.so.0, libdl.so.2, libm.so.6",
	]);
});

test.each([
	["linux-x86_64", "not an ELF file"],
	["macos-aarch64", "not a 64-bit Mach-O file"],
	["windows-x86_64", "not a PE file"],
])("text is no executable for %s", async (name, message) => {
	const text = new TextEncoder().encode("#!/bin/sh\n".repeat(100));
	expect(problemsOf(text, targetNamed(name))).rejects.toThrow(message);
});
