/** Finds lines of a kept text. */
import type { Searched } from "./notices.ts";
import type { KeptText } from "./store.ts";

export interface Search {
	readonly text: KeptText;
	/** Where the first match at or behind `from` ends; -1 when there is none. */
	readonly find: (line: string, from: number) => number;
	/** What begins before this byte is not wanted. */
	readonly from: number;
	/** How many bytes the answer may have. */
	readonly room: number;
	/** Asked now and then; the search ends when it is. */
	readonly isLate: () => boolean;
}

const chunkBytes = 2 ** 20;

/** Of a longer line what is around each match counts as a line. */
const lineChars = 500;

const newline = 0x0a;

/** Undefined when the text is no longer there. */
export async function grep(search: Search): Promise<(Searched & { readonly answer: string }) | undefined> {
	const { text, isLate } = search;
	const collector = createCollector(search);
	let line = 1;
	let rest: Uint8Array = new Uint8Array();
	let at = 0;
	while (at < text.bytes && !isLate()) {
		const chunk = await text.read(at, at + chunkBytes);
		if (chunk === undefined) return undefined;
		const start = at - rest.length;
		at += chunk.length;
		const bytes = Buffer.concat([rest, chunk]);
		let from = 0;
		// A rest had no line's end in it.
		for (let end = bytes.indexOf(newline, rest.length); end !== -1; end = bytes.indexOf(newline, from)) {
			collector.look(bytes.toString("utf8", from, end), line++, start + from);
			from = end + 1;
		}
		rest = bytes.subarray(from);
	}
	const isDone = at >= text.bytes;
	if (isDone && rest.length > 0) collector.look(Buffer.from(rest).toString("utf8"), line, at - rest.length);
	return { ...collector.result(), searchedTo: isDone ? undefined : at - rest.length };
}

function createCollector({ find, from, room }: Search) {
	const shown: string[] = [];
	/** Of an excerpt on either side of a match, so that one of them always fits. */
	const aroundChars = Math.min(lineChars / 2, Math.max(10, Math.floor((room - 64) / 6)));
	let left = room;
	let found = 0;
	let next: number | undefined;

	function look(written: string, line: number, start: number): void {
		const text = written.endsWith("\r") ? written.slice(0, -1) : written;
		if (text.length <= aroundChars * 2) {
			if (start >= from && find(text, 0) !== -1) add(line, start, text);
			return;
		}
		let char = 0;
		let byte = start;
		for (let end = find(text, 0); end !== -1; end = find(text, char)) {
			const first = outsidePair(text, Math.max(char, end - aroundChars));
			const last = outsidePair(text, Math.min(text.length, end + aroundChars));
			byte += Buffer.byteLength(text.slice(char, first));
			const excerpt = text.slice(first, last);
			if (byte >= from) add(line, byte, `${first > 0 ? "…" : ""}${excerpt}${last < text.length ? "…" : ""}`);
			if (last >= text.length) return;
			byte += Buffer.byteLength(excerpt);
			char = last;
		}
	}

	function add(line: number, offset: number, text: string): void {
		found++;
		const printed = `${line} (${offset}): ${text}`;
		const bytes = Buffer.byteLength(printed) + 1;
		if (next === undefined && bytes <= left) {
			left -= bytes;
			shown.push(printed);
		} else next ??= offset;
	}

	return { look, result: () => ({ answer: shown.join("\n"), shown: shown.length, found, next }) };
}

/** `at`, or the place before it when it is between the halves of one character. */
function outsidePair(text: string, at: number): number {
	const code = text.charCodeAt(at);
	return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
