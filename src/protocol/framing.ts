/** Cuts a byte stream into lines, the framing of MCP's stdio transport. */

export interface LineCutter {
	push(chunk: Uint8Array): void;
	/** The stream has ended: a last line without its newline is handed on. */
	end(): void;
}

export interface LineCutterOptions {
	/** Longest line that is handed on, in bytes, newline not counted. */
	readonly maxBytes: number;
	/** One line without its line ending. Bytes that are not UTF-8 have become U+FFFD. Blank lines are skipped. */
	readonly onLine: (line: string) => void;
	/** A line was longer than `maxBytes`. It is dropped whole, but for its first characters; the next line is fine. */
	readonly onOversize: (head: string) => void;
	/** Offered every line of 1 MB or more as it is, undecoded; when it returns false, the line goes to `onLine`. */
	readonly onLongLine?: (pieces: readonly Uint8Array[]) => boolean;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const openBrace = 0x7b;
const byteOrderMark = 0xfeff;

/** From here on it pays not to decode a line that is only forwarded. */
const longBytes = 2 ** 20;

/** Enough of a dropped line to find the id of the message in it. */
const headBytes = 256;

export function createLineCutter({ maxBytes, onLine, onOversize, onLongLine }: LineCutterOptions): LineCutter {
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	/** The unfinished line, as it came: a character may be cut in half between two pieces. */
	let pieces: Uint8Array[] = [];
	let bytes = 0;
	/** The unfinished line is too long already; its rest is dropped. */
	let skipping = false;

	function push(chunk: Uint8Array): void {
		let rest = chunk;
		if (pieces.length > 0 || skipping) {
			const end = rest.indexOf(newline);
			if (end === -1) return keep(rest);
			keep(rest.subarray(0, end));
			endLine();
			rest = rest.subarray(end + 1);
		}
		const last = rest.lastIndexOf(newline);
		if (last !== -1) pushLines(rest.subarray(0, last));
		keep(rest.subarray(last + 1));
	}

	/** Whole lines, decoded together: much faster than one by one. */
	function pushLines(lines: Uint8Array): void {
		if (lines.byteLength > maxBytes) return pushEach(lines);
		for (const line of decoder.decode(lines).split("\n")) emit(line);
	}

	function pushEach(lines: Uint8Array): void {
		let rest = lines;
		for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
			keep(rest.subarray(0, end));
			endLine();
			rest = rest.subarray(end + 1);
		}
		keep(rest);
		endLine();
	}

	function keep(part: Uint8Array): void {
		if (skipping || part.byteLength === 0) return;
		pieces.push(part);
		bytes += part.byteLength;
		if (bytes <= maxBytes) return;
		skipping = true;
		onOversize(decoder.decode(join(pieces).subarray(0, headBytes)));
		pieces = [];
	}

	function endLine(): void {
		const line = pieces;
		const size = bytes;
		const wasSkipping = skipping;
		pieces = [];
		bytes = 0;
		skipping = false;
		if (wasSkipping || (size >= longBytes && onLongLine?.(line) === true)) return;
		emit(decoder.decode(join(line)));
	}

	function emit(line: string): void {
		if (line.charCodeAt(0) === byteOrderMark) return emit(line.slice(1));
		// Nearly every line starts with a brace, which is not blank.
		const isBlank = line.charCodeAt(0) !== openBrace && !/\S/.test(line);
		if (!isBlank) onLine(line.charCodeAt(line.length - 1) === carriageReturn ? line.slice(0, -1) : line);
	}

	return {
		push,
		end() {
			if (bytes > 0) endLine();
		},
	};
}

/** The pieces as one array; the only piece itself when there is no other. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
	const [first, ...others] = pieces;
	return others.length === 0 && first !== undefined ? first : Buffer.concat(pieces);
}
