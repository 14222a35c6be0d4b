/** How tools are written for a model, in more or less detail. Types, and what the ways to write have in common. */
import { firstSentence } from "../base/text.ts";
import type { Tool } from "../protocol/mcp.ts";

export interface ToolWriter {
	/** All there is to say. */
	full(tool: Tool): string;
	/** What it takes to call the tool, and the first sentence of what it does; `full`, as above, when that is no longer. */
	brief(tool: Tool, full?: string): string;
	/** What the tool is for, without its parameters; `brief`, as above, when that is no longer. */
	purpose(tool: Tool, brief?: string): string;
	/**
	 * As much as fits into so many bytes, when `full` does not. What it takes to call the tool stays longest: first the
	 * description is cut, then what is said of single parameters goes, then optional parameters, then the types of
	 * required ones, and at the very last some of those. Says that something was left out.
	 */
	squeezed(tool: Tool, bytes: number): string;
}

/** Where something was left out, for the model to see. */
export const cutMark = "…";

export const maxSentence = 160;
export const maxPurpose = 80;

/** What a tool says it does, in a sentence. */
export function sentenceOf({ description, title }: Tool, cap: number): string {
	// A server may send anything.
	const text: unknown = description ?? title;
	return typeof text === "string" ? firstSentence(text, cap) : "";
}

/** The first of the texts that has at most so many bytes; the last one when none has. */
export function firstThatFits(texts: Iterable<string>, bytes: number): string {
	let last = "";
	for (const text of texts) {
		if (Buffer.byteLength(text) <= bytes) return text;
		last = text;
	}
	return last;
}
