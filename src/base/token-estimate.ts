/** How many tokens a text has, by its length. For where counting them one by one would take too long. Pure. */

export type TextKind = keyof typeof charactersPerToken;

/**
 * Of the o200k tokenizer, over the tools of 27 public servers (457 of them) and what they answer. Single servers lie
 * up to 15 % beside it; `src/base/token-estimate.test.ts` holds it to servers that are at hand.
 */
export const charactersPerToken = {
	/** Tools' definitions as JSON. */
	definitions: 4.5,
	/** What `get_dynamic_tools` answers, in its JSON envelope. */
	discovery: 4.6,
	/** The list of our own two tools. */
	menu: 4.4,
	/** What tools answer: prose, code, JSON in JSON. */
	result: 3.8,
} as const;

/** A whole number. */
export function estimateTokens(kind: TextKind, characters: number): number {
	return Math.round(characters / charactersPerToken[kind]);
}
