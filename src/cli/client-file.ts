/** Reads and writes other programs' config files: through symbolic links, in one step, and never over what somebody else has just written. */
import { constants } from "node:fs";
import { access, chown, lstat, mkdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { errorText, hasCode, UserError } from "../base/errors.ts";
import { writeFileAtomically } from "../base/files.ts";

export interface ClientFile {
	/** As it was asked for. */
	readonly path: string;
	/** Where it really is: behind all symbolic links. */
	readonly target: string;
	/** With its byte order mark, if it has one; undefined when there is no file. */
	readonly text: string | undefined;
	/** Permissions: those of the file, or those that a new one is to have. */
	readonly mode: number;
	readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/** No config is nearly as long; Claude Code's, with its histories, comes closest. */
const maxBytes = 10_000_000;

/** Throws `UserError` where there is something that is no text file, or that cannot be read. */
export async function readClientFile(path: string): Promise<ClientFile> {
	const target = await targetOf(path);
	const found = await explained(path, "read", () => ifThere(stat(target)));
	if (found === undefined) return { path, target, text: undefined, mode: 0o600, owner: undefined };
	if (found.isDirectory()) throw new UserError(`${path} is a folder, not a file`);
	if (!found.isFile()) throw new UserError(`${path} is no ordinary file`);
	if (found.size > maxBytes) {
		throw new UserError(`${path} is too long: ${Math.ceil(found.size / 1e6)} MB, of at most ${maxBytes / 1e6}`);
	}
	const text = decode(path, await explained(path, "read", () => readFile(target)));
	return { path, target, text, mode: found.mode & 0o7777, owner: { uid: found.uid, gid: found.gid } };
}

/**
 * Puts `text` in the place of what was read, in one step, with the same permissions; undefined removes the file. Throws `UserError` where it is
 * read-only, or is not what it was when it was read; then nothing has changed, and no file is left behind.
 */
export async function replaceClientFile(file: ClientFile, text: string | undefined): Promise<void> {
	const { path, target, mode, owner } = file;
	await checkWritable(file);
	if (text === undefined) {
		const { rm } = await import("node:fs/promises");
		await checkUnchanged(file);
		return await explained(path, "remove", () => rm(target, { force: true }));
	}
	const beforeLast = async (temporary: string) => {
		// With sudo the file stays the person's own.
		if (owner !== undefined && process.getuid?.() === 0) await chown(temporary, owner.uid, owner.gid);
		await checkUnchanged(file);
	};
	await explained(path, "write", () => writeFileAtomically(target, text, { mode, isLasting: true, beforeLast }));
}

/** Throws `UserError` where `replaceClientFile` would, as far as one can know beforehand. */
export async function checkWritable({ path, target, text, mode }: ClientFile): Promise<void> {
	const hint = "Make it writable, or edit it by hand.";
	if (text !== undefined && (mode & 0o222) === 0) throw new UserError(`${path} is read-only`, { hint });
	if (text !== undefined && !(await isAllowed(target))) throw new UserError(`${path} cannot be written to`, { hint });
	const folder = await nearestFolder(dirname(target));
	const isReadOnly = process.platform !== "win32" && ((await stat(folder)).mode & 0o222) === 0;
	if (isReadOnly || !(await isAllowed(folder))) {
		throw new UserError(`${path} cannot be written: its folder ${folder} is read-only`, {
			hint: "Make the folder writable.",
		});
	}
}

/** Keeps what was read as a file of its own in `folder`, for its owner alone, and says where. Undefined when there was no file. */
export async function backUp(
	{ path, text }: ClientFile,
	folder: string,
	now = new Date(),
): Promise<string | undefined> {
	if (text === undefined) return undefined;
	const time = now.toISOString().replaceAll(/[-:]/g, "").replace(/\..*$/, "");
	const backup = join(folder, `${time}-${crypto.randomUUID().slice(0, 8)}-${basename(path)}`);
	await explained(backup, "write", async () => {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		await writeFileAtomically(backup, text, { mode: 0o600, isLasting: true });
	});
	return backup;
}

/** Behind symbolic links; where there is nothing yet, behind those of the folders that are there. */
async function targetOf(path: string): Promise<string> {
	const link = await explained(path, "read", () => ifThere(lstat(path)));
	if (link === undefined) {
		const folder = await nearestFolder(dirname(path));
		return join(await realpath(folder), path.slice(folder.length));
	}
	try {
		return await realpath(path);
	} catch (cause) {
		if (hasCode(cause, "ENOENT") && link.isSymbolicLink()) {
			const hint = "Create that file, or remove the link.";
			throw new UserError(`${path} is a link to ${await readlink(path)}, which is not there`, { cause, hint });
		}
		throw unable(path, "read", cause);
	}
}

async function nearestFolder(folder: string): Promise<string> {
	const found = await ifThere(stat(folder));
	return found !== undefined || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function decode(path: string, bytes: Uint8Array): string {
	const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
	const hint = "Save it as UTF-8 in your editor.";
	if (isUtf16) throw new UserError(`${path} is written in UTF-16, not in UTF-8`, { hint });
	try {
		const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
		if (text.includes("\0")) throw new UserError(`${path} is no text: it has a zero byte`, { hint });
		return text;
	} catch (cause) {
		if (cause instanceof UserError) throw cause;
		throw new UserError(`${path} is not UTF-8`, { cause, hint });
	}
}

async function checkUnchanged({ path, target, text }: ClientFile): Promise<void> {
	const now = await ifThere(readFile(target));
	const isSame = now === undefined ? text === undefined : text !== undefined && now.equals(Buffer.from(text));
	if (isSame) return;
	throw new UserError(`${path} has just been changed by another program`, {
		hint: "Nothing has been written. Close the program that is at work in it, and run this again.",
	});
}

function isAllowed(path: string): Promise<boolean> {
	return access(path, constants.W_OK).then(
		() => true,
		() => false,
	);
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
	try {
		return await found;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return undefined;
		throw error;
	}
}

async function explained<T>(path: string, what: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		throw error instanceof UserError ? error : unable(path, what, error);
	}
}

function unable(path: string, what: string, cause: unknown): UserError {
	const reasons = [
		["EACCES", "this is not allowed"],
		["EPERM", "this is not allowed"],
		["EROFS", "the file system is read-only"],
		["ENOSPC", "the disk is full"],
		["ELOOP", "its symbolic links lead in a circle"],
		["ENOTDIR", "what should be a folder on the way to it is a file"],
		["ENAMETOOLONG", "the name is too long"],
	] as const;
	const known = reasons.find(([code]) => hasCode(cause, code))?.[1];
	return new UserError(`cannot ${what} ${path}: ${known ?? errorText(cause)}`, {
		cause,
	});
}
