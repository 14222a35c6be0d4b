/** Counts the starts of fixture servers by the lines that they append to a file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { eventually } from "./eventually.ts";
import type { TempDir } from "./temp-dir.ts";

export interface Starts {
	/** For the `env` of one or more servers. */
	readonly env: { STARTS_FILE: string };
	/** The process ids of all starts so far, in order. */
	pids(): number[];
	/** Resolves with the process ids when there are so many starts, or more. */
	reach(count: number): Promise<number[]>;
}

export function countStarts(directory: TempDir, name = "starts"): Starts {
	const path = join(directory.path, name);
	const pids = () => readLines(path).map(Number);
	return {
		env: { STARTS_FILE: path },
		pids,
		reach: (count) => eventually(pids, (found) => found.length >= count),
	};
}

/** The whole lines of a file that is still being written; none when there is no file. */
export function readLines(path: string): string[] {
	return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}
