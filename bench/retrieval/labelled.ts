/** The labelled set: real tool catalogs, and questions of which the right tools are known. */
import { join } from "node:path";

import type { SearchGroup } from "../../src/catalog/search-group.ts";

export interface Question {
	readonly query: string;
	/** `group/tool`; any one of them will do. */
	readonly tools: readonly string[];
}

export interface Labelled {
	readonly groups: readonly SearchGroup[];
	readonly tuning: readonly Question[];
	readonly heldOut: readonly Question[];
}

export async function readLabelled(): Promise<Labelled> {
	const paths = Array.from(new Bun.Glob("*.json").scanSync(join(import.meta.dir, "catalogs"))).sort();
	const groups = await Promise.all(
		paths.map((path): Promise<SearchGroup> => Bun.file(join(import.meta.dir, "catalogs", path)).json()),
	);
	const questions: readonly Question[] = await Bun.file(join(import.meta.dir, "questions.json")).json();
	return {
		groups,
		tuning: questions.filter(({ query }) => isForTuning(query)),
		heldOut: questions.filter(({ query }) => !isForTuning(query)),
	};
}

function isForTuning(query: string): boolean {
	const digest = new Bun.CryptoHasher("sha256").update(query).digest("hex");
	return Number.parseInt(digest.slice(0, 1), 16) % 2 === 0;
}

/** So many tools, by repeating the catalogs under other group names. */
export function enlarge(groups: readonly SearchGroup[], count: number): SearchGroup[] {
	const enlarged: SearchGroup[] = [];
	let missing = count;
	for (let round = 1; missing > 0; round++) {
		for (const { group, tools, ...rest } of groups) {
			const some = tools.slice(0, missing);
			missing -= some.length;
			if (some.length > 0) enlarged.push({ ...rest, group: round === 1 ? group : `${group}${round}`, tools: some });
		}
	}
	return enlarged;
}
