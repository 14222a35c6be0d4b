/**
 * Code signatures of macOS executables: checks one, and makes one without a certificate ("ad hoc").
 *
 * macOS kills a program whose pages are not what its signature says. Bun signs what it compiles for Apple silicon, but
 * leaves the signature of its own executable, which no longer fits, in what it compiles for Intel.
 * The numbers' names are those of xnu's osfmk/kern/cs_blobs.h. A signature's numbers are big-endian.
 */
import { cString, viewOf } from "./bytes.ts";
import { readMachO, type Segment } from "./mach-o.ts";

export interface Signature {
	readonly identifier: string;
	/** Signed without a certificate: enough to run, also where the system refuses unsigned programs. */
	readonly isAdHoc: boolean;
	/** Of how many pages the hash was computed and found right. */
	readonly pages: number;
}

const magics = { embeddedSignature: 0xfade0cc0, codeDirectory: 0xfade0c02 };
const flags = { adHoc: 0x2, linkerSigned: 0x20000 };
const hashSha256 = 2;
const hashSize = 32;
const pageBits = 12;
const pageSize = 2 ** pageBits;
/** The version of the code directory that tells where the code is, and its size. */
const directoryVersion = 0x20400;
const directoryHeader = 88;
const signatureHeader = 20;
const mainBinary = 1n;

/** Throws when the file is not signed from end to end, or a page is not what was signed. */
export function checkSignature(bytes: Uint8Array): Signature {
	const { offset: start } = readMachO(bytes).signature;
	const view = viewOf(bytes.subarray(start));
	if (view.getUint32(0) !== magics.embeddedSignature) throw new Error("the code signature does not start as one");
	const blobs = Array.from({ length: view.getUint32(8) }, (_, index) => view.getUint32(16 + index * 8));
	const at = blobs.find((blob) => view.getUint32(blob) === magics.codeDirectory);
	if (at === undefined) throw new Error("the code signature has no code directory");
	const directory = bytes.subarray(start + at, start + at + view.getUint32(at + 4));
	const fields = viewOf(directory);
	return {
		identifier: cString(directory, fields.getUint32(20)),
		isAdHoc: (fields.getUint32(12) & flags.adHoc) !== 0,
		pages: checkPages(bytes, directory, start),
	};
}

function checkPages(bytes: Uint8Array, directory: Uint8Array, end: number): number {
	const view = viewOf(directory);
	const [hashBytes, hashType, , bits] = directory.subarray(36, 40);
	if (hashBytes !== hashSize || hashType !== hashSha256) throw new Error("the code signature's hashes are not SHA-256");
	if (bits !== pageBits) throw new Error(`the code signature's pages have 2^${bits} bytes, not 2^${pageBits}`);
	const limit = view.getUint32(32);
	if (limit !== end) throw new Error(`the code signature covers ${limit} bytes of ${end}`);
	const hashes = hashPages(bytes.subarray(0, end));
	const pages = hashes.length / hashSize;
	if (view.getUint32(28) !== pages) throw new Error(`the code signature has ${view.getUint32(28)} pages, not ${pages}`);
	const signed = directory.subarray(view.getUint32(16), view.getUint32(16) + hashes.length);
	const wrong = hashes.findIndex((byte, index) => byte !== signed[index]);
	if (wrong !== -1) throw new Error(`page ${Math.floor(wrong / hashSize)} of the Mach-O file is not what was signed`);
	return pages;
}

/** The file with a signature of its own in place of the one it has. */
export function signAdHoc(bytes: Uint8Array, identifier: string): Uint8Array {
	const { segments, signature, signatureCommand } = readMachO(bytes);
	const text = segmentNamed("__TEXT", segments);
	const linkEdit = segmentNamed("__LINKEDIT", segments);
	const size = signatureSize(signature.offset, identifier);
	const signed = new Uint8Array(signature.offset + size);
	signed.set(bytes.subarray(0, signature.offset));
	// The signature is the end of the last segment, and the headers that say so are signed as well.
	const view = viewOf(signed);
	const linkEditSize = signed.length - linkEdit.offset;
	view.setUint32(signatureCommand + 12, size, true);
	view.setBigUint64(linkEdit.command + 32, BigInt(Math.ceil(linkEditSize / pageSize) * pageSize), true);
	view.setBigUint64(linkEdit.command + 48, BigInt(linkEditSize), true);
	writeSignature(signed, signature.offset, identifier, text);
	return signed;
}

function segmentNamed(name: string, segments: readonly Segment[]): Segment {
	const segment = segments.find((each) => each.name === name);
	if (segment === undefined) throw new Error(`the Mach-O file has no segment ${name}`);
	return segment;
}

function signatureSize(limit: number, identifier: string): number {
	return signatureHeader + directoryHeader + identifier.length + 1 + Math.ceil(limit / pageSize) * hashSize;
}

function writeSignature(bytes: Uint8Array, limit: number, identifier: string, text: Segment): void {
	const size = bytes.length - limit;
	const hashes = hashPages(bytes.subarray(0, limit));
	const header = viewOf(bytes.subarray(limit));
	const fields = [magics.embeddedSignature, size, 1, 0, signatureHeader];
	for (const [index, field] of fields.entries()) header.setUint32(index * 4, field);
	const start = limit + signatureHeader;
	const directory = viewOf(bytes.subarray(start));
	const hashOffset = directoryHeader + identifier.length + 1;
	const directoryFields = [
		[0, magics.codeDirectory],
		[4, size - signatureHeader],
		[8, directoryVersion],
		// As a linker signs: such a signature may be replaced by a better one without being asked.
		[12, flags.adHoc | flags.linkerSigned],
		[16, hashOffset],
		[20, directoryHeader],
		[28, hashes.length / hashSize],
		[32, limit],
	] as const;
	for (const [at, field] of directoryFields) directory.setUint32(at, field);
	bytes.set([hashSize, hashSha256, 0, pageBits], start + 36);
	directory.setBigUint64(64, BigInt(text.offset));
	directory.setBigUint64(72, BigInt(text.size));
	directory.setBigUint64(80, mainBinary);
	bytes.set(new TextEncoder().encode(identifier), start + directoryHeader);
	bytes.set(hashes, start + hashOffset);
}

/** The hashes of all pages, one behind the other; the last page is as long as it is. */
function hashPages(bytes: Uint8Array): Uint8Array {
	const count = Math.ceil(bytes.length / pageSize);
	const hashes = new Uint8Array(count * hashSize);
	for (let page = 0; page < count; page++) {
		const content = bytes.subarray(page * pageSize, (page + 1) * pageSize);
		hashes.set(Bun.SHA256.hash(content) as Uint8Array, page * hashSize);
	}
	return hashes;
}
