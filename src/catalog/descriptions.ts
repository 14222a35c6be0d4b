/** Describes a group by what its server offers, for when the config does not. Pure. */
import { isObject } from "../base/objects.ts";
import { firstSentence, oneLine, shorten } from "../base/text.ts";
import type { Offer } from "./offer.ts";

/** Of an offer what a description is made of; small, as it is read at the start. */
export interface Summary {
	/** What the server says of itself, in a sentence; empty when it says nothing. */
	readonly about: string;
	/** Names of all its tools. */
	readonly tools: readonly string[];
}

/** Every word is paid for in every conversation. */
const maxAbout = 120;
const maxNames = 60;

export function summarize({ serverInfo, instructions, tools }: Pick<Offer, "serverInfo" | "instructions" | "tools">) {
	const own = isObject(serverInfo) ? serverInfo["description"] : undefined;
	const said = [own, instructions].find((text): text is string => typeof text === "string" && text.trim() !== "");
	return { about: firstSentence(said ?? "", maxAbout), tools: tools.map(({ name }) => name) } satisfies Summary;
}

/** The same for the same summary. Undefined when there is nothing to say. */
export function describeSummary({ about, tools }: Summary, isWanted: (tool: string) => boolean): string | undefined {
	if (about !== "") return about;
	const [first, ...others] = tools.filter(isWanted).map(oneLine);
	if (first === undefined) return undefined;
	let names = shorten(first, maxNames);
	let count = 1;
	for (const name of others) {
		if (names.length + name.length + 2 > maxNames) break;
		names += `, ${name}`;
		count++;
	}
	return count === others.length + 1 ? names : `${names}, … (${others.length + 1} tools)`;
}

/** Whatever is no summary counts as none. */
export function parseSummary(text: string): Summary | undefined {
	const value: unknown = JSON.parse(text);
	if (!isObject(value)) return undefined;
	const { about, tools } = value;
	const isSound = Array.isArray(tools) && tools.every((name): name is string => typeof name === "string");
	return typeof about === "string" && isSound ? { about, tools } : undefined;
}
