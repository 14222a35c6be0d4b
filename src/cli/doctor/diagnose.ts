/** Finds out why a server did not start. Pure: a table of rules, which are easy to add to. */
import type { Diagnosis, Facts, Rule } from "./facts.ts";
import { configRules } from "./rules-config.ts";
import { processRules } from "./rules-process.ts";
import { remoteRules } from "./rules-remote.ts";
import { stderrRules } from "./rules-stderr.ts";

/** What is wrong with the config or the command is certain; then what the server itself says; then what it did. */
export const rules: readonly Rule[] = [...configRules, ...remoteRules, ...stderrRules, ...processRules];

export function diagnose(facts: Facts): Diagnosis {
	for (const { problem, explain } of rules) {
		const found = explain(facts);
		if (found !== undefined) return { problem, ...found };
	}
	return {
		problem: "unknown",
		cause: `It failed during ${facts.phase}: ${facts.detail}.`,
		fix: ["See what `dynamic-mcp --log-level debug` tells when a client uses it."],
	};
}
