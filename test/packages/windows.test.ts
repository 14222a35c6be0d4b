/** The manifests for the package managers of Windows. */
import { describe, expect, test } from "bun:test";

import packageJson from "../../package.json";
import { scoopManifest } from "../../scripts/packages/scoop.ts";
import { wingetManifests } from "../../scripts/packages/winget.ts";
import { targets } from "../../scripts/release/targets.ts";
import { madeRelease, required, sumOf } from "./made-release.ts";

const version = "2.0.0";
const repository = "https://github.com/asyrjasalo/dynamic-mcp";
const sums = { x64: sumOf(targets[4]!), arm64: sumOf(targets[7]!) };

function urlOf(machine: string, of = version): string {
	return `${repository}/releases/download/v${of}/dynamic-mcp-windows-${machine}.zip`;
}

describe("Scoop's manifest", () => {
	test("has the archives with their sums, both names, and how to find later versions", () => {
		const manifest: unknown = JSON.parse(scoopManifest(madeRelease(targets, { version })));
		expect(manifest).toEqual({
			version,
			description: packageJson.description,
			homepage: repository,
			license: "MIT",
			architecture: {
				"64bit": { url: urlOf("x86_64"), hash: sums.x64 },
				arm64: { url: urlOf("aarch64"), hash: sums.arm64 },
			},
			bin: ["dynamic-mcp.exe", ["dynamic-mcp.exe", "dmcp"]],
			checkver: { github: repository },
			autoupdate: {
				architecture: {
					"64bit": { url: urlOf("x86_64", "$version") },
					arm64: { url: urlOf("aarch64", "$version") },
				},
				hash: { url: "$baseurl/SHA256SUMS" },
			},
		});
	});

	test("leaves out a machine the release has nothing for", () => {
		const manifest = JSON.parse(scoopManifest(madeRelease(required))) as Record<string, Record<string, unknown>>;
		expect(Object.keys(manifest["architecture"]!)).toEqual(["64bit"]);
		expect(Object.keys(manifest["autoupdate"]!["architecture"]!)).toEqual(["64bit"]);
	});
});

/** Each manifest as it is read by others, by file name. */
function readWinget(present = targets): Record<string, unknown> {
	const manifests = wingetManifests(madeRelease(present, { version }));
	return Object.fromEntries(Array.from(manifests, ([name, text]) => [name, Bun.YAML.parse(text)]));
}

describe("winget's manifests", () => {
	const common = { PackageIdentifier: "asyrjasalo.dynamic-mcp", PackageVersion: version, ManifestVersion: "1.10.0" };

	test("have all that its schema wants, in three files", () => {
		expect(readWinget()).toEqual({
			"asyrjasalo.dynamic-mcp.yaml": { ...common, DefaultLocale: "en-US", ManifestType: "version" },
			"asyrjasalo.dynamic-mcp.installer.yaml": {
				...common,
				InstallerType: "zip",
				NestedInstallerType: "portable",
				NestedInstallerFiles: [{ RelativeFilePath: "dynamic-mcp.exe", PortableCommandAlias: "dynamic-mcp" }],
				Installers: [
					{ Architecture: "x64", InstallerUrl: urlOf("x86_64"), InstallerSha256: sums.x64.toUpperCase() },
					{ Architecture: "arm64", InstallerUrl: urlOf("aarch64"), InstallerSha256: sums.arm64.toUpperCase() },
				],
				ManifestType: "installer",
			},
			"asyrjasalo.dynamic-mcp.locale.en-US.yaml": {
				...common,
				PackageLocale: "en-US",
				Publisher: "The dynamic-mcp authors",
				PublisherUrl: repository,
				PublisherSupportUrl: `${repository}/issues`,
				PackageName: "dynamic-mcp",
				PackageUrl: repository,
				License: "MIT",
				LicenseUrl: `${repository}/blob/v${version}/LICENSE`,
				ShortDescription: packageJson.description,
				Moniker: "dynamic-mcp",
				Tags: packageJson.keywords,
				ReleaseNotesUrl: `${repository}/releases/tag/v${version}`,
				ManifestType: "defaultLocale",
			},
		});
	});

	test("leave out a machine the release has nothing for", () => {
		const { Installers } = readWinget(required)["asyrjasalo.dynamic-mcp.installer.yaml"] as { Installers: object[] };
		expect(Installers).toHaveLength(1);
	});

	test("name the schema that editors check them against", () => {
		const types = Array.from(wingetManifests(madeRelease()).values(), (text) => /^# .*\n\n/.exec(text)?.[0]);
		expect(types).toEqual(
			["version", "installer", "defaultLocale"].map(
				(type) => `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.1.10.0.schema.json\n\n`,
			),
		);
	});

	test("keep a sum that looks like a number a text", () => {
		const release = madeRelease(targets, { version });
		const files = release.files.map((file) => ({ ...file, sha256: `${"1".repeat(62)}e4` }));
		const text = wingetManifests({ ...release, files }).get("asyrjasalo.dynamic-mcp.installer.yaml")!;
		expect(text).toContain(`InstallerSha256: "${"1".repeat(62)}E4"`);
	});
});
