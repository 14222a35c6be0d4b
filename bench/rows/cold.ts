/** From starting the program to the first tool result of one of ten groups, with nothing known of any of them. */
import type { Contestant } from "../contestants.ts";
import { firstResult } from "../first-result.ts";
import { answersCalls, takeTurns } from "../rounds.ts";
import type { Bench } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

export const coldRow: Row = {
	name: "cold",
	async run(bench) {
		const results = await takeTurns({
			bench,
			takesPart: answersCalls,
			rounds: bench.quick ? 3 : 9,
			async prepare(contestant) {
				await startCold(bench, contestant); // fills the file cache of the system
				return () => startCold(bench, contestant);
			},
		});
		const source = { bench, results, show: withRange(1) };
		return {
			lines: [
				lineOf("cold start to a group's tools, ms", "shown", { ...source, takesPart: ({ kind }) => kind === "proxy" }),
				lineOf("cold start to its first result, ms", "result", { ...source, takesPart: answersCalls }),
			],
			targets: [
				target(
					"cold start to first result: dynamic-mcp / modular-mcp",
					ratioOf(results, "result", "dynamic-mcp", "modular-mcp"),
					{ below: 1 },
				),
			],
			notes: failureNotes(bench, results),
		};
	},
};

/** Only dynamic-mcp keeps what it has learned; to the others this is one start like any other. */
function startCold(bench: Bench, contestant: Contestant) {
	return firstResult(bench, contestant, { DYNAMIC_MCP_CACHE_DIR: bench.workspace.freshPath() });
}
