/** Shows one line of a config with a mark under the place that is meant, and without what may be a secret. Pure. */
import { maskedPieces } from "./mask.ts";
import type { Range } from "./places.ts";

export interface SourceLine {
	readonly text: string;
	/** Blanks and `^`, to stand under it. */
	readonly marks: string;
}

export interface ShownRange extends Range {
	/** A part of a value that may be shown because the message shows it. */
	readonly reveal?: string | undefined;
}

/** So much of a long line is looked at, on either side of the place. */
const reach = 200;

const hidden = "…";

/** At most `width` columns of the line that the range begins in. */
export function sourceLine(text: string, { offset, length, reveal }: ShownRange, width: number): SourceLine {
	const { from, to } = lineAt(text, offset);
	const start = Math.max(from, offset - reach);
	const end = Math.min(to, offset + reach);
	const pieces = maskedPieces(text, { start, end, lineStart: from }, reveal);
	let line = "";
	let first: number | undefined;
	let last = 0;
	const markEnd = Math.max(offset + 1, Math.min(offset + length, end));
	for (const piece of pieces) {
		const before = Bun.stringWidth(line);
		const isMeant = piece.to > offset && piece.from < markEnd;
		if (isMeant) {
			const shownBefore = piece.isShown
				? Bun.stringWidth(display(text.slice(piece.from, Math.max(piece.from, offset))))
				: 0;
			first ??= before + shownBefore;
			const upTo = piece.isShown ? Bun.stringWidth(display(text.slice(piece.from, Math.min(piece.to, markEnd)))) : 1;
			last = before + upTo;
		}
		line += piece.isShown ? display(text.slice(piece.from, piece.to)) : hidden;
	}
	// Behind the end of the line, where something is missing.
	first ??= Bun.stringWidth(line);
	return within(line, first, Math.max(last, first + 1), width);
}

/** The beginning and the end of the line, without its line break. */
export function lineAt(text: string, offset: number): { from: number; to: number } {
	let from = offset;
	while (from > 0 && !isBreak(text[from - 1])) from--;
	let to = offset;
	while (to < text.length && !isBreak(text[to])) to++;
	return { from, to };
}

const isBreak = (character: string | undefined) => character === "\n" || character === "\r";

/** A tab counts two columns; what a terminal would take for a command counts one. */
function display(text: string): string {
	return text.replaceAll("\t", "  ").replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u00B7");
}

function within(line: string, first: number, last: number, width: number): SourceLine {
	const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
	const total = Bun.stringWidth(line);
	const indent = /^ */.exec(line)?.[0].length ?? 0;
	// What is meant comes first; then as much before it as there is room for.
	const skip =
		total - Math.min(indent, first) <= width
			? Math.max(0, total - width)
			: Math.max(0, Math.min(first - Math.floor(width / 3), total - width + 1));
	let column = 0;
	let shown = "";
	for (const character of characters) {
		const wide = Bun.stringWidth(character);
		if (column >= skip && column + wide <= skip + width) shown += character;
		column += wide;
	}
	if (skip > 0) shown = hidden + shown.slice(1);
	if (total > skip + width) shown = shown.slice(0, -1) + hidden;
	const at = Math.max(0, first - skip);
	return {
		text: shown.trimEnd(),
		marks: " ".repeat(at) + "^".repeat(Math.max(1, Math.min(last, skip + width) - first)),
	};
}
