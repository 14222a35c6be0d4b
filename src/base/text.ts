/** Measures, cuts and quotes text that somebody else wrote. Pure; no result has half a character that was whole before. */

/** In UTF-8. */
export function byteLength(text: string): number {
	return Buffer.byteLength(text);
}

/** At most `cap` characters, cut between words where possible, with an ellipsis where something was left out. */
export function shorten(text: string, cap: number): string {
	if (text.length <= cap) return text;
	const head = text.slice(0, Math.max(0, cap - 1));
	const space = head.lastIndexOf(" ");
	const cut = space > cap / 2 ? head.slice(0, space) : head;
	return `${withoutHalf(cut).replace(/[\s,;:.(-]+$/, "")}…`;
}

/** At most `bytes` bytes in UTF-8, at least 3 of them, with an ellipsis at the end where something was left out. */
export function cutToBytes(text: string, bytes: number): string {
	if (byteLength(text) <= bytes) return text;
	let end = Math.min(text.length, bytes);
	// A character takes one to three bytes for each of its units: this ends after a few rounds.
	for (let excess = 1; excess > 0 && end > 0; end -= Math.ceil(Math.max(0, excess) / 3)) {
		excess = byteLength(withoutHalf(text.slice(0, end))) + 3 - bytes;
	}
	return `${withoutHalf(text.slice(0, Math.max(0, end)))}…`;
}

/** The first sentence on one line, of at most `cap` characters; by default, whole. A dot before a small letter, as in `e.g. this`, ends none. */
export function firstSentence(text: string, cap = Number.POSITIVE_INFINITY): string {
	const [paragraph = ""] = text.trim().split(/\n\s*\n|\r\n\s*\r\n/, 1);
	const line = oneLine(paragraph);
	const [sentence] = /^.*?(?:[.!?](?=\s+[^\s\p{Ll}])|。)/u.exec(line) ?? [line];
	return shorten(sentence, cap);
}

export function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, " ").trim();
}

/** As one word for a POSIX shell. */
export function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A cut through a surrogate pair leaves half a character at the end. */
function withoutHalf(text: string): string {
	return text.replace(/[\uD800-\uDBFF]$/, "");
}
