/** Groups as the relay knows them. */
import type { Group } from "../../src/relay/group.ts";

/** A group without a description that can be used and has tools, but for what `more` says. */
export const groupOf = (name: string, more: Partial<Group> = {}): Group => ({
	name,
	description: undefined,
	unusable: undefined,
	features: { tools: true, resources: true, prompts: true },
	expose: "dynamic",
	format: "signature",
	discoveryBudget: 8_000,
	resultBudget: 80_000,
	timeoutMs: { tools: 1_000, resources: 1_000, prompts: 1_000 },
	...more,
});
