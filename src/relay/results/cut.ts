/** Finds where UTF-8 text can be cut, and reads it. Pure. */

const newline = 0x0a;

/** A cut goes back to a line's end for at most this share of the piece. */
const givenUpForLine = 0.2;

/** Whether the byte goes on with a character that began before it. */
const isInside = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** The start of the character that `at` is in. */
export function characterStart(bytes: Uint8Array, at: number): number {
	let start = Math.min(at, bytes.length);
	while (start > 0 && isInside(bytes[start])) start--;
	return start;
}

/**
 * Where a piece of at most `most` bytes from the start ends: between two characters, and behind the end of a line where
 * that costs little. At least one character, whatever `most` is.
 */
export function pieceEnd(bytes: Uint8Array, most: number): number {
	if (bytes.length <= most) return bytes.length;
	const end = characterStart(bytes, most);
	if (end === 0) return firstEnd(bytes);
	const line = bytes.lastIndexOf(newline, end - 1) + 1;
	return line >= end * (1 - givenUpForLine) ? line : end;
}

/** Where a piece of at most `most` bytes at the end begins, by the same rules. */
export function tailStart(bytes: Uint8Array, most: number): number {
	if (bytes.length <= most) return 0;
	let start = bytes.length - most;
	while (isInside(bytes[start])) start++;
	const line = bytes.indexOf(newline, start - 1) + 1;
	return line > 0 && line - start <= most * givenUpForLine ? line : start;
}

function firstEnd(bytes: Uint8Array): number {
	let end = 1;
	while (isInside(bytes[end])) end++;
	return end;
}

/** The text as it is: a mark at its beginning stays. */
export function decode(bytes: Uint8Array): string {
	return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
