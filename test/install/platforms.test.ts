/** Each kind of machine gets the build that is for it, or is told why there is none. */
import { expect, test } from "bun:test";

import { programOf } from "../helpers/release-host.ts";
import { openTempDir } from "../helpers/temp-dir.ts";
import { describeInShells, openSandbox, pathOf, type Sandbox, type Shell } from "./sandbox.ts";

/** A `uname` of another machine. */
const uname = (system: string, machine: string, more = "") =>
	`case "$1" in -s) echo ${system};; -m) echo ${machine};; -o) echo "${more}";; *) echo host;; esac`;

const glibc = (version: string) => `case "$1" in LONG_BIT) echo 64;; GNU_LIBC_VERSION) echo "glibc ${version}";; esac`;
const noGlibc = `case "$1" in LONG_BIT) echo 64;; *) exit 1;; esac`;

/** Runs the installer on a machine whose programs say this, with a release that has every build. */
async function installOn(
	shell: Shell,
	commands: Record<string, string>,
	then: (sandbox: Sandbox, stderr: string) => void,
) {
	await using sandbox = await openSandbox(shell);
	await using folder = openTempDir();
	for (const target of [
		"linux-x86_64",
		"linux-x86_64-musl",
		"linux-aarch64",
		"linux-aarch64-musl",
		"macos-x86_64",
		"macos-aarch64",
	]) {
		await sandbox.host.publish("2.0.0", programOf("2.0.0", target), target);
	}
	const PATH = pathOf(folder, { curl: "own", sha256sum: "own", getconf: noGlibc, ldd: "exit 1", ...commands });
	const { stderr } = await sandbox.install([], { PATH });
	then(sandbox, stderr);
}

describeInShells("a machine", (shell) => {
	test.each([
		["Linux on x86_64", "linux-x86_64", { uname: uname("Linux", "x86_64"), getconf: glibc("2.36") }],
		["Linux on amd64", "linux-x86_64", { uname: uname("Linux", "amd64"), getconf: glibc("2.17") }],
		["Linux on arm64", "linux-aarch64", { uname: uname("Linux", "arm64"), getconf: glibc("3.0") }],
		[
			"Linux without getconf",
			"linux-x86_64",
			{
				uname: uname("Linux", "x86_64"),
				ldd: "echo 'ldd (Ubuntu GLIBC 2.31-0ubuntu9.9) 2.31'; echo 'Copyright (C) 2020'",
			},
		],
		[
			"musl on x86_64",
			"linux-x86_64-musl",
			{ uname: uname("Linux", "x86_64"), ldd: "echo 'musl libc (x86_64)' >&2; echo 'Version 1.2.5' >&2; exit 1" },
		],
		[
			"musl on aarch64",
			"linux-aarch64-musl",
			{ uname: uname("Linux", "aarch64"), ldd: "echo 'musl libc' >&2; exit 1" },
		],
		["an Intel Mac", "macos-x86_64", { uname: uname("Darwin", "x86_64"), sysctl: "echo 0" }],
		["an Apple Silicon Mac", "macos-aarch64", { uname: uname("Darwin", "arm64"), sysctl: "echo 0" }],
		[
			"a translated shell on Apple Silicon",
			"macos-aarch64",
			{ uname: uname("Darwin", "x86_64"), sysctl: 'test "$2" = sysctl.proc_translated && echo 1' },
		],
		[
			"an Apple Silicon Mac that says x86_64",
			"macos-aarch64",
			{ uname: uname("Darwin", "x86_64"), sysctl: 'test "$2" = hw.optional.arm64 && echo 1' },
		],
	])("that is %s gets %s", async (_what, target, commands) => {
		await installOn(shell, commands, ({ host, receipt }, stderr) => {
			expect(stderr).toBe("");
			expect(host.asked).toContain(`v2.0.0/dynamic-mcp-${target}.tar.gz`);
			expect(receipt()).toMatchObject({ version: "2.0.0", target });
		});
	});

	test.each([
		[
			"MINGW64_NT-10.0",
			{ uname: uname("MINGW64_NT-10.0-22631", "x86_64") },
			/powershell .*irm http.*install\.ps1 \| iex/,
		],
		["MSYS", { uname: uname("MSYS_NT-10.0", "x86_64") }, /powershell .*irm/],
		["Cygwin", { uname: uname("CYGWIN_NT-10.0", "x86_64") }, /powershell .*irm/],
		["FreeBSD", { uname: uname("FreeBSD", "amd64") }, /no build for FreeBSD.[^]*git clone .*bun run build/],
		["RISC-V", { uname: uname("Linux", "riscv64") }, /no build for Linux on riscv64.[^]*git clone/],
		["Android", { uname: uname("Linux", "aarch64", "Android") }, /no build for Android/],
		[
			"a 32-bit system on a 64-bit kernel",
			{ uname: uname("Linux", "aarch64"), getconf: "echo 32" },
			/no build for 32-bit programs/,
		],
		[
			"an old glibc",
			{ uname: uname("Linux", "x86_64"), getconf: glibc("2.12") },
			/has glibc 2\.12, .* needs 2\.17 or newer/,
		],
	])("that is %s is told what to do", async (_what, commands, complaint) => {
		await installOn(shell, commands, ({ files, host }, stderr) => {
			expect(stderr).toMatch(complaint);
			expect(files()).toEqual([]);
			expect(host.asked).toEqual([]);
		});
	});

	test.each([
		[
			"has no libstdc++",
			"echo 'Error loading shared library libstdc++.so.6: No such file' >&2; exit 127",
			"apk add libstdc++",
		],
		["runs no programs there", "echo 'dynamic-mcp: Permission denied' >&2; exit 126", "noexec"],
		["has too old a processor", "kill -ILL $$", "SSE4.2"],
		["does not accept its signature", "kill -KILL $$", "signature"],
		["has another C library", "echo 'dynamic-mcp: not found' >&2; exit 127", "for another system than this one"],
		["has too old a glibc", "echo \"version 'GLIBC_2.99' not found\" >&2; exit 1", "glibc is too old"],
		["gets the wrong version", programOf("1.0.0"), "says that it is version 1.0.0, not 2.0.0"],
	])("that %s keeps what it had, and is told why", async (_what, program, advice) => {
		await using sandbox = await openSandbox(shell);
		await sandbox.install(["--version", "1.0.0"]);
		await sandbox.host.publish("2.0.0", program.startsWith("#!") ? program : `#!/bin/sh\n${program}\n`);
		const { code, stderr } = await sandbox.install();
		expect(code).toBe(1);
		expect(stderr).toContain(advice);
		expect(stderr).toContain("nothing was installed");
		expect(sandbox.version()).toStartWith("dynamic-mcp 1.0.0 ");
		expect(sandbox.receipt()).toMatchObject({ version: "1.0.0" });
	});
});
