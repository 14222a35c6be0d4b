import { describe, expect, test } from "bun:test";

import { archiveName as released, executableName as releasedProgram, targets } from "../../scripts/release/targets.ts";
import {
	archiveName,
	executableName,
	fileUrl,
	latestUrl,
	parseBaseUrl,
	parseVersion,
	shown,
	taggedVersion,
} from "./release.ts";

test.each([
	["2.1.0", "2.1.0"],
	["v2.1.0", "2.1.0"],
	["2.1.0-rc.1", "2.1.0-rc.1"],
	["2.1.0+build.5", "2.1.0+build.5"],
	["2.1", undefined],
	["latest", undefined],
	["2.1.0 ", undefined],
	["2.1.0/../../x", undefined],
	["2.1.0\n", undefined],
	["vv2.1.0", undefined],
])("%j is read as the version %j", (text, version) => {
	expect(parseVersion(text)).toBe(version);
});

test.each(targets.map((target) => [target.name, target] as const))(
	"%s has the names the release gives it",
	(name, target) => {
		expect([archiveName(name), executableName(name)]).toEqual([released(target), releasedProgram(target)]);
	},
);

describe("addresses", () => {
	test.each(["https://host/releases", "https://host/releases/", "https://host/releases//"])("are below %s", (text) => {
		const base = parseBaseUrl(text, "x");
		expect(latestUrl(base).href).toBe("https://host/releases/latest");
		expect(fileUrl(base, "2.1.0", "SHA256SUMS").href).toBe("https://host/releases/download/v2.1.0/SHA256SUMS");
	});

	test("keep what a mirror needs, and a version is nothing but a name in them", () => {
		const base = parseBaseUrl("http://host:8080/a?token=1", "x");
		expect(fileUrl(base, "2.1.0+b", "f").href).toBe("http://host:8080/a/download/v2.1.0%2Bb/f?token=1");
	});

	test.each(["", "host/releases", "file:///releases", "ftp://host/"])("%j is none", (text) => {
		expect(() => parseBaseUrl(text, "DYNAMIC_MCP_DOWNLOAD_BASE_URL")).toThrow(
			`DYNAMIC_MCP_DOWNLOAD_BASE_URL: "${text}" is not an address`,
		);
	});

	test("are shown without a password", () => {
		expect(shown(new URL("https://ann:secret@host/x"))).toBe("https://host/x");
	});
});

test.each([
	["https://host/o/n/releases/tag/v2.1.0", "2.1.0"],
	["https://host/o/n/releases/tag/v2.1.0-rc.1", "2.1.0-rc.1"],
	["https://host/o/n/releases/tag/v2.1.0%2Bb", "2.1.0+b"],
	["https://host/o/n/releases/tag/nightly", undefined],
	["https://host/o/n/releases", undefined],
	["https://host/o/n/releases/latest", undefined],
])("%s is the page of %j", (url, version) => {
	expect(taggedVersion(new URL(url))).toBe(version);
});
