/** The manifest for a Scoop bucket. */
import { fileFor, findFile, type Release } from "./release.ts";

/** The text of `bucket/dynamic-mcp.json`. With `autoupdate`, the bucket finds later versions and their sums by itself. */
export function scoopManifest(release: Release): string {
	const machines = [
		["64bit", fileFor(release, "windows-x86_64")],
		["arm64", findFile(release, "windows-aarch64")],
	] as const;
	const present = machines.flatMap(([machine, file]) => (file === undefined ? [] : [{ machine, file }]));
	const manifest = {
		version: release.version,
		description: release.description,
		homepage: release.homepage,
		license: release.license,
		architecture: Object.fromEntries(
			present.map(({ machine, file: { url, sha256 } }) => [machine, { url, hash: sha256 }]),
		),
		bin: ["dynamic-mcp.exe", ["dynamic-mcp.exe", "dmcp"]],
		checkver: { github: release.repositoryUrl },
		autoupdate: {
			architecture: Object.fromEntries(
				present.map(({ machine, file }) => [machine, { url: laterUrl(release, file.archive) }]),
			),
			hash: { url: "$baseurl/SHA256SUMS" },
		},
	};
	return `${JSON.stringify(manifest, undefined, 4)}\n`;
}

/** With the variable that Scoop puts the version in for. */
function laterUrl({ repositoryUrl }: Release, archive: string): string {
	return `${repositoryUrl}/releases/download/v$version/${archive}`;
}
