/** Makes text of servers safe to show on a terminal. Pure. */

/**
 * Without what a terminal takes for a command, and without marks that turn text around. Line breaks and tabs stay; what
 * joins characters (U+200C, U+200D) does, too.
 */
export function printable(text: string): string {
	const lines = Bun.stripANSI(text).replaceAll(/\r\n?/g, "\n");
	return lines.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => (kept.has(character) ? character : ""));
}

/** Of a field that should be a text, without blanks around it; empty for anything else. */
export function printableText(value: unknown): string {
	return typeof value === "string" ? printable(value).trim() : "";
}

const kept = new Set(["\n", "\t", "\u200C", "\u200D"]);
