/** The three manifests for winget's community repository. */
import { fileFor, findFile, type Release } from "./release.ts";

/** Names the package for all time: winget cannot rename one. */
const identifier = "asyrjasalo.dynamic-mcp";

const locale = "en-US";

const manifestVersion = "1.10.0";

/** File name to text. */
export function wingetManifests(release: Release): ReadonlyMap<string, string> {
	return new Map([
		[`${identifier}.yaml`, print("version", release, { DefaultLocale: locale })],
		[`${identifier}.installer.yaml`, print("installer", release, installer(release))],
		[`${identifier}.locale.${locale}.yaml`, print("defaultLocale", release, description(release))],
	]);
}

function installer(release: Release): object {
	const machines = [
		["x64", fileFor(release, "windows-x86_64")],
		["arm64", findFile(release, "windows-aarch64")],
	] as const;
	return {
		InstallerType: "zip",
		NestedInstallerType: "portable",
		// One command only: winget refuses a second alias for the same file.
		NestedInstallerFiles: [{ RelativeFilePath: "dynamic-mcp.exe", PortableCommandAlias: "dynamic-mcp" }],
		Installers: machines.flatMap(([machine, file]) =>
			file === undefined
				? []
				: [{ Architecture: machine, InstallerUrl: file.url, InstallerSha256: file.sha256.toUpperCase() }],
		),
	};
}

function description(release: Release): object {
	const { author, bugs, homepage, license, repositoryUrl, version } = release;
	return {
		PackageLocale: locale,
		Publisher: author,
		PublisherUrl: homepage,
		PublisherSupportUrl: bugs,
		PackageName: "dynamic-mcp",
		PackageUrl: homepage,
		License: license,
		LicenseUrl: `${repositoryUrl}/blob/v${version}/LICENSE`,
		ShortDescription: release.description,
		Moniker: "dynamic-mcp",
		Tags: release.keywords,
		ReleaseNotesUrl: `${repositoryUrl}/releases/tag/v${version}`,
	};
}

function print(type: "version" | "installer" | "defaultLocale", { version }: Release, fields: object): string {
	const schema = `https://aka.ms/winget-manifest.${type}.${manifestVersion}.schema.json`;
	const all = {
		PackageIdentifier: identifier,
		PackageVersion: version,
		...fields,
		ManifestType: type,
		ManifestVersion: manifestVersion,
	};
	return `# yaml-language-server: $schema=${schema}\n\n${Bun.YAML.stringify(all, null, 2)}\n`;
}
