/** Finds lines of a kept text. */
import type { Searched } from "./notices.ts";
import type { Find } from "./pattern.ts";
import type { KeptText } from "./store.ts";

export interface Search {
	readonly text: KeptText;
	readonly find: Find;
	/** What begins before this byte is not wanted. */
	readonly from: number;
	/** How many bytes the answer may have. */
	readonly room: number;
	readonly mostLines: number;
	/** Asked now and then; the search ends when it is. */
	readonly isLate: () => boolean;
	/** Waited for now and then: a long line must not hold up everything else. */
	readonly pause: () => Promise<void>;
}

const chunkBytes = 2 ** 20;

/** Of a longer line what is around each match counts as a line. */
const lineChars = 500;

/** So many of them take some milliseconds. */
const excerptsInTurn = 2_000;

const newline = 0x0a;

/** Undefined when the text is no longer there. */
export async function grep(search: Search): Promise<(Searched & { readonly answer: string }) | undefined> {
	const { text, isLate, pause } = search;
	const collector = createCollector(search);
	let line = 1;
	/** Of a line whose end has not come yet. */
	let held: Uint8Array[] = [];
	let heldFrom = 0;
	for (let at = 0; at < text.bytes;) {
		if (isLate()) return { ...collector.result(), searchedTo: heldFrom };
		const chunk = await text.read(at, at + chunkBytes);
		if (chunk === undefined) return undefined;
		at += chunk.length;
		held.push(chunk);
		const isLast = at >= text.bytes;
		if (!isLast && !chunk.includes(newline)) continue;
		const bytes = Buffer.concat(held);
		let from = 0;
		for (let end = 0; end !== -1 && from < bytes.length; from = end + 1) {
			end = bytes.indexOf(newline, from);
			if (end === -1 && !isLast) break;
			const written = bytes.toString("utf8", from, end === -1 ? bytes.length : end);
			for (const reached of collector.look(written, line, heldFrom + from)) {
				await pause();
				if (isLate()) return { ...collector.result(), searchedTo: reached() };
			}
			line++;
		}
		held = [bytes.subarray(from)];
		heldFrom += from;
	}
	return { ...collector.result(), searchedTo: undefined };
}

function createCollector({ find, from, room, mostLines }: Search) {
	const shown: string[] = [];
	/** Of an excerpt on either side of a match, so that one of them always fits. */
	const aroundChars = Math.min(lineChars / 2, Math.max(10, Math.floor((room - 64) / 6)));
	let left = room;
	let found = 0;
	let next: number | undefined;

	/** Stops when others should have their turn, and says then up to which byte it has come. */
	function* look(written: string, line: number, start: number): Generator<() => number> {
		const text = written.endsWith("\r") ? written.slice(0, -1) : written;
		if (text.length <= aroundChars * 2) {
			if (start >= from && (yield* findFrom(text, 0, start)) !== -1) add(line, start, text);
			return;
		}
		let char = 0;
		let byte = start;
		for (let count = 1; ; count++) {
			const end = yield* findFrom(text, char, byte);
			if (end === -1) return;
			const first = outsidePair(text, Math.max(char, end - aroundChars));
			const last = outsidePair(text, Math.min(text.length, end + aroundChars));
			byte += Buffer.byteLength(text.slice(char, first));
			const excerpt = text.slice(first, last);
			if (byte >= from) add(line, byte, `${first > 0 ? "…" : ""}${excerpt}${last < text.length ? "…" : ""}`);
			if (last >= text.length) return;
			byte += Buffer.byteLength(excerpt);
			char = last;
			const reached = byte;
			if (count % excerptsInTurn === 0) yield () => reached;
		}
	}

	function* findFrom(text: string, char: number, byte: number): Generator<() => number, number> {
		let found = find(text, char);
		while (typeof found !== "number") {
			const { at } = found;
			yield () => byte + Buffer.byteLength(text.slice(char, at));
			found = found.goOn();
		}
		return found;
	}

	function add(line: number, offset: number, text: string): void {
		found++;
		const printed = `${line} (${offset}): ${text}`;
		const bytes = Buffer.byteLength(printed) + 1;
		if (next === undefined && bytes <= left && shown.length < mostLines) {
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
