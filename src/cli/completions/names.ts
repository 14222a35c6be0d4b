/** Names for the person who presses Tab: what is known without starting anything, and nothing when something is wrong. */
import { UserError } from "../../base/errors.ts";
import { nameFilter } from "../../base/globs.ts";
import { isObject } from "../../base/objects.ts";
import { cacheDirectory } from "../../catalog/cache-directory.ts";
import { createCatalogStore } from "../../catalog/store.ts";
import { fingerprintOf } from "../../config/fingerprint.ts";
import { type GroupConfig, parseConfig } from "../../config/load.ts";
import { openConfigFile } from "../config-file.ts";
import { printOut } from "../output/print.ts";
import type { Source } from "./model.ts";

/** One a line; `group` is whose tools or prompts are meant. */
export async function printNames(source: Source, group: string | undefined): Promise<void> {
	const names = await namesOf(source, group);
	// A name that no shell would take as one word is left out.
	const usable = names.filter((name) => /^[^\s\p{Cc}'"`$\\]+$/u.test(name));
	if (usable.length > 0) await printOut(usable.join("\n"));
}

async function namesOf(source: Source, group: string | undefined): Promise<string[]> {
	if (source === "clients") return (await import("../../clients/all.ts")).clients.map(({ id }) => id);
	try {
		const { groups, home } = await readConfig();
		if (source === "groups") return groups.map(({ name }) => name);
		const found = groups.find(({ name }) => name === group);
		return found === undefined ? [] : await offeredNames(found, source, home);
	} catch (error) {
		// This is no place for messages: the command itself will say what is wrong.
		if (error instanceof UserError) return [];
		throw error;
	}
}

async function readConfig(): Promise<{ groups: GroupConfig[]; home: string }> {
	const { path, home, text } = openConfigFile(undefined, process.env);
	const { groups } = parseConfig(await text, { path, env: process.env, home });
	return { groups: groups.filter(({ server }) => server.enabled), home };
}

/** As the proxy has last seen them. */
async function offeredNames(group: GroupConfig, list: "tools" | "prompts", home: string): Promise<string[]> {
	const directory = cacheDirectory(process.platform, process.env, home);
	const store = createCatalogStore({ directory, onProblem: () => {} });
	const offer = await store.read(fingerprintOf(group));
	const isWanted = list === "tools" ? nameFilter(group.server.tools ?? {}) : () => true;
	const names = (offer?.[list] ?? []).map((item) => (isObject(item) ? item["name"] : undefined));
	return names.filter((name) => typeof name === "string").filter(isWanted);
}
