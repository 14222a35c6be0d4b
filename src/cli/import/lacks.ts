/** What servers lack on this machine before they can be started, as the config's own check finds it. Pure. */
import type { Env } from "../../config/expand.ts";
import { parseGroup } from "../../config/group.ts";
import { defaultSettings } from "../../config/schema.ts";
import type { Entry } from "./same.ts";

export interface Lack {
	/** Of the group. */
	readonly name: string;
	/** A sentence without a full stop. */
	readonly what: string;
	/** The one that is not set, where that is it. */
	readonly variable?: string;
}

interface Surroundings {
	readonly env: Env;
	readonly home: string;
	/** Of the config. */
	readonly path: string;
}

export function lacksOf(name: string, entry: Entry, surroundings: Surroundings): Lack[] {
	const parsed = parseGroup(name, entry, { ...surroundings, settings: defaultSettings });
	if (!("group" in parsed) || parsed.group.misconfigured === undefined || !parsed.group.server.enabled) return [];
	return parsed.group.misconfigured.split("; ").map((reason) => {
		const [, field, variable] = /^(.+) uses \$\{(.+)\}, which is not set$/.exec(reason) ?? [];
		if (field === undefined || variable === undefined) return { name, what: reason };
		return { name, what: `set the variable ${variable}, which ${field} uses`, variable };
	});
}

/** Why a config with this entry would not load. */
export function problemOf(name: string, entry: Entry, surroundings: Surroundings): string | undefined {
	const parsed = parseGroup(name, entry, { ...surroundings, settings: defaultSettings });
	if (!("problems" in parsed)) return undefined;
	const own = parsed.problems.map((problem) => problem.replace(/^mcpServers(?:\.[^.:]+|\["[^"]*"\])[.:]?\s*/, ""));
	return own.join("; ");
}
