/** How many tokens a text has, by its length. For where counting them one by one would take too long. Pure. */

export type TextKind = keyof typeof charactersPerToken;

/**
 * Of the o200k tokenizer, over the 457 tools of the 27 public servers in `bench/retrieval/catalogs`; the test beside this
 * file holds it to them. Single servers lie up to a fifth beside it.
 */
export const charactersPerToken = {
	/** Tools' definitions as JSON. */
	definitions: 4.5,
	/** What `get_dynamic_tools` answers, in its JSON envelope. */
	discovery: 4.6,
	/** The list of our own two tools. */
	menu: 4.4,
	/** What tools answer: between 2.3 (a lock file) and 4.7 (JSON of words) over files of this repository, as a text in JSON. */
	result: 3.8,
} as const;

/** A whole number. */
export function estimateTokens(kind: TextKind, characters: number): number {
	return Math.round(characters / charactersPerToken[kind]);
}
