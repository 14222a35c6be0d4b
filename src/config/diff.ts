/** Says what has to be done to get from one config to the next. Pure. */
import type { GroupConfig } from "./group.ts";

/** Names of groups. A group that is disabled counts as not there. */
export interface GroupChanges {
	removed: string[];
	added: string[];
	/** Must be restarted: it would be started another way, or be another server. */
	changed: string[];
	/** Runs on: the new definition differs only in what can be exchanged meanwhile, or in how it is written. */
	updated: string[];
}

/** `removed` is in the order of `before`, the others are in that of `after`. */
export function diffGroups(before: readonly GroupConfig[], after: readonly GroupConfig[]): GroupChanges {
	const old = enabledByName(before);
	const now = enabledByName(after);
	const kept = [...now.values()].filter(({ name }) => old.has(name));
	const differs = (part: (group: GroupConfig) => unknown) => (group: GroupConfig) => {
		const previous = old.get(group.name);
		return previous !== undefined && !Bun.deepEquals(part(previous), part(group));
	};
	const isChanged = differs(restartPart);
	const isDifferent = differs((group) => group);
	const namesOf = (groups: Iterable<GroupConfig>) => Array.from(groups, ({ name }) => name);
	return {
		removed: namesOf(old.values()).filter((name) => !now.has(name)),
		added: namesOf(now.values()).filter((name) => !old.has(name)),
		changed: namesOf(kept.filter(isChanged)),
		updated: namesOf(kept.filter((group) => !isChanged(group) && isDifferent(group))),
	};
}

function enabledByName(groups: readonly GroupConfig[]): Map<string, GroupConfig> {
	return new Map(groups.filter(({ server }) => server.enabled).map((group) => [group.name, group]));
}

/** Whatever is not named here needs a restart, fields that are yet to come included. */
function restartPart({ server, misconfigured }: GroupConfig): unknown {
	const { description: _, features: _f, timeoutMs: _t, startup: _s, idleTimeoutMs: _i, ...rest } = server;
	const { tools: _a, expose: _e, resultBudget: _r, discoveryBudget: _b, format: _o, ...restartPart } = rest;
	return { ...restartPart, misconfigured };
}
