/**
 * Writes what Homebrew, Scoop, winget and npm need of a release:
 *
 *     bun scripts/package-managers.ts --release <folder with the archives and SHA256SUMS> --out <folder>
 *
 * makes `homebrew/dynamic-mcp.rb`, `scoop/dynamic-mcp.json`, `winget/*.yaml`, `npm/dynamic-mcp` and `npm/@dynamic-mcp/*`, the
 * latter to be published first.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import packageJson from "../package.json";
import { UserError } from "../src/base/errors.ts";
import { readArchive } from "./packages/archive.ts";
import { homebrewFormula } from "./packages/homebrew.ts";
import { mainFiles, type NpmFile, platformFiles, platformPackage } from "./packages/npm.ts";
import { parseRelease, type Release } from "./packages/release.ts";
import { scoopManifest } from "./packages/scoop.ts";
import { wingetManifests } from "./packages/winget.ts";

const project = join(import.meta.dir, "..");

async function main(args: readonly string[]): Promise<string> {
	const { folder, out } = parseOptions(args);
	const sums = Bun.file(join(folder, "SHA256SUMS"));
	if (!(await sums.exists())) throw new UserError(`${folder} has no SHA256SUMS`);
	const release = parseRelease(packageJson, await sums.text());
	await mkdir(out, { recursive: true });
	const temporary = await mkdtemp(join(out, "packages-"));
	try {
		await writeAll(release, folder, temporary);
		for (const name of await readdir(temporary)) {
			await rm(join(out, name), { recursive: true, force: true });
			await rename(join(temporary, name), join(out, name));
		}
	} finally {
		await rm(temporary, { recursive: true });
	}
	return `wrote the packages of version ${release.version} for ${release.files.length} platforms to ${out}\n`;
}

function parseOptions(args: readonly string[]): { folder: string; out: string } {
	const usage = "Run bun scripts/package-managers.ts --release <folder> --out <folder>.";
	try {
		const { values } = parseArgs({
			args: [...args],
			options: { release: { type: "string" }, out: { type: "string" } },
		});
		if (values.release !== undefined && values.out !== undefined) return { folder: values.release, out: values.out };
	} catch (error) {
		throw new UserError(error instanceof Error ? error.message : String(error), { cause: error, hint: usage });
	}
	throw new UserError("--release and --out are both needed", { hint: usage });
}

async function writeAll(release: Release, folder: string, out: string): Promise<void> {
	await writeText(join(out, "homebrew", "dynamic-mcp.rb"), homebrewFormula(release));
	await writeText(join(out, "scoop", "dynamic-mcp.json"), scoopManifest(release));
	for (const [name, text] of wingetManifests(release)) await writeText(join(out, "winget", name), text);
	// One after the other: each program is some 100 MB.
	for (const file of release.files) {
		const files = platformFiles(release, file.target, await readArchive(folder, file));
		await writePackage(join(out, "npm", platformPackage(file.target)), files);
	}
	const readme = await Bun.file(join(project, "README.md")).text();
	const license = await Bun.file(join(project, "LICENSE")).text();
	await writePackage(join(out, "npm", "dynamic-mcp"), mainFiles(release, { readme, license }));
}

async function writeText(path: string, text: string): Promise<void> {
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, text);
}

async function writePackage(folder: string, files: readonly NpmFile[]): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const { path, content, mode } of files) {
		await writeFile(join(folder, path), content);
		// Whatever the umask says: npm packs the modes as they are.
		await chmod(join(folder, path), mode);
	}
}

try {
	await Bun.write(Bun.stdout, await main(process.argv.slice(2)));
} catch (error) {
	if (!(error instanceof UserError)) throw error;
	const hint = error.hint === undefined ? "" : ` ${error.hint}`;
	await Bun.write(Bun.stderr, `${error.message}${hint === "" ? "" : `.${hint}`}\n`);
	process.exit(1);
}
