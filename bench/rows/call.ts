/** One call after the other, each waiting for its reply. */
import { resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import type { Contestant } from "../contestants.ts";
import { answersCalls, openContestant, takeTurns } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withP90 } from "../row.ts";
import type { Row } from "../row.ts";

const callsPerRound = 100;
const warmUpCalls = 300;

export const callRow: Row = {
	name: "call",
	async run(bench) {
		const results = await takeTurns({
			bench,
			takesPart: answersCalls,
			rounds: bench.quick ? 5 : 15,
			async prepare(contestant) {
				const client = await openContestant(bench, contestant, "echo");
				await callRepeatedly(client, contestant, warmUpCalls);
				return async () => ({ call: await callRepeatedly(client, contestant, callsPerRound) });
			},
		});
		return {
			lines: [lineOf("one call, us", "call", { bench, results, takesPart: answersCalls, show: withP90(0) })],
			targets: [
				target("one call: dynamic-mcp / direct", ratioOf(results, "call", "dynamic-mcp", "direct"), { atMost: 1.6 }),
				target("one call: dynamic-mcp / dmcp", ratioOf(results, "call", "dynamic-mcp", "dmcp"), { below: 1 }),
			],
			notes: failureNotes(bench, results),
		};
	},
};

/** The microseconds of each call. */
export async function callRepeatedly(client: Client, contestant: Contestant, times: number): Promise<number[]> {
	const took: number[] = [];
	for (let i = 0; i < times; i++) {
		const params = contestant.call("echo", { text: `hello ${i}` });
		const from = Bun.nanoseconds();
		const reply = await client.request("tools/call", params);
		took.push((reply.at - from) / 1000);
		resultOf(reply);
		if (!reply.text.includes(`hello ${i}"`)) throw new Error(`not the echo of "hello ${i}": ${reply.text}`);
	}
	return took;
}
