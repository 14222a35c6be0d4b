/** Says which tools stand in the client's own list, how they are called there, and what they are. Pure. */
import { matchesAny } from "../base/globs.ts";
import type { Tool } from "../protocol/mcp.ts";
import { exposedDefinition } from "./exposure-definition.ts";
import { nameTools, type Target } from "./exposure-names.ts";
import type { Expose } from "./group.ts";
import { isWithin } from "./safe-schema-parts.ts";

export type { Target } from "./exposure-names.ts";

export interface ExposableGroup {
	/** No two groups have the same. */
	readonly name: string;
	/** What "auto" comes to has been decided: see `auto-exposure.ts`. */
	readonly expose: Exclude<Expose, "auto">;
	/** Those that may be used at all, in the server's order. */
	readonly tools: readonly Tool[];
}

export interface Exposure {
	/** What `tools/list` gives beside the meta tools: in the order of the groups, and of the tools within each. */
	readonly definitions: readonly Tool[];
	/** What is called by each name in `definitions`. */
	readonly targets: ReadonlyMap<string, Target>;
}

/** A definition beyond these would keep the whole list from being printed or read; the tool can still be called by its group. */
const limits = { depth: 1000, values: 1_000_000 };

/**
 * `nameTools` says how names come about and what can be relied on, `exposedDefinition` what a definition is like. Of tools
 * of a group with the same name the first one counts.
 */
export function exposeTools(groups: readonly ExposableGroup[], { isPrefixed }: { isPrefixed: boolean }): Exposure {
	const tools = groups.flatMap((group) =>
		exposedOf(group).map((definition) => ({ group: group.name, tool: definition.name, definition })),
	);
	const named = nameTools(tools, isPrefixed);
	return {
		definitions: named.map(([name, { definition }]) => exposedDefinition(definition, name)),
		targets: new Map(named.map(([name, { group, tool }]) => [name, { group, tool }])),
	};
}

function exposedOf({ expose, tools }: ExposableGroup): Tool[] {
	if (expose === "dynamic") return [];
	const isChosen = expose === "direct" ? () => true : matchesAny(expose);
	const byName = new Map<string, Tool>();
	for (const tool of tools) if (isChosen(tool.name) && !byName.has(tool.name)) byName.set(tool.name, tool);
	return [...byName.values()].filter((tool) => isWithin(tool, limits));
}
