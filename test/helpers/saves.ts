/** The ways in which editors and tools save a file. */
import { linkSync, readlinkSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Save = (path: string, text: string) => void | Promise<void>;

/** Long enough for whoever watches the file to look at it meanwhile. */
const gapMs = 30;

/** As most editors do it, and every tool that is afraid of losing data. */
export function saveByRename(path: string, text: string): void {
	writeFileSync(`${path}.tmp`, text);
	renameSync(`${path}.tmp`, path);
}

/** As `cat > file` does it: for a moment it is empty. */
export async function saveInPlace(path: string, text: string): Promise<void> {
	truncateSync(path);
	await Bun.sleep(gapMs);
	writeFileSync(path, text);
}

/** As vim does it with a backup: for a moment there is no file. */
export async function saveAnew(path: string, text: string): Promise<void> {
	linkSync(path, `${path}~`);
	rmSync(path);
	await Bun.sleep(gapMs);
	writeFileSync(path, text);
	rmSync(`${path}~`);
}

/** Saves what the link at `path` leads to. */
export function saveTarget(save: Save): Save {
	return (path, text) => save(readlinkSync(path), text);
}

/** As configuration managers do it: the new version is another file, and the link is turned to it. */
export function saveByTurningLink(path: string, text: string): void {
	const target = join(dirname(readlinkSync(path)), "next-version.json");
	writeFileSync(target, text);
	symlinkSync(target, `${path}.tmp`);
	renameSync(`${path}.tmp`, path);
}
