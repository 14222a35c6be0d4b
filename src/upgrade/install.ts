/** Fetches one release, looks at it from all sides, and only then puts it in the place of the installed program. */
import { chown, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { errorText, UserError } from "../base/errors.ts";
import { checkSum, sumIn } from "./checksum.ts";
import { type Download, download } from "./download.ts";
import { takeLock } from "./lock.ts";
import { type Receipt, writeReceipt } from "./receipt.ts";
import { archiveName, executableName, fileUrl, shown } from "./release.ts";
import { removeOldPrograms, renewAlias, replaceProgram, writeProgram } from "./replace.ts";
import { tryOut } from "./try-out.ts";
import { unpack } from "./unpack.ts";

export interface Installation {
	readonly base: URL;
	readonly version: string;
	/** Of the running build. */
	readonly target: string;
	readonly receipt: Receipt;
	readonly receiptFile: string;
	readonly isWindows: boolean;
	readonly download: Download;
	/** Takes away what `onProgress` has shown. */
	readonly onDownloaded: () => void;
}

/**
 * Resolves with what did not go quite as it should after the program was replaced, for the person to know.
 * When it rejects, the program and the receipt are what they were, and no file is left behind.
 */
export async function install(installation: Installation): Promise<string[]> {
	const { version, target, receipt, isWindows, download } = installation;
	// First, so that a folder that cannot be written to is found out before anything is downloaded.
	const lock = await takeLock(dirname(receipt.path));
	try {
		if (isWindows) await removeOldPrograms(receipt.path);
		const { archive, url } = await fetchArchive(installation);
		const fresh = join(lock.folder, executableName(target));
		await writeProgram(fresh, await unpack(archive, executableName(target), url));
		await tryOut(fresh, version, url);
		download.signal.throwIfAborted();
		await replaceProgram(fresh, receipt.path, isWindows);
		return await noteReplaced(installation);
	} finally {
		await lock.release();
	}
}

/** The archive of a release, whose sum is right. */
async function fetchArchive({ base, version, target, download: options, onDownloaded }: Installation) {
	const name = archiveName(target);
	const [sumsUrl, archiveUrl] = [fileUrl(base, version, "SHA256SUMS"), fileUrl(base, version, name)];
	const url = shown(archiveUrl);
	const { onProgress: _, ...quiet } = options;
	const list = await download(sumsUrl, quiet);
	if (list === undefined) {
		throw new UserError(`there is no release ${version}: ${shown(sumsUrl)} does not exist`, {
			hint: `The releases are listed at ${shown(base)} .`,
		});
	}
	const expected = sumIn(new TextDecoder().decode(list), name);
	if (expected === undefined) {
		throw new UserError(`release ${version} has no checksum of ${name} in ${shown(sumsUrl)}`, {
			hint: "Nothing has been changed: a file that cannot be checked is not installed. Try another version.",
		});
	}
	const archive = await download(archiveUrl, options).finally(onDownloaded);
	if (archive === undefined) {
		throw new UserError(`release ${version} has no file ${name}: ${url} does not exist`, {
			hint: "Nothing has been changed. The release may not be complete yet: try again later, or try another version.",
		});
	}
	checkSum(archive, expected, url);
	return { archive, url };
}

/** What is left to do once the new program is in its place; none of it can undo that. */
async function noteReplaced({
	base,
	version,
	target,
	receipt,
	receiptFile,
	isWindows,
}: Installation): Promise<string[]> {
	const troubles: string[] = [];
	if (!(await renewAlias(receipt.path, isWindows))) {
		troubles.push("The alias dmcp is still the old version: close the programs that run it, and upgrade with --force.");
	}
	try {
		const { uid, gid } = await stat(receiptFile);
		await writeReceipt(receiptFile, { ...receipt, version, target, baseUrl: base.href.replace(/\/+$/, "") });
		// With sudo, which may keep HOME, the person must still be able to read it afterwards.
		if (process.getuid?.() === 0) await chown(receiptFile, uid, gid);
	} catch (error) {
		const reason = errorText(error);
		troubles.push(`The receipt ${receiptFile} could not be written (${reason}): it still names ${receipt.version}.`);
	}
	return troubles;
}
