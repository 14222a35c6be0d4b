/** From starting a proxy to the first work it has done: a group's tools shown, and one of them called. */
import { handshake, resultOf } from "./client.ts";
import type { Contestant } from "./contestants.ts";
import { answersCalls, takeTurns } from "./rounds.ts";
import type { Bench, Results, Samples } from "./rounds.ts";
import { failureNotes, lineOf, withRange } from "./row.ts";
import type { RowResult, Target } from "./row.ts";

/** One of the ten, neither the first nor the last to be started by those who start them all. */
const group = "slack";

/** The milliseconds since the start at which `shown` and then `result` were there. */
export async function firstResult(
	bench: Bench,
	contestant: Contestant,
	env: Record<string, string> = {},
): Promise<Samples> {
	const { workspace } = bench;
	const { key, discoveryTool, command, call } = contestant;
	const from = Bun.nanoseconds();
	const client = workspace.open(key, command(workspace.configPath("ten")), env);
	await handshake(client);
	const samples: Samples = {};
	if (discoveryTool !== undefined) {
		const shown = await client.request("tools/call", { name: discoveryTool, arguments: { group } });
		resultOf(shown);
		if (!shown.text.includes("was given")) throw new Error(`does not show the tools: ${shown.text.slice(0, 200)}`);
		samples["shown"] = [(shown.at - from) / 1e6];
	}
	const result = await client.request("tools/call", call("echo", { text: "first" }, group));
	resultOf(result);
	if (!result.text.includes("first")) throw new Error(`not the echo of "first": ${result.text.slice(0, 200)}`);
	await client.stop();
	return { ...samples, result: [(result.at - from) / 1e6] };
}

/** A row of such starts, after one of each that is not measured. `kind` is what the lines call them. */
export async function measureFirstResults(
	bench: Bench,
	kind: "cold" | "warm",
	start: (contestant: Contestant) => Promise<Samples>,
	targetsOf: (results: Results) => Target[],
): Promise<RowResult> {
	const results = await takeTurns({
		bench,
		takesPart: answersCalls,
		rounds: bench.quick ? 3 : 9,
		async prepare(contestant) {
			await start(contestant); // fills the file cache of the system, and what a contestant keeps
			return () => start(contestant);
		},
	});
	const source = { bench, results, show: withRange(1) };
	return {
		lines: [
			lineOf(`${kind} start to a group's tools, ms`, "shown", {
				...source,
				takesPart: (contestant) => contestant.kind === "proxy",
			}),
			lineOf(`${kind} start to its first result, ms`, "result", { ...source, takesPart: answersCalls }),
		],
		targets: targetsOf(results),
		notes: failureNotes(bench, results),
	};
}
