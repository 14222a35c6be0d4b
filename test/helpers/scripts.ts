/** Programs that are not there from the beginning, or that become others under the same name. */
import { chmodSync, renameSync, writeFileSync } from "node:fs";

import type { ServerEntry } from "./servers.ts";

/** Puts a program at `path` that starts this server, in place of whatever is there. */
export function writeProgram(path: string, { command, args }: ServerEntry, mode = 0o755): void {
	const words = [command, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
	// Written beside it and moved there, so that nobody starts half of it.
	writeFileSync(`${path}.new`, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
	chmodSync(`${path}.new`, mode);
	renameSync(`${path}.new`, path);
}
