import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import packageJson from "../../package.json";
import { homebrewFormula } from "../../scripts/packages/homebrew.ts";
import type { Release } from "../../scripts/packages/release.ts";
import { targets } from "../../scripts/release/targets.ts";
import { binaryPath, cleanEnvironment } from "../helpers/binary.ts";
import { openTempDir, type TempDir } from "../helpers/temp-dir.ts";
import { testWith } from "../helpers/tools.ts";
import { madeRelease, required, sumOf } from "./made-release.ts";
import { outputOf } from "./run.ts";

const testWithRuby = testWith("ruby");

/** What Homebrew would make of the formula on such a machine; `unpacked` is installed and tested as well. */
async function evaluate(
	directory: TempDir,
	release: Release,
	machine: readonly [system: string, cpu: string],
	unpacked?: string,
): Promise<unknown> {
	const formula = directory.write("Formula/dynamic-mcp.rb", homebrewFormula(release));
	const stub = join(import.meta.dir, "formula.rb");
	const command = ["ruby", "-W", stub, formula, ...machine, ...(unpacked === undefined ? [] : [unpacked])];
	return JSON.parse(await outputOf(command, { cwd: directory.path, env: cleanEnvironment(directory.path) })) as unknown;
}

function factsFor(targetName: string) {
	const target = targets.find(({ name }) => name === targetName)!;
	return {
		desc: packageJson.description,
		homepage: "https://github.com/asyrjasalo/dynamic-mcp",
		license: "MIT",
		livecheck: { url: "stable", strategy: "github_latest" },
		url: `https://github.com/asyrjasalo/dynamic-mcp/releases/download/v2.0.0/dynamic-mcp-${targetName}.tar.gz`,
		sha256: sumOf(target),
	};
}

describe("the formula", () => {
	testWithRuby.each([
		["macos", "arm", "macos-aarch64"],
		["macos", "intel", "macos-x86_64"],
		["linux", "arm", "linux-aarch64"],
		["linux", "intel", "linux-x86_64"],
	])("gives %s on %s the archive for %s", async (system, cpu, targetName) => {
		await using directory = openTempDir();
		const release = madeRelease(targets, { version: "2.0.0" });
		expect(await evaluate(directory, release, [system, cpu])).toEqual(factsFor(targetName));
	});

	testWithRuby("gives Linux on ARM nothing where the release has nothing for it", async () => {
		await using directory = openTempDir();
		const release = madeRelease(required, { version: "2.0.0" });
		const nothing = { ...factsFor("linux-aarch64"), url: undefined, sha256: undefined };
		expect(await evaluate(directory, release, ["linux", "arm"])).toEqual(nothing);
		expect(await evaluate(directory, release, ["linux", "intel"])).toEqual(factsFor("linux-x86_64"));
	});

	testWithRuby.each(["2.0.0-beta.1", "2.0.0+build"])(
		"names the version %s, which no URL gives away",
		async (version) => {
			await using directory = openTempDir();
			expect(await evaluate(directory, madeRelease(targets, { version }), ["macos", "arm"])).toMatchObject({ version });
		},
	);

	testWithRuby("installs the program under both names, and its own test passes", async () => {
		await using directory = openTempDir();
		directory.write("unpacked/THIRD-PARTY-LICENSES.md", "# Licenses\n");
		symlinkSync(binaryPath(), join(directory.path, "unpacked/dynamic-mcp"));
		await evaluate(directory, madeRelease(), ["linux", "intel"], join(directory.path, "unpacked"));
		const keg = join(directory.path, "keg");
		expect(readdirSync(join(keg, "bin")).sort()).toEqual(["dmcp", "dynamic-mcp"]);
		expect(readlinkSync(join(keg, "bin/dmcp"))).toBe("dynamic-mcp");
		expect(existsSync(join(keg, "share/doc/dynamic-mcp/THIRD-PARTY-LICENSES.md"))).toBe(true);
		expect(readFileSync(join(keg, "etc/bash_completion.d/bash"), "utf8")).toContain("complete -F _dynamic_mcp");
	});

	testWithRuby("has a test that fails for another version of the program", async () => {
		await using directory = openTempDir();
		directory.write("unpacked/THIRD-PARTY-LICENSES.md", "# Licenses\n");
		symlinkSync(binaryPath(), join(directory.path, "unpacked/dynamic-mcp"));
		const release = madeRelease(targets, { version: "99.0.0" });
		const evaluated = evaluate(directory, release, ["linux", "intel"], join(directory.path, "unpacked"));
		expect(await evaluated.catch((error: unknown) => String(error))).toContain("no dynamic-mcp 99.0.0  in dynamic-mcp");
	});
});

describe("a description is refused that", () => {
	test.each([
		["is longer than 80 characters", `One${"e".repeat(78)}`],
		["starts with an article", "A server"],
		["does not start with a capital letter", "one server"],
		["starts with the program's name", "Dynamic MCP server"],
		["ends with a full stop", "One server."],
	])("%s", (problem, description) => {
		expect(() => homebrewFormula(madeRelease(targets, { description }))).toThrow(
			`package.json: description "${description}" ${problem}, which Homebrew refuses`,
		);
	});

	test("would have to be escaped", () => {
		expect(() => homebrewFormula(madeRelease(targets, { description: "One #{`id`}" }))).toThrow("have to be escaped");
	});
});
