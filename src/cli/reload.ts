/** Follows the config file while the program runs. */
import { UserError } from "../base/errors.ts";
import { loadConfig } from "../config/load.ts";
import { watchConfig } from "../config/watch.ts";
import type { Program, Surroundings } from "./compose.ts";

/**
 * Applies what is in the file now, and from then on whenever its content changes. A file with a problem changes
 * nothing: the problem is logged, and what held before holds on.
 */
export function followConfig(path: string, { env, home }: Surroundings, { apply, emit }: Program): { close(): void } {
	let last = Promise.resolve();
	const reload = () => {
		// One after the other: of two saves in a row the later one must have the last word.
		last = last.then(load);
	};
	const watch = watchConfig({ path, onChange: reload });
	// The file may have changed between the start and now.
	reload();

	async function load(): Promise<void> {
		try {
			const { added, removed, changed, updated } = apply(await loadConfig(path, env, home));
			if (added.length + removed.length + changed.length + updated.length > 0) {
				emit({ kind: "config-applied", added, removed, changed });
			}
		} catch (error) {
			if (error instanceof UserError) {
				emit({ kind: "config", problem: `the changed config is not used, the one before holds on: ${error.message}` });
			} else emit({ kind: "internal", error });
		}
	}

	return watch;
}
