/** What the relay knows of a configured group. `cli/definitions.ts` makes these from the config. */

export interface Group {
	readonly name: string;
	/** As the user wrote it; undefined when the config has none. */
	readonly description: string | undefined;
	/** Why the group cannot be used until the config is changed; undefined when it can. */
	readonly unusable: string | undefined;
	/** `features.tools` of the config. */
	readonly hasTools: boolean;
	readonly callTimeoutMs: number;
}

/** Groups by name, in config order. */
export type Groups = ReadonlyMap<string, Group>;

/** The groups that can have tools, in config order: the ones the model is told of. */
export function toolGroups(groups: readonly Group[]): readonly Group[] {
	return groups.filter((group) => group.hasTools);
}
