/** Follows the config file while the program runs. */
import { UserError } from "../base/errors.ts";
import { readConfigFile } from "../config/file.ts";
import { loadConfig } from "../config/load.ts";
import { watchConfig } from "../config/watch.ts";
import type { Program, Surroundings } from "./compose.ts";
import type { ConfigFile } from "./config-file.ts";

/**
 * Applies what is in the file whenever that is another text; `text` is the one that holds at the call. A file with a
 * problem changes nothing: the problem is logged, and what held before holds on.
 */
export async function followConfig(
	{ path, text }: ConfigFile,
	{ env, home }: Surroundings,
	{ apply, emit }: Program,
): Promise<void> {
	let last = Promise.resolve();
	const reload = () => {
		// One after the other: of two saves in a row the later one must have the last word.
		last = last.then(load);
	};
	watchConfig({ path, onChange: reload });
	// The file may have changed between the start and now; when it is gone, what held before holds on.
	const now = await readConfigFile(path).catch(() => text);
	if (now !== (await text)) reload();

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
}
