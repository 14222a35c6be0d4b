/** Lists what is in a zip archive, with the Unix modes that unpackers of whole files leave out. */
import { viewOf } from "./bytes.ts";

export interface ZipEntry {
	readonly name: string;
	/** Permission bits; 0 when the archive was not made on Unix. */
	readonly mode: number;
}

// The numbers are those of PKWARE's APPNOTE, sections 4.3.12 and 4.3.16.
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const unix = 3;

/** Reads the central directory of an archive without a comment. */
export function listZip(bytes: Uint8Array): ZipEntry[] {
	const view = viewOf(bytes);
	const end = bytes.length - 22;
	if (end < 0 || view.getUint32(end, true) !== endOfDirectory) throw new Error("not a zip archive, or not a whole one");
	const entries: ZipEntry[] = [];
	let at = view.getUint32(end + 16, true);
	for (let left = view.getUint16(end + 10, true); left > 0; left--) {
		if (view.getUint32(at, true) !== directoryEntry) throw new Error("the zip archive's directory is damaged");
		const length = view.getUint16(at + 28, true);
		const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
		const isUnix = view.getUint8(at + 5) === unix;
		entries.push({ name, mode: isUnix ? (view.getUint32(at + 38, true) >>> 16) & 0o777 : 0 });
		at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
	}
	return entries;
}
