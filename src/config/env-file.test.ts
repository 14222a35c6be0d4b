import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "../base/errors.ts";
import { readEnvFile } from "./env-file.ts";

const folder = mkdtempSync(join(tmpdir(), "dynamic-mcp-env-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
}

function failureOf(path: string): { message: string; hint: string | undefined } {
	try {
		readEnvFile(path);
	} catch (error) {
		if (error instanceof UserError) return { message: error.message, hint: error.hint };
		throw error;
	}
	throw new Error("nothing was thrown");
}

test("reads names and values, as written by any editor", () => {
	const lines = ["\uFEFFA=1", "# comment", "", "export B=two words", 'C="a\\nb" # comment', "D='$A'", "E=", "F=x=y"];
	expect(readEnvFile(file("all.env", lines.join("\r\n")))).toEqual({
		A: "1",
		B: "two words",
		C: "a\nb",
		D: "$A",
		E: "",
		F: "x=y",
	});
});

test("an empty file has no variables", () => {
	expect(readEnvFile(file("empty.env", ""))).toEqual({});
});

test("a missing file is named, with what to do", () => {
	const path = join(folder, "no", "such.env");
	expect(failureOf(path)).toEqual({
		message: `there is no envFile at ${path}`,
		hint: 'Create it, or correct "envFile" in the config.',
	});
});

test("a folder is named, with what to do", () => {
	expect(failureOf(folder)).toEqual({ message: `the envFile ${folder} is a folder`, hint: "Name the file in it." });
});

// The superuser may read everything, and Windows has no mode bits.
test.skipIf(process.getuid === undefined || process.getuid() === 0)("a file that may not be read is named", () => {
	const path = file("private.env", "A=1");
	Bun.spawnSync(["chmod", "000", path]);
	expect(failureOf(path)).toEqual({
		message: `no permission to read the envFile ${path}`,
		hint: "Make the file readable for you.",
	});
});
