/** The same as a cold start, in a run like any but the first: what the groups offer was learned in an earlier one. */
import { firstResult } from "../first-result.ts";
import { answersCalls, takeTurns } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

export const warmRow: Row = {
	name: "warm",
	async run(bench) {
		const results = await takeTurns({
			bench,
			takesPart: answersCalls,
			rounds: bench.quick ? 3 : 9,
			async prepare(contestant) {
				await firstResult(bench, contestant);
				return () => firstResult(bench, contestant);
			},
		});
		const source = { bench, results, show: withRange(1) };
		return {
			lines: [
				lineOf("warm start to a group's tools, ms", "shown", { ...source, takesPart: ({ kind }) => kind === "proxy" }),
				lineOf("warm start to its first result, ms", "result", { ...source, takesPart: answersCalls }),
			],
			targets: [
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
			],
			notes: failureNotes(bench, results),
		};
	},
};
