/** What the relay knows of a configured group. `cli/definitions.ts` makes these from the config. */

import type { Format } from "../catalog/layout.ts";

export interface Group {
	readonly name: string;
	/** As the user wrote it; undefined when the config has none. */
	readonly description: string | undefined;
	/** Why the group cannot be used until the config is changed; undefined when it can. */
	readonly unusable: string | undefined;
	/** `features` of the config. */
	readonly features: Features;
	/** Which of its tools stand in the client's own list. */
	readonly expose: Expose;
	/** How its tools are written for the model. */
	readonly format: Format;
	/** The most bytes of what `get_dynamic_tools` tells of the group; 0 is no limit. */
	readonly discoveryBudget: number;
	/** How many bytes of a call's text the model gets at once; 0 is no limit. */
	readonly resultBudget: number;
	/** `timeout` of the config, in milliseconds. */
	readonly timeoutMs: { readonly [feature in Feature]: number };
}

/** None, all, all when there are few in all groups together, or those that one of the patterns matches. */
export type Expose = "dynamic" | "direct" | "auto" | readonly string[];

/** What a server can offer, and the config can switch off. */
export type Feature = "tools" | "resources" | "prompts";

export type Features = { readonly [feature in Feature]: boolean };

/** Groups by name, in config order. */
export type Groups = ReadonlyMap<string, Group>;

/** The groups that can have tools, in config order: the ones the model is told of. */
export function toolGroups(groups: readonly Group[]): readonly Group[] {
	return groups.filter((group) => group.features.tools);
}

/** The groups with the feature, in config order, that can be used. */
export function usable(groups: readonly Group[], feature: Feature): readonly Group[] {
	return groups.filter(({ features, unusable }) => features[feature] && unusable === undefined);
}
