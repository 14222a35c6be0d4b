/** The stems of all tools that are searched together: which there are, and how much each tells. Nothing here throws. */
import type { Fields } from "./search-fields.ts";

export interface Vocabulary {
	add(fields: Fields): void;
	has(stem: string): boolean;
	isInNames(stem: string): boolean;
	/** The rarer the most common of the stems is in names, summaries and groups, the more. */
	importanceOf(stems: readonly string[]): number;
}

export function createVocabulary(): Vocabulary {
	const known = new Set<string>();
	const inNames = new Set<string>();
	/** In how many tools a stem is, where it tells most. */
	const spread = new Map<string, number>();
	let tools = 0;
	return {
		add(fields) {
			tools += 1;
			for (const stem of Object.values(fields).flatMap(stemsIn)) known.add(stem);
			for (const stem of [fields.name, fields.joined].flatMap(stemsIn)) inNames.add(stem);
			const telling = new Set([fields.name, fields.summary, fields.group].flatMap(stemsIn));
			for (const stem of telling) spread.set(stem, (spread.get(stem) ?? 0) + 1);
		},
		has: (stem) => known.has(stem),
		isInNames: (stem) => inNames.has(stem),
		importanceOf: (stems) => Math.log(1 + tools / (1 + Math.max(...stems.map((stem) => spread.get(stem) ?? 0)))),
	};
}

export const stemsIn = (field: string): string[] => field.split(" ").filter((stem) => stem !== "");
