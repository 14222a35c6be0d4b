/** `install.ps1` runs on Windows only: here it is parsed, by PowerShell's own parser as well where there is one. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { targets } from "../../scripts/release/targets.ts";
import { openPowerShellParser, type PowerShellParser } from "../helpers/powershell.ts";

const path = resolve(import.meta.dir, "../../install.ps1");
const bytes = readFileSync(path);
const text = bytes.toString("utf8");
let parser: PowerShellParser;

beforeAll(async () => {
	parser = await openPowerShellParser();
});

afterAll(() => parser[Symbol.dispose]());

const problemsOf = (script: string) => parser.problemsOf(script);

describe("install.ps1", () => {
	test("is PowerShell that 5.1 understands, too", () => {
		expect(problemsOf(text)).toEqual([]);
	});

	test.each([
		["a ternary", "$a = $b ? 1 : 2"],
		["??", "$a = $b ?? 2"],
		["&&", "a && b"],
		["a brace too few", text.slice(0, text.lastIndexOf("}"))],
		["a brace too many", `${text}}`],
		["an open string", `${text}\n$a = 'b`],
	])("would not be with %s", (_what, script) => {
		expect(problemsOf(script)).not.toEqual([]);
	});

	test("is plain ASCII, as 5.1 takes a file without a mark for one of the system's code page", () => {
		expect(bytes.filter((byte) => byte > 126 || (byte < 32 && byte !== 9 && byte !== 10))).toHaveLength(0);
	});

	test("cut short is no script at all, at any line of its code", () => {
		const start = text.indexOf("\n& {\n") + 5;
		const cuts = Array.from(text.slice(start).matchAll(/\n/g), ({ index }) => start + index).filter(
			(_, n) => n % 10 === 0,
		);
		expect(cuts.length).toBeGreaterThan(30);
		expect(cuts.filter((cut) => problemsOf(text.slice(0, cut)).length === 0 && cut < text.trimEnd().length)).toEqual(
			[],
		);
	});

	test("knows the builds for Windows, the address of the releases and every variable of its promise", () => {
		for (const { name } of targets.filter(({ format }) => format === "pe")) expect(text).toContain(`'${name}'`);
		expect(text).toContain("https://github.com/asyrjasalo/dynamic-mcp/releases");
		for (const name of ["VERSION", "INSTALL_DIR", "DOWNLOAD_BASE_URL", "NO_MODIFY_PATH", "SKIP_VERIFY"]) {
			expect(text).toContain(`$env:DYNAMIC_MCP_${name}`);
		}
	});

	test("calls only functions that it has, and cmdlets of 5.1", () => {
		const own = Array.from(text.matchAll(/function ([A-Za-z]+-[A-Za-z]+)/g), ([, name]) => name!);
		const called = new Set(
			Array.from(
				text.replaceAll(/#.*/g, "").matchAll(/(?<![\w'$-])([A-Z][a-z]+-[A-Z][A-Za-z]+)\b/g),
				([, name]) => name!,
			),
		);
		const cmdlets = [
			"Add-Type",
			"ConvertFrom-Json",
			"ConvertTo-Json",
			"Expand-Archive",
			"Get-ChildItem",
			"Get-Command",
			"Get-FileHash",
			"Get-ItemProperty",
			"Invoke-WebRequest",
			"Join-Path",
			"New-Item",
			"New-Object",
			"Out-Null",
			"Remove-Item",
			"Select-Object",
			"Set-StrictMode",
			"Split-Path",
			"Start-Sleep",
			"Test-Path",
			"Where-Object",
			"Write-Host",
			"Write-Output",
			"Write-Warning",
		];
		expect([...called].filter((name) => !own.includes(name) && !cmdlets.includes(name))).toEqual([]);
		expect(own.filter((name) => text.split(name).length < 3)).toEqual([]);
		// A function of the name of a cmdlet would take its place.
		expect(own.filter((name) => cmdlets.includes(name))).toEqual([]);
	});
});

const pwsh = Bun.which("pwsh");

describe.skipIf(pwsh === null)("pwsh", () => {
	test("parses install.ps1", () => {
		const parse = `$e = $null; [void][Management.Automation.Language.Parser]::ParseFile('${path}', [ref]$null, [ref]$e); $e`;
		const { exitCode, stdout } = Bun.spawnSync([pwsh!, "-NoProfile", "-NonInteractive", "-Command", parse]);
		expect({ exitCode, problems: stdout.toString().trim() }).toEqual({ exitCode: 0, problems: "" });
	});

	test.skipIf(process.platform === "win32")("is told by install.ps1 which installer is for this system", () => {
		const { exitCode, stderr } = Bun.spawnSync([pwsh!, "-NoProfile", "-NonInteractive", "-File", path]);
		expect(exitCode).toBe(1);
		expect(stderr.toString()).toContain("install.sh");
	});
});
