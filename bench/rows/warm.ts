/** The same as a cold start, in a run like any but the first: what the groups offer was learned in an earlier one. */
import type { Contestant } from "../contestants.ts";
import { firstResult, measureFirstResults } from "../first-result.ts";
import { ratioOf, target } from "../row.ts";
import type { Row } from "../row.ts";

export const warmRow: Row = {
	name: "warm",
	run(bench) {
		const start = (contestant: Contestant) => firstResult(bench, contestant);
		return measureFirstResults(bench, "warm", start, (results) => [
			target(
				"warm start to a group's tools: dynamic-mcp / sdk-proxy",
				ratioOf(results, "shown", "dynamic-mcp", "sdk-proxy"),
				{ below: 1 },
			),
			target(
				"warm start to first result: dynamic-mcp / modular-mcp",
				ratioOf(results, "result", "dynamic-mcp", "modular-mcp"),
				{ below: 1 },
			),
		]);
	},
};
