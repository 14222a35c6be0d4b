/** Counts tokens as the o200k models do. Loaded when needed: its tables take a while and are large. */

export async function countTokens(text: string): Promise<number> {
	const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
	return count(text);
}
