/** Puts a new program in the place of the old one, which works on until the very moment, and after every failure. */
import { copyFile, link, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { aliasOf } from "./origin.ts";

/** Writes it where nobody runs it yet, and onto the disk, so that a power cut after the renaming leaves no empty file. */
export async function writeProgram(path: string, bytes: Uint8Array): Promise<void> {
	const file = await open(path, "wx", 0o755);
	try {
		await file.writeFile(bytes);
		// Whatever the umask took: the alias and other people's shells must be able to run it.
		await file.chmod(0o755);
		await file.sync();
	} finally {
		await file.close();
	}
}

/**
 * In one step; the processes that run the old one keep it. On Windows a program that runs cannot be written over, but it can
 * be renamed: so it is moved aside first, and back when the second step fails.
 */
export async function replaceProgram(fresh: string, target: string, isWindows: boolean): Promise<void> {
	if (!isWindows) return rename(fresh, target);
	await replaceMoving(target, () => rename(fresh, target));
}

/** On Windows the alias is a file of its own. False when there is one that could not be renewed. */
export async function renewAlias(target: string, isWindows: boolean): Promise<boolean> {
	const alias = aliasOf(target);
	if (!isWindows || !(await isFile(alias))) return true;
	try {
		// Not every file system has links.
		await replaceMoving(alias, () => link(target, alias).catch(() => copyFile(target, alias)));
		return true;
	} catch {
		return false; // The caller tells; the upgrade itself has worked.
	}
}

/** What earlier upgrades had to leave because it was running. What still runs stays. */
export async function removeOldPrograms(target: string): Promise<void> {
	const folder = dirname(target);
	const names = [basename(target), basename(aliasOf(target))];
	const isOld = (name: string) =>
		names.some((own) => name.startsWith(`${own}.`) && /^\.([0-9a-f]{8}\.)?old$/.test(name.slice(own.length)));
	const old = (await readdir(folder)).filter(isOld);
	await Promise.all(old.map((name) => removeIfPossible(join(folder, name))));
}

async function replaceMoving(path: string, put: () => Promise<void>): Promise<void> {
	const aside = (await isFile(`${path}.old`)) ? `${path}.${crypto.randomUUID().slice(0, 8)}.old` : `${path}.old`;
	await rename(path, aside);
	try {
		await put();
	} catch (error) {
		await rename(aside, path);
		throw error;
	}
	await removeIfPossible(aside);
}

/** A program that runs cannot be removed on Windows; the next upgrade tries again. */
async function removeIfPossible(path: string): Promise<void> {
	await rm(path, { force: true }).catch(() => {});
}

async function isFile(path: string): Promise<boolean> {
	return lstat(path).then(
		(found) => found.isFile(),
		() => false,
	);
}
