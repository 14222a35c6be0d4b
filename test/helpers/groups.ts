/** Groups as the relay knows them. */
import type { Group } from "../../src/relay/group.ts";

/** A group without a description that can be used and has tools, but for what `more` says. */
export const groupOf = (name: string, more: Partial<Group> = {}): Group => ({
	name,
	description: undefined,
	unusable: undefined,
	hasTools: true,
	callTimeoutMs: 1_000,
	...more,
});
