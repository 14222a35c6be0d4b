/** Variables as other clients write them, and what they become. */
import { describe, expect, test } from "bun:test";

import * as fc from "fast-check";

import { expandText } from "../../config/expand.ts";
import { fillAsOurs } from "./fill.ts";
import { type Surroundings, syntaxes } from "./variables.ts";

const around: Surroundings = {
	client: "Cursor",
	platform: "linux",
	project: "/home/me/app",
	inputs: new Map([["github-token", "a token"]]),
	field: "env.KEY",
	variable: "FILES_KEY",
};

const windows: Surroundings = { ...around, platform: "win32", project: "C:\\Users\\me\\app" };
const everywhere: Surroundings = { ...around, project: undefined };

describe("what a client fills in becomes ours:", () => {
	test.each([
		["braces", "${A} ${B:-c d} ${C:-}", "${A} ${B:-c d} ${C:-}"],
		["braces", "$A %A% {env:A}", "$A %A% {env:A}"],
		["dollars", "$A/$B_1 ${C}", "${A}/${B_1} ${C}"],
		["dollars", "cost: 5$, 10$ and $1", "cost: 5$, 10$ and $1"],
		["cursor", "${env:A}}} ${userHome}${/}x${pathSeparator}y", "${A}}} ${HOME}/x/y"],
		["cursor", "${workspaceFolder}/x ${workspaceFolderBasename}", "/home/me/app/x app"],
		["vscode", "Bearer ${input:github-token}", "Bearer ${GITHUB_TOKEN}"],
		["vscode", "${workspaceFolder:api}", "/home/me/app"],
		["windsurf", "${file:/run/key}", "${FILES_KEY}"],
		["opencode", "Bearer {env:A}", "Bearer ${A}"],
		["opencode", '{"a":{"b":1}} {file:~/key}', '{"a":{"b":1}} ${FILES_KEY}'],
		["continue", "x${{ secrets.A }}y${{inputs.b-c}}", "x${A}y${B_C}"],
		["shell", "$A ${B:-c} \\$D 5\\\\", "${A} ${B:-c} $D 5\\"],
	] as const)("%s: %s", (syntax, text, expected) => {
		expect(fillAsOurs(text, syntaxes[syntax], around)).toMatchObject({ text: expected });
	});

	test("on Windows too, with its own spellings", () => {
		expect(fillAsOurs("%TEMP%\\x", syntaxes.gemini, windows)).toMatchObject({ text: "${TEMP}\\x" });
		expect(fillAsOurs("%TEMP%\\x", syntaxes.gemini, around)).toMatchObject({ text: "%TEMP%\\x" });
		expect(fillAsOurs("%TEMP%", syntaxes.gemini, { ...windows, field: "args[0]" })).toMatchObject({ text: "%TEMP%" });
		expect(fillAsOurs("${userHome}${/}x", syntaxes.cursor, windows)).toMatchObject({ text: "${USERPROFILE}\\x" });
	});
});

describe("what a client leaves as it is, is left here too:", () => {
	test.each([
		["none", "${A}", "$${A}"],
		["none", "$${A} ${env:B} ${C:-d}", "$$${A} $${env:B} $${C:-d}"],
		["none", "$A $$ ${} ${1} ${a b}", "$A $$ ${} ${1} ${a b}"],
		["cursor", "${A} ${env:B}", "$${A} ${B}"],
		["opencode", "${A} {env:B}", "$${A} ${B}"],
	] as const)("%s: %s", (syntax, text, expected) => {
		const filled = fillAsOurs(text, syntaxes[syntax], around);
		expect(filled).toMatchObject({ text: expected });
		expect("todo" in filled && filled.todo).toHaveLength(expected.includes("$${") ? 1 : 0);
	});
});

describe("what cannot be imported is told:", () => {
	test.each([
		["shell", "Bearer $(op read x)", "env.KEY runs a command to get its value; nothing is run while importing"],
		["shell", "`op read x`", "env.KEY runs a command to get its value; nothing is run while importing"],
		["shell", "${A#b}", "env.KEY has a shell's expansion that is not known here"],
		["vscode", "${config:my.key}", "env.KEY uses ${config:…}, which only Cursor can fill in"],
		["vscode", "${command:pick}", "env.KEY uses ${command:…}, which only Cursor can fill in"],
		["cursor", "${env:}", "env.KEY uses a variable whose name cannot be one"],
		["cursor", "$${env:A}", "env.KEY has characters around a variable that cannot be written here"],
		["vscode", "${A:-${env:B}}", "env.KEY has characters around a variable that cannot be written here"],
	] as const)("%s: %s", (syntax, text, problem) => {
		expect(fillAsOurs(text, syntaxes[syntax], around)).toEqual({ problem });
	});

	test("such as a project's folder in a file for all projects", () => {
		expect(fillAsOurs("${workspaceFolder}/x", syntaxes.cursor, everywhere)).toEqual({
			problem:
				"env.KEY uses ${workspaceFolder}, which is another folder in every project; write the folder's whole path",
		});
	});
});

test("property: a text that a client does not look into comes out of ours as it went in", () => {
	const odd = fc.constantFrom("$", "{", "}", "${A}", "${env:B}", ":-", "$$", "x", "${C:-${D}}", "{env:A}", "%A%", "`");
	const texts = fc.oneof(
		fc.string(),
		fc.array(odd, { maxLength: 12 }).map((parts) => parts.join("")),
	);
	fc.assert(
		fc.property(texts, (text) => {
			const filled = fillAsOurs(text, syntaxes.none, around);
			expect("text" in filled ? expandText(filled.text, { A: "1", B: "2", C: "3", D: "4" }).text : text).toBe(text);
		}),
	);
});

test("property: no text makes any syntax fail otherwise than by saying so", () => {
	const odd = fc.constantFrom("$", "{", "}", "${", "${env:A}", "$B", "$(", "${{ secrets.C }}", "{file:d}", "\\", "e");
	fc.assert(
		fc.property(fc.constantFrom(...Object.values(syntaxes)), fc.array(odd), (known, parts) => {
			const filled = fillAsOurs(parts.join(""), known, around);
			expect("text" in filled || filled.problem.startsWith("env.KEY ")).toBeTrue();
		}),
	);
});
