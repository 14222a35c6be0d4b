/** Cuts bytes into lines and finds a reply's id, without decoding or parsing what is only counted. */

/** Is given a line in place: the bytes are its own only during the call. */
export type OnLine = (bytes: Uint8Array, start: number, end: number) => void;

const newline = 10;

/** Returns a function that takes the next chunk and calls `onLine` for every line completed by it. */
export function createLineCutter(onLine: OnLine): (chunk: Uint8Array) => void {
	// A long line is gathered while its sender is still writing, so that joining it costs no time at its end.
	let held = new Uint8Array(1 << 16);
	let heldLength = 0;

	function hold(part: Uint8Array): void {
		if (heldLength + part.length > held.length) {
			const larger = new Uint8Array(Math.max(held.length * 2, heldLength + part.length));
			larger.set(held.subarray(0, heldLength));
			held = larger;
		}
		held.set(part, heldLength);
		heldLength += part.length;
	}

	return (chunk) => {
		let start = 0;
		let end = chunk.indexOf(newline);
		if (heldLength > 0 && end !== -1) {
			hold(chunk.subarray(0, end));
			onLine(held, 0, heldLength);
			heldLength = 0;
			start = end + 1;
			end = chunk.indexOf(newline, start);
		}
		while (end !== -1) {
			onLine(chunk, start, end);
			start = end + 1;
			end = chunk.indexOf(newline, start);
		}
		if (start < chunk.length) hold(chunk.subarray(start));
	};
}

/**
 * The numeric id of a reply, or -1 for anything else.
 *
 * Looks where servers put it: first, behind `"jsonrpc":"2.0"`, or last (the SDK). Any other order is parsed.
 */
export function idOf(bytes: Uint8Array, start: number, end: number): number {
	const id = leadingId(bytes, start) ?? trailingId(bytes, start, end) ?? parsedId(bytes, start, end);
	return id ?? -1;
}

function leadingId(bytes: Uint8Array, start: number): number | undefined {
	if (startsWith(bytes, start, leadingIdOnly)) return digitsFrom(bytes, start + leadingIdOnly.length);
	if (startsWith(bytes, start, leadingVersion)) return digitsFrom(bytes, start + leadingVersion.length);
	return undefined;
}

function trailingId(bytes: Uint8Array, start: number, end: number): number | undefined {
	let at = end - 2;
	while (at > start && isDigit(bytes[at])) at--;
	const from = at + 1 - idKey.length;
	return from > start && startsWith(bytes, from, idKey) ? digitsFrom(bytes, at + 1) : undefined;
}

function parsedId(bytes: Uint8Array, start: number, end: number): number | undefined {
	try {
		const message = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as { id?: unknown };
		return typeof message.id === "number" ? message.id : undefined;
	} catch {
		return undefined; // a stray line of output: whoever waits for a reply is told by its deadline
	}
}

const encoder = new TextEncoder();
const idKey = encoder.encode('"id":');
const leadingIdOnly = encoder.encode('{"id":');
const leadingVersion = encoder.encode('{"jsonrpc":"2.0","id":');

function startsWith(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
	for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
	return true;
}

function digitsFrom(bytes: Uint8Array, start: number): number | undefined {
	let value = 0;
	let at = start;
	for (; isDigit(bytes[at]); at++) value = value * 10 + (bytes[at] ?? 0) - 48;
	return at > start ? value : undefined;
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 48 && byte <= 57;
}
