import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";

import { cleanEnvironment } from "../../../test/helpers/binary.ts";
import { openPowerShellParser, type PowerShellParser } from "../../../test/helpers/powershell.ts";
import { openTempDir, type TempDir } from "../../../test/helpers/temp-dir.ts";
import type { CommandDefinition } from "./model.ts";
import { scriptFor } from "./scripts.ts";

const commands: CommandDefinition[] = [
	{
		name: "serve",
		meta: { description: "Serve" },
		args: {
			config: { type: "positional", valueHint: "file" },
			"log-level": { type: "string", valueHint: "silent|warn", description: "What's logged: all, or `some`" },
		},
	},
	{
		name: "auth",
		meta: { description: "Sign in" },
		args: {
			action: { type: "positional", valueHint: "group|list|logout" },
			group: { type: "positional", valueHint: "group" },
		},
	},
	{
		name: "call",
		meta: { description: "Call a tool: it's $HOME's" },
		args: {
			group: { type: "positional", valueHint: "group" },
			tool: { type: "positional", valueHint: "tool" },
			arguments: { type: "positional", valueHint: "key=value" },
			args: { type: "string", valueHint: "json|@file|-" },
			output: { type: "string", alias: "o", valueHint: "file" },
			json: { type: "boolean", description: "JSON" },
		},
	},
	{ name: "import", meta: { description: "Import" }, args: { client: { type: "positional", valueHint: "client" } } },
];

let folder: TempDir;

beforeAll(() => {
	folder = openTempDir();
	// Stands for the program: what the scripts ask it.
	const program = `#!/bin/sh
case "$*" in
"completions groups") printf '%s\\n' files github git:hub ;;
"completions tools files") printf '%s\\n' read_file write_file ;;
"completions clients") printf '%s\\n' cursor zed ;;
*) echo "asked for $*" >&2; exit 1 ;;
esac
`;
	folder.write("bin/dynamic-mcp", program, 0o755);
	folder.write("work/config.json", "{}");
	folder.write("work/with blank.json", "{}");
	for (const shell of ["bash", "zsh", "fish", "powershell"]) folder.write(shell, scriptFor(shell, commands) ?? "");
});

afterAll(() => folder[Symbol.asyncDispose]());

async function outputOf(command: string[], options: { typed?: string[] } = {}): Promise<string[]> {
	const { PATH = "", ...env } = cleanEnvironment(folder.path);
	const child = Bun.spawn([...command, ...(options.typed ?? [])], {
		cwd: join(folder.path, "work"),
		env: { ...env, PATH: `${folder.path}/bin:${PATH}` },
		stdout: "pipe",
		stderr: "pipe",
	});
	const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
	expect({ stderr, code: await child.exited }).toEqual({ stderr: "", code: 0 });
	return [...new Set(stdout.split("\n").filter((line) => line !== ""))].sort();
}

/** What is typed, the last word being the one at the cursor; and what is offered. */
const cases: [typed: string[], offered: string[]][] = [
	[["ca"], ["call"]],
	[["se"], ["serve"]],
	[["conf"], ["config.json"]],
	[["--log"], ["--log-level"]],
	[
		["--log-level", ""],
		["silent", "warn"],
	],
	[["serve", "--log-level", "w"], ["warn"]],
	[["call", "gith"], ["github"]],
	[
		["call", "files", ""],
		["read_file", "write_file"],
	],
	[["call", "--json", "--output", "x", "files", "w"], ["write_file"]],
	[["call", "files", "read_file", ""], []],
	[["call", "--out"], ["--output"]],
	[["call", "--output", "con"], ["config.json"]],
	[["call", "-o", "with"], ["with blank.json"]],
	[
		["auth", "l"],
		["list", "logout"],
	],
	[["auth", "logout", "fi"], ["files"]],
	[
		["import", ""],
		["cursor", "zed"],
	],
];

test("bash completes commands, options, names and files", async () => {
	const script = `source ../bash
COMP_WORDS=("$0" "$@"); COMP_CWORD=$#
_dynamic_mcp dynamic-mcp
printf '%s\\n' "\${COMPREPLY[@]}"`;
	for (const [typed, offered] of cases) {
		expect({ typed, offered: await outputOf(["bash", "-c", script, "dynamic-mcp"], { typed }) }).toEqual({
			typed,
			offered,
		});
	}
});

test.skipIf(Bun.which("zsh") === null)("zsh completes commands, options, names and files", async () => {
	// In place of zsh's own, which work while somebody presses Tab only: what they are given is filtered as they do.
	const script = `compdef() { : }
_files() { print -l -- *(N) | grep -F -- "$words[CURRENT]" }
compadd() {
	local -a all
	if [[ "$1" == -a ]]; then all=("\${(@P)2}"); else shift; all=("$@"); fi
	print -l -- "\${(@M)all:#$words[CURRENT]*}"
}
_describe() {
	local -a all
	all=("\${(@P)@[-1]}")
	print -l -- "\${(@M)\${(@)all%%:*}:#$words[CURRENT]*}"
}
source ../zsh
words=("$0" "$@"); CURRENT=$(( $# + 1 ))
_dynamic_mcp || true`;
	for (const [typed, offered] of cases) {
		expect({ typed, offered: await outputOf(["zsh", "-f", "-c", script, "dynamic-mcp"], { typed }) }).toEqual({
			typed,
			offered,
		});
	}
});

test.skipIf(Bun.which("fish") === null)("fish completes commands, options, names and files", async () => {
	const script = 'source ../fish; complete -C "dynamic-mcp $argv" | string replace -r "\\t.*" ""; true';
	for (const [typed, offered] of cases) {
		const found = await outputOf(["fish", "--no-config", "-c", script, "--"], { typed });
		expect({ typed, offered: found }).toEqual({ typed, offered });
	}
});

describe("the script for PowerShell", () => {
	let parser: PowerShellParser;

	beforeAll(async () => {
		parser = await openPowerShellParser();
	});

	afterAll(() => parser[Symbol.dispose]());

	const problemsOf = (script: string) => parser.problemsOf(script);

	test("is PowerShell, and has every command and option", () => {
		const script = scriptFor("powershell", commands) ?? "";
		expect(problemsOf(script)).toEqual([]);
		for (const { name } of commands) expect(script).toContain(`'${name}' = @{`);
		expect(script).toContain(
			"'--log-level' = @{ Tip = 'What''s logged: all, or `some`'; Values = @('silent', 'warn') }",
		);
		expect(script).toContain("Arguments = @(, @('?groups'); , @('?tools group'); , @())");
	});

	test("a planted mistake is found", () => {
		expect(problemsOf(`${scriptFor("powershell", commands)}\n@{ x = `)).not.toEqual([]);
	});
});

test("there is none for another shell", () => {
	expect(scriptFor("csh", commands)).toBeUndefined();
});
