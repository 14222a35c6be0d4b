/** What the package managers are told of a release: the facts of `package.json`, and the release's files with their sums. */
import { UserError } from "../../src/base/errors.ts";
import { parseSums } from "../release/sums.ts";
import { archiveName, type Target, targets } from "../release/targets.ts";

export interface Release {
	readonly version: string;
	/** Of the version: `2.1.0-beta.1` is one. */
	readonly isPrerelease: boolean;
	readonly description: string;
	readonly homepage: string;
	readonly license: string;
	readonly author: string;
	/** As in `package.json`: `git+https://….git`. */
	readonly repository: { readonly type: string; readonly url: string };
	/** Where people read about the repository: `https://…`, without `.git`. */
	readonly repositoryUrl: string;
	readonly bugs: string;
	readonly keywords: readonly string[];
	/** One for every target whose archive is in the release. */
	readonly files: readonly ReleaseFile[];
}

export interface ReleaseFile {
	readonly target: Target;
	readonly archive: string;
	readonly url: string;
	/** Of the archive, in lower case. */
	readonly sha256: string;
}

/** The expression semver.org gives for a version, its prerelease in the only group. */
const semver =
	/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/;

/** `packageJson` is the parsed `package.json`, `sums` the text of `SHA256SUMS`. Throws `UserError`, naming what is wrong. */
export function parseRelease(packageJson: Readonly<Record<string, unknown>>, sums: string): Release {
	const text = (name: string) => textOf(packageJson, name);
	const version = text("version");
	const match = semver.exec(version);
	if (match === null) throw new UserError(`package.json: version is "${version}", which is not a version like 2.0.0`);
	const repository = repositoryOf(packageJson);
	const repositoryUrl = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
	return {
		version,
		isPrerelease: match[1] !== undefined,
		description: text("description"),
		homepage: text("homepage"),
		license: text("license"),
		author: text("author"),
		repository,
		repositoryUrl,
		bugs: text("bugs"),
		keywords: keywordsOf(packageJson),
		files: releaseFiles(parseSums(sums), `${repositoryUrl}/releases/download/v${version}`),
	};
}

/** The file for a target of this name, where the release has one. */
export function findFile(release: Release, targetName: string): ReleaseFile | undefined {
	return release.files.find(({ target }) => target.name === targetName);
}

/** The file for a target every release is built for. */
export function fileFor(release: Release, targetName: string): ReleaseFile {
	const file = findFile(release, targetName);
	if (file === undefined) throw new UserError(`the release has no archive for ${targetName}`);
	return file;
}

function releaseFiles(sums: ReadonlyMap<string, string>, folder: string): ReleaseFile[] {
	return targets.flatMap((target) => {
		const archive = archiveName(target);
		const sha256 = sums.get(archive);
		if (sha256 !== undefined) return [{ target, archive, url: `${folder}/${archive}`, sha256 }];
		if (target.isExtra) return [];
		throw new UserError(`SHA256SUMS does not name ${archive}`, { hint: "Build every target of the release first." });
	});
}

function textOf(values: Readonly<Record<string, unknown>>, name: string, where = "package.json"): string {
	const value = values[name];
	if (typeof value === "string" && value !== "") return value;
	throw new UserError(`${where}: ${name} must be a text, found ${JSON.stringify(value) ?? "nothing"}`);
}

function repositoryOf(packageJson: Readonly<Record<string, unknown>>): Release["repository"] {
	const value = packageJson["repository"];
	if (typeof value !== "object" || value === null) throw new UserError("package.json: repository must be an object");
	// Checked just above; its fields are checked where they are read.
	const fields = value as Readonly<Record<string, unknown>>;
	const where = "package.json: repository";
	const url = textOf(fields, "url", where);
	if (!/^git\+https:\/\/.+\.git$/.test(url)) {
		throw new UserError(`${where}: url is "${url}", which is not like git+https://….git`);
	}
	return { type: textOf(fields, "type", where), url };
}

function keywordsOf(packageJson: Readonly<Record<string, unknown>>): readonly string[] {
	const value: unknown = packageJson["keywords"];
	if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value;
	throw new UserError("package.json: keywords must be a list of texts");
}
