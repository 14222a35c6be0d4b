/** What a release is called and where its files are. Pure. */
import { UserError } from "../base/errors.ts";

/** `2.1.0` of `2.1.0` and `v2.1.0`; undefined for what is no version. */
export function parseVersion(text: string): string | undefined {
	return /^v?(?<version>\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?)$/.exec(text)?.groups?.["version"];
}

/** The release's file for a target: `dynamic-mcp-linux-x86_64.tar.gz`. */
export function archiveName(target: string): string {
	return `dynamic-mcp-${target}.${target.startsWith("windows-") ? "zip" : "tar.gz"}`;
}

/** The program's name inside the archive. */
export function executableName(target: string): string {
	return target.startsWith("windows-") ? "dynamic-mcp.exe" : "dynamic-mcp";
}

/** Under which the releases are. `source` says where the text was found. Throws `UserError` when it is no address. */
export function parseBaseUrl(text: string, source: string): URL {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url !== undefined && (url.protocol === "https:" || url.protocol === "http:")) return url;
	throw new UserError(`${source}: "${text}" is not an address`, { hint: "Use one that begins with https:// ." });
}

/** This address leads to that of the newest release's page. */
export function latestUrl(base: URL): URL {
	return below(base, "latest");
}

/** A file of a release. */
export function fileUrl(base: URL, version: string, file: string): URL {
	return below(base, `download/v${encodeURIComponent(version)}/${file}`);
}

/** The version of `…/tag/v2.1.0`; undefined for any other address. */
export function taggedVersion({ pathname }: URL): string | undefined {
	const tag = /\/tag\/(?<tag>v[^/]+)$/.exec(pathname)?.groups?.["tag"];
	return tag === undefined ? undefined : parseVersion(decodeURIComponent(tag));
}

/** As it may be shown: without a password. */
export function shown(url: URL): string {
	const copy = new URL(url);
	copy.username = "";
	copy.password = "";
	return copy.href;
}

function below(base: URL, path: string): URL {
	const url = new URL(base);
	url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
	return url;
}
