/** What the readers of executables share. */

export function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text from an offset to the next zero byte. */
export function cString(bytes: Uint8Array, offset: number): string {
	const end = bytes.indexOf(0, offset);
	if (offset >= bytes.length || end === -1) throw new Error(`no text ends after offset ${offset}`);
	return new TextDecoder().decode(bytes.subarray(offset, end));
}
