/** From starting the program to the first tool result of one of ten groups, with nothing known of any of them. */
import type { Contestant } from "../contestants.ts";
import { firstResult, measureFirstResults } from "../first-result.ts";
import { ratioOf, target } from "../row.ts";
import type { Row } from "../row.ts";

export const coldRow: Row = {
	name: "cold",
	run(bench) {
		// Only dynamic-mcp keeps what it has learned; to the others this is one start like any other.
		const start = (contestant: Contestant) =>
			firstResult(bench, contestant, { DYNAMIC_MCP_CACHE_DIR: bench.workspace.freshPath() });
		return measureFirstResults(bench, "cold", start, (results) => [
			target(
				"cold start to first result: dynamic-mcp / modular-mcp",
				ratioOf(results, "result", "dynamic-mcp", "modular-mcp"),
				{ below: 1 },
			),
		]);
	},
};
