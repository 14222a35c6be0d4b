import { describe, expect, test } from "bun:test";

import { parseSums } from "../../scripts/release/sums.ts";
import { targets } from "../../scripts/release/targets.ts";
import { madeRelease, required, sumOf } from "./made-release.ts";

const [first] = targets;

test("every archive is where users download it from, with its sum", () => {
	const { files } = madeRelease(targets, { version: "2.3.4" });
	expect(files.map(({ archive }) => archive)).toEqual([
		"dynamic-mcp-linux-x86_64.tar.gz",
		"dynamic-mcp-linux-x86_64-musl.tar.gz",
		"dynamic-mcp-macos-x86_64.tar.gz",
		"dynamic-mcp-macos-aarch64.tar.gz",
		"dynamic-mcp-windows-x86_64.zip",
		"dynamic-mcp-linux-aarch64.tar.gz",
		"dynamic-mcp-linux-aarch64-musl.tar.gz",
		"dynamic-mcp-windows-aarch64.zip",
	]);
	expect(files[0]).toEqual({
		target: first!,
		archive: "dynamic-mcp-linux-x86_64.tar.gz",
		url: "https://github.com/asyrjasalo/dynamic-mcp/releases/download/v2.3.4/dynamic-mcp-linux-x86_64.tar.gz",
		sha256: sumOf(first!),
	});
});

test("a release may do without the archives that are extra", () => {
	expect(madeRelease(required).files.map(({ target }) => target.name)).toEqual(required.map(({ name }) => name));
});

test.each(required.map((target) => [target.name, target] as const))("it may not do without %s", (name, missing) => {
	const present = targets.filter((target) => target !== missing);
	expect(() => madeRelease(present)).toThrow(`SHA256SUMS does not name dynamic-mcp-${name}.`);
});

describe("SHA256SUMS", () => {
	const sum = "a".repeat(64);

	test.each([
		["a sum that is too short", `${"a".repeat(63)}  file`],
		["a sum in upper case", `${"A".repeat(64)}  file`],
		["one space", `${sum} file`],
		["a mark for binary files", `${sum} *file`],
		["no name", sum],
		["a name in a folder", `${sum}  folder/file`],
		["a name with a space", `${sum}  a file`],
		["a Windows end of line", `${sum}  file\r`],
		["an empty line", ""],
	])("with %s is refused, and the line is named", (_, line) => {
		expect(() => parseSums(`${sum}  other\n${line}\n`)).toThrow(
			`SHA256SUMS: line 2 is "${line}", which is not 64 digits of lower-case hex, two spaces and a file name`,
		);
	});

	test("that names a file twice is refused", () => {
		expect(() => parseSums(`${sum}  file\n${sum}  file\n`)).toThrow(
			"SHA256SUMS: line 2 names file for the second time",
		);
	});
});

describe("package.json", () => {
	test.each(["2.0", "v2.0.0", "2.0.0.0", "02.0.0", "2.0.0-", "2.0.0-01", "latest", '2.0.0"\n'])(
		"with the version %j is refused",
		(version) => {
			expect(() => madeRelease(targets, { version })).toThrow(
				`package.json: version is "${version}", which is not a version like 2.0.0`,
			);
		},
	);

	test.each([
		["2.0.0", false],
		["2.0.0+build-1", false],
		["2.0.0-beta.1", true],
		["10.20.30-rc.1+build", true],
	])("says with the version %s whether it is a prerelease", (version, isPrerelease) => {
		expect(madeRelease(targets, { version }).isPrerelease).toBe(isPrerelease);
	});

	test.each([
		["description", undefined, "package.json: description must be a text, found nothing"],
		["homepage", "", 'package.json: homepage must be a text, found ""'],
		["license", { type: "MIT" }, 'package.json: license must be a text, found {"type":"MIT"}'],
		["author", null, "package.json: author must be a text, found null"],
		["bugs", 1, "package.json: bugs must be a text, found 1"],
		["keywords", ["a", 1], "package.json: keywords must be a list of texts"],
		["repository", "github:a/b", "package.json: repository must be an object"],
		[
			"repository",
			{ type: "git", url: "git@github.com:a/b" },
			'package.json: repository: url is "git@github.com:a/b", which is not like git+https://….git',
		],
	])("without a proper %s is refused", (name, value, message) => {
		expect(() => madeRelease(targets, { [name]: value })).toThrow(message);
	});
});
