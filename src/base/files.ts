/** Reads and writes whole files, so that nobody ever sees half of one. */
import type { FileHandle } from "node:fs/promises";

import { hasCode } from "./errors.ts";

/** The text of a file, undefined when there is none. Rejects when it cannot be read, or is no UTF-8. */
export async function readFileIfThere(path: string): Promise<string | undefined> {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await Bun.file(path).bytes());
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw error;
	}
}

export interface WriteOptions {
	/** Of the new file, whatever an old one had. The umask takes from it, and never is there a moment with more. */
	readonly mode: number;
	/** The file has exactly this mode, whatever the umask, and is still there after a power cut. */
	readonly isLasting?: boolean;
	/** Called when all is done but the last step. When it rejects, so does the writing, and nothing has changed. */
	readonly beforeLast?: (temporary: string) => Promise<void>;
}

/**
 * Puts a file in place, its folder included, in one step: whoever reads it meanwhile, or after a crash of this
 * process at any moment, has the old text or the new one. A crash may leave a file that `temporaryTarget` knows.
 */
export async function writeFileAtomically(
	path: string,
	text: string | Uint8Array,
	options: WriteOptions,
): Promise<void> {
	// Loaded here because most runs write no file, and the start of the program need not wait for it.
	const [{ mkdir, open, rename, rm }, { dirname }] = await Promise.all([
		import("node:fs/promises"),
		import("node:path"),
	]);
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const temporary = `${path}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
	try {
		await fill(await open(temporary, "wx", options.mode), text, options);
		await options.beforeLast?.(temporary);
		await rename(temporary, path);
		if (options.isLasting) await keepNames(dirname(path));
	} catch (error) {
		// Whoever cannot write may not be able to remove either; the caller is told of the first failure.
		await rm(temporary, { force: true }).catch(() => {});
		throw error;
	}
}

async function fill(file: FileHandle, text: string | Uint8Array, { mode, isLasting }: WriteOptions): Promise<void> {
	try {
		if (isLasting) await file.chmod(mode);
		await file.writeFile(text);
		if (isLasting) await file.sync();
	} finally {
		await file.close();
	}
}

/** Puts a folder's list of names on the disk. */
async function keepNames(folder: string): Promise<void> {
	const { open } = await import("node:fs/promises");
	try {
		const handle = await open(folder, "r");
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	} catch {
		// Not every system can do that to a folder (Windows), and the file is in its place.
	}
}

/** The name of the file that a temporary file was to become; undefined when the name is no temporary file's of ours. */
export function temporaryTarget(name: string): string | undefined {
	return /^(.+)\.\d+-[0-9a-f]{8}\.tmp$/s.exec(name)?.[1];
}

/** No such file, or no such folder because something else has its name. */
function isMissing(error: unknown): boolean {
	return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}
