/**
 * Packs a release's archives. The same contents give the same bytes: names in order, no owners, and the same time
 * for every file.
 */
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type ZipOptions, zipSync } from "fflate";
import * as tar from "tar";

import { archiveName, executableName, type Target } from "./targets.ts";

const project = join(import.meta.dir, "..", "..");
const unix = 3;

export interface Contents {
	readonly target: Target;
	readonly executable: string;
	/** Text of THIRD-PARTY-LICENSES.md. */
	readonly licenses: string;
	/** What all files are dated. */
	readonly time: Date;
}

/** Returns the archive's path in `folder`. */
export async function pack(contents: Contents, folder: string): Promise<string> {
	const { target, time } = contents;
	const archive = join(folder, archiveName(target));
	const staging = await mkdtemp(join(folder, "pack-"));
	try {
		const names = await stage(contents, staging);
		const packed = join(staging, "archive");
		await writeFile(
			packed,
			target.format === "pe" ? await zip(staging, names, time) : await tarball(staging, names, time),
		);
		await rename(packed, archive);
	} finally {
		await rm(staging, { recursive: true });
	}
	return archive;
}

/** Puts the files of an archive into a folder; returns their names in the archive's order, the executable first. */
async function stage({ target, executable, licenses }: Contents, staging: string): Promise<string[]> {
	const program = executableName(target);
	await copyFile(executable, join(staging, program));
	await copyFile(join(project, "LICENSE"), join(staging, "LICENSE"));
	await copyFile(join(project, "README.md"), join(staging, "README.md"));
	await writeFile(join(staging, "THIRD-PARTY-LICENSES.md"), `${licenses}\n`);
	const texts = ["LICENSE", "README.md", "THIRD-PARTY-LICENSES.md"];
	await chmod(join(staging, program), 0o755);
	for (const name of texts) await chmod(join(staging, name), 0o644);
	return [program, ...texts];
}

async function tarball(folder: string, names: readonly string[], mtime: Date): Promise<Uint8Array> {
	const file = join(folder, "archive.tar");
	await tar.create({ file, cwd: folder, portable: true, mtime }, [...names]);
	// As small as zlib makes it at its best, in a third of the time.
	return Bun.gzipSync(await Bun.file(file).bytes(), { library: "libdeflate", level: 6 });
}

async function zip(folder: string, names: readonly string[], time: Date): Promise<Uint8Array> {
	const entries = await Promise.all(
		names.map(async (name) => {
			const mode = name.endsWith(".exe") ? 0o100755 : 0o100644;
			const options: ZipOptions = { os: unix, attrs: mode * 0x10000, mtime: localTime(time) };
			const entry: [Uint8Array, ZipOptions] = [await Bun.file(join(folder, name)).bytes(), options];
			return [name, entry] as const;
		}),
	);
	return zipSync(Object.fromEntries(entries), { level: 6 });
}

/** A zip archive knows no time zones: this is the moment whose local time is the given one's UTC. */
function localTime(time: Date): Date {
	return new Date(time.getTime() + time.getTimezoneOffset() * 60_000);
}
