/** The upstreams of one program, by group. */
import type { Connection } from "../protocol/connection.ts";
import type { GroupDefinition, GroupParts } from "./definition.ts";
import { createGroup, type UpstreamGroup } from "./group.ts";
import type { State } from "./life.ts";

export interface Pool {
	/** The group's connection, if its server is running. */
	running(group: string): Connection | undefined;
	/** The group's connection, for somebody who needs it: see `UpstreamGroup.open`. */
	open(group: string): Promise<Connection>;
	/** The same for somebody who only looks; to be followed by `rest`. */
	openInPassing(group: string): Promise<Connection>;
	rest(group: string): void;
	state(group: string): State | undefined;
	/** Groups that are not among these any more are stopped, new ones added, and those in `restarted` started anew. */
	update(definitions: readonly GroupDefinition[], restarted: ReadonlySet<string>): void;
	/** Stops everything at once and for good. */
	close(): Promise<void>;
}

export function createPool(definitions: readonly GroupDefinition[], parts: GroupParts): Pool {
	let groups = new Map<string, UpstreamGroup>();
	/** Of groups that are gone, while their servers still stop. */
	const leaving = new Set<Promise<void>>();
	update(definitions, new Set());

	function update(wanted: readonly GroupDefinition[], restarted: ReadonlySet<string>): void {
		const before = groups;
		groups = new Map();
		for (const definition of wanted) {
			const kept = restarted.has(definition.name) ? undefined : before.get(definition.name);
			kept?.update(definition);
			groups.set(definition.name, kept ?? createGroup(definition, parts));
		}
		for (const [name, group] of before) if (groups.get(name) !== group) leave(group);
	}

	function leave(group: UpstreamGroup): void {
		const gone = group.close().finally(() => leaving.delete(gone));
		leaving.add(gone);
	}

	function find(name: string): UpstreamGroup {
		const group = groups.get(name);
		if (group === undefined) throw new Error(`no group "${name}" in the pool`);
		return group;
	}

	async function close(): Promise<void> {
		for (const group of groups.values()) leave(group);
		await Promise.all(leaving);
	}

	return {
		running: (name) => groups.get(name)?.running,
		open: async (name) => find(name).open(),
		openInPassing: async (name) => find(name).open(true),
		rest: (name) => groups.get(name)?.rest(),
		state: (name) => groups.get(name)?.state,
		update,
		close,
	};
}
