/** What a binary is told of itself when it is compiled; `src/cli/build.ts` reads it. */
import { join } from "node:path";

import type { Target } from "./targets.ts";

/** Made from the commit alone, its date too, so that two builds of one commit are the same, byte for byte. */
export async function buildConstants(target: Target): Promise<Record<string, string>> {
	// Git would choose a length that depends on how much of the history is there.
	const [commit = "", date = ""] = (await git("log", "-1", "--abbrev=9", "--format=%h %cs")).split(" ");
	const changes = commit === "" ? "" : await git("status", "--porcelain");
	return {
		BUILD_COMMIT: JSON.stringify(changes === "" ? commit : `${commit}+changes`),
		BUILD_DATE: JSON.stringify(date),
		BUILD_TARGET: JSON.stringify(target.name),
	};
}

/** When the commit was made; outside of a repository the first moment that a zip archive can express. */
export async function commitTime(): Promise<Date> {
	const seconds = await git("log", "-1", "--format=%ct");
	return seconds === "" ? new Date(Date.UTC(1980, 0, 1)) : new Date(Number(seconds) * 1000);
}

/** Empty outside of a repository: a build from a source archive knows no commit. */
async function git(...args: string[]): Promise<string> {
	const { stdout } = await Bun.$`git ${args}`
		.cwd(join(import.meta.dir, "..", ".."))
		.quiet()
		.nothrow();
	return stdout.toString().trim();
}
