import { describe, expect, test } from "bun:test";

import { notesFor, sectionsOf, upcomingNotes } from "./notes.ts";

const changelog = `# Changelog

What is new.

## Unreleased

- Soon.

## 2.1.0 (2026-12-24)

The second one.

- **A thing** is new.

### For those who build on it

- A name changed.

## 2.1.0-rc.1

- Nearly.

## 2.0.0

## 1.5.0

- Old.
`;

test("a section is what lies under its heading, headings of lower levels included", () => {
	expect(sectionsOf(changelog).map(({ version, isUnreleased }) => [version, isUnreleased])).toEqual([
		[undefined, true],
		["2.1.0", false],
		["2.1.0-rc.1", false],
		["2.0.0", false],
		["1.5.0", false],
	]);
	expect(sectionsOf(changelog)[1]!.text).toBe(
		"The second one.\n\n- **A thing** is new.\n\n### For those who build on it\n\n- A name changed.",
	);
});

describe("a tag's notes", () => {
	test.each([
		["2.1.0-rc.1", "- Nearly.\n"],
		["1.5.0", "- Old.\n"],
	])("are the section of %s and no other", (version, notes) => {
		expect(notesFor(`v${version}`, version, changelog)).toBe(notes);
	});

	test.each([
		["v2.2.0", "2.1.0", "the tag is v2.2.0, but package.json says version 2.1.0"],
		["2.1.0", "2.1.0", "the tag is 2.1.0, but package.json says version 2.1.0: tag v2.1.0"],
		["v3.0.0", "3.0.0", 'CHANGELOG.md has no section "## 3.0.0"'],
		["v2.0.0", "2.0.0", "CHANGELOG.md says nothing under the heading of 2.0.0"],
	])("are refused for %s of version %s", (tag, version, problem) => {
		expect(() => notesFor(tag, version, changelog)).toThrow(problem);
	});

	test("are refused while the changelog calls the version unreleased", () => {
		expect(() => notesFor("v2.0.0", "2.0.0", "## Unreleased: 2.0.0\n\n- New.\n")).toThrow(
			'CHANGELOG.md says that 2.0.0 is unreleased: name the section "## 2.0.0"',
		);
	});
});

describe("the notes of the release to come", () => {
	test("are its section, even while it is unreleased", () => {
		expect(upcomingNotes("2.0.0", "## Unreleased: 2.0.0\n\n- New.\n")).toBe("- New.\n");
		expect(upcomingNotes("1.5.0", changelog)).toBe("- Old.\n");
	});

	test("are what is unreleased where the version has no section yet", () => {
		expect(upcomingNotes("2.2.0", changelog)).toBe("- Soon.\n");
	});

	test("are refused where there are none", () => {
		expect(() => upcomingNotes("2.2.0", "## 1.0.0\n\n- Old.\n")).toThrow("nor an unreleased one");
	});
});

describe("on the command line", () => {
	function run(...args: string[]) {
		const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, `${import.meta.dir}/notes.ts`, ...args]);
		return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
	}

	test("this repository has notes for its next release", () => {
		const { exitCode, stdout } = run();
		expect(stdout).toContain("\n- **");
		expect(exitCode).toBe(0);
	});

	test("a tag that is not this repository's version ends with exit code 1, and says why on stderr", () => {
		const { exitCode, stdout, stderr } = run("v0.0.1");
		expect(stderr).toStartWith("release notes: the tag is v0.0.1, but package.json says version ");
		expect(stdout).toBe("");
		expect(exitCode).toBe(1);
	});
});
