/** Files that hold secrets: they and their folder are their owner's alone, or they are not used at all. */
import { constants } from "node:fs";
import { access, chmod, type FileHandle, lstat, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { hasCode, UserError } from "../base/errors.ts";
import { temporaryTarget, writeFileAtomically } from "../base/files.ts";
import { type Facts, loosenessOf } from "./permissions.ts";

export interface PrivateFolder {
	readonly path: string;
	/** The names of what is in it and `isOurs`; none when there is no folder. */
	names(): Promise<string[]>;
	/** Undefined when there is no such file. */
	read(name: string): Promise<string | undefined>;
	/** In one step, and on the disk when it resolves. */
	write(name: string, text: string): Promise<void>;
	/** Also when there is none. */
	remove(name: string): Promise<void>;
	/** Sees to it that the folder is there and can be written to. */
	prepare(): Promise<void>;
}

export interface PrivateFolderOptions {
	/** Absolute. It is made when something is written, its parent as well, but not what that is in. */
	readonly path: string;
	/** Which names this program gives. What else is in the folder is left alone. */
	readonly isOurs: (name: string) => boolean;
}

/** More than any sign-in has. */
const maxBytes = 2 ** 20;
const hourMs = 60 * 60 * 1000;

/** All of its functions throw `UserError`, with what was found and what to do, when something is not its owner's alone. */
export function openPrivateFolder({ path, isOurs }: PrivateFolderOptions): PrivateFolder {
	/** True when the folder is there. Does not mind one that others can look into as long as nothing of ours is in it. */
	async function check(): Promise<boolean> {
		const facts = await stat(path).catch(undefinedIfMissing);
		if (facts === undefined) return false;
		if (!facts.isDirectory()) throw unusable(`${path} is not a folder`, "Move it away");
		const looseness = loosenessOf("folder", path, facts, process.getuid?.());
		if (looseness === undefined) return true;
		// An earlier version made it so. It is closed before the first secret goes in.
		if (looseness.isReadableOnly && !(await readdir(path)).some(isOurs)) return true;
		throw looseness.error;
	}

	async function names(): Promise<string[]> {
		return guarded("read", async () => ((await check()) ? (await readdir(path)).filter(isOurs).sort() : []));
	}

	async function read(name: string): Promise<string | undefined> {
		return guarded("read", async () => ((await check()) ? readPrivateFile(join(path, name)) : undefined));
	}

	async function write(name: string, text: string): Promise<void> {
		await prepare();
		await guarded("written to", async () => {
			const file = join(path, name);
			await writeFileAtomically(file, text, { mode: 0o600, isLasting: true });
			const looseness = loosenessOf("file", file, await lstat(file), process.getuid?.());
			if (looseness !== undefined) {
				await rm(file, { force: true });
				throw new UserError(
					`the file system of ${path} does not keep a file to its owner, so no sign-in is kept there`,
					{
						hint: 'Set "tokenStore": "keychain" in the settings, or have your home on another file system.',
					},
				);
			}
		});
	}

	async function remove(name: string): Promise<void> {
		await guarded("written to", async () => {
			if (await check()) await rm(join(path, name), { force: true });
		});
	}

	async function prepare(): Promise<void> {
		await guarded("written to", async () => {
			if (await check()) {
				if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o700);
			} else {
				await makeFolder(dirname(path));
				await makeFolder(path);
			}
			await access(path, constants.W_OK);
			await removeLeftovers();
		});
	}

	/** What processes left that were killed while they wrote: there may be a secret in it. */
	async function removeLeftovers(): Promise<void> {
		const left = (await readdir(path)).filter((name) => isOurs(temporaryTarget(name) ?? ""));
		for (const name of left) {
			const facts = await lstat(join(path, name)).catch(undefinedIfMissing);
			if (facts !== undefined && Date.now() - facts.mtimeMs > hourMs) await rm(join(path, name), { force: true });
		}
	}

	/** Puts into words what the system says. */
	async function guarded<T>(what: "read" | "written to", work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			// Whatever has no code is no answer of the system's.
			if (!(error instanceof Error && "code" in error)) throw error;
			throw new UserError(`the folder for sign-ins, ${path}, cannot be ${what}: ${error.message}`, {
				hint: "See that it and its disk can be written to by you, then try again.",
				cause: error,
			});
		}
	}

	return { path, names, read, write, remove, prepare };
}

async function makeFolder(path: string): Promise<void> {
	try {
		await mkdir(path, { mode: 0o700 });
	} catch (error) {
		if (hasCode(error, "EEXIST")) return;
		throw error;
	}
	// The umask may have taken too much.
	if (process.platform !== "win32") await chmod(path, 0o700);
}

async function readPrivateFile(path: string): Promise<string | undefined> {
	const file = await openAsItIs(path);
	if (file === undefined) return undefined;
	try {
		// What was opened is looked at, not what has the name by now.
		const facts = await file.stat();
		checkFile(path, facts);
		if (facts.size > maxBytes) throw unusable(`${path} has more than 1 MB, so it is no sign-in`, "Move it away");
		return await file.readFile("utf8");
	} finally {
		await file.close();
	}
}

/** Follows no link, and does not wait where the name is a pipe's. */
async function openAsItIs(path: string): Promise<FileHandle | undefined> {
	if ((await lstat(path).catch(undefinedIfMissing))?.isSymbolicLink()) throw linked(path);
	// Windows has neither of the two.
	const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
	try {
		return await open(path, flags);
	} catch (error) {
		if (hasCode(error, "ELOOP")) throw linked(path);
		return undefinedIfMissing(error);
	}
}

function checkFile(path: string, facts: Facts & { isFile(): boolean }): void {
	if (!facts.isFile()) throw unusable(`${path} is not a file`, "Move it away");
	const looseness = loosenessOf("file", path, facts, process.getuid?.());
	if (looseness !== undefined) throw looseness.error;
}

function undefinedIfMissing(error: unknown): undefined {
	if (!hasCode(error, "ENOENT")) throw error;
}

function linked(path: string): UserError {
	return unusable(`${path} is a symbolic link, and a sign-in is never read through one`, "Remove the link");
}

function unusable(message: string, remedy: string): UserError {
	return new UserError(message, { hint: `${remedy}, then try again.` });
}
