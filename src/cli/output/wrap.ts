/** Breaks text into lines that fit. Pure. */

/** As `wrap`, but a word that is longer than a line stays whole: a path is there to be copied. */
export function wrapWords(text: string, width: number): string[] {
	return text.split("\n").flatMap((line) => wrapLine(line.trimEnd(), Math.max(1, width), (word) => [word]));
}

/**
 * The lines of the text, each of at most `width` columns: broken between words, and within words that are longer than a
 * line. The indentation of a line is kept, and given to what is broken off it. Never empty.
 */
export function wrap(text: string, width: number): string[] {
	return text.split("\n").flatMap((line) => wrapLine(line.trimEnd(), Math.max(1, width)));
}

function wrapLine(line: string, width: number, split = breakWord): string[] {
	if (Bun.stringWidth(line) <= width) return [line];
	const found = /^ */.exec(line)?.[0] ?? "";
	const indent = found.length < width / 2 ? found : "";
	const room = width - indent.length;
	const lines: string[] = [];
	let current = "";
	for (const word of line.trimStart().split(/ +/)) {
		const longer = current === "" ? word : `${current} ${word}`;
		if (Bun.stringWidth(longer) <= room) {
			current = longer;
			continue;
		}
		if (current !== "") lines.push(current);
		const pieces = split(word, room);
		lines.push(...pieces.slice(0, -1));
		current = pieces.at(-1) ?? "";
	}
	if (current !== "") lines.push(current);
	return lines.map((each) => indent + each);
}

function breakWord(word: string, width: number): string[] {
	const pieces: string[] = [];
	let piece = "";
	for (const { segment } of new Intl.Segmenter().segment(word)) {
		if (piece !== "" && Bun.stringWidth(piece + segment) > width) {
			pieces.push(piece);
			piece = "";
		}
		piece += segment;
	}
	return [...pieces, piece];
}

/** The text on one line of at most `width` columns, with an ellipsis where something was left out. */
export function cut(text: string, width: number): string {
	const line = text.replaceAll(/\s+/g, " ").trim();
	if (Bun.stringWidth(line) <= width) return line;
	return `${(breakWord(line, width - 1)[0] ?? "").trimEnd()}…`;
}

/** As `wrap`, with the further lines of what begins with a dash below its text. */
export function wrapItems(texts: readonly string[], width: number): string[] {
	return texts.flatMap((text) => {
		if (!text.startsWith("- ")) return wrap(text, width);
		return wrap(text.slice(2), width - 2).map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`));
	});
}

/** Each line with blanks before it, but for empty ones. */
export function indent(lines: readonly string[], by: number): string[] {
	return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}
