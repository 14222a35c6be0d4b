/** Takes secrets out of text. Every sink of events, and every text that quotes a server, goes through it. */

const mask = "[redacted]";

/**
 * Returns a function that replaces each of the secrets, wherever it stands. Longer ones go first.
 * `findSecrets` is asked once, at the first text.
 */
export function createRedactor(findSecrets: () => readonly string[]): (text: string) => string {
	let pattern: RegExp | undefined;
	return (text) => text.replace((pattern ??= patternOf(findSecrets())), mask);
}

function patternOf(secrets: readonly string[]): RegExp {
	const sorted = [...new Set(secrets)].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
	// Without any secret: a pattern that fits nothing, not even the empty text.
	return sorted.length === 0 ? /(?!)/g : new RegExp(sorted.map((secret) => RegExp.escape(secret)).join("|"), "g");
}
