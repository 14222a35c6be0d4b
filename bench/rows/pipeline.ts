/** Thousands of calls sent without waiting for replies: what can pass through in a second. */
import { openBatch } from "../batch.ts";
import type { Client } from "../client.ts";
import type { Contestant } from "../contestants.ts";
import { answersCalls, openContestant, takeTurns } from "../rounds.ts";
import type { Bench } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target } from "../row.ts";
import type { Row } from "../row.ts";

const calls = 20_000;
/** Enough for those whose rate does not depend on it, or for a quick look at those who would take seconds. */
const fewCalls = 5000;
const warmUpCalls = 3000;
const callsPerWrite = 250;

export const pipelineRow: Row = {
	name: "pipeline",
	async run(bench) {
		const results = await takeTurns({
			bench,
			takesPart: answersCalls,
			rounds: bench.quick ? 3 : 5,
			pauseMs: 100,
			async prepare(contestant) {
				const client = await openContestant(bench, contestant, "echo");
				await pipeline(client, contestant, warmUpCalls);
				return async () => ({
					pipelined: [await pipeline(client, contestant, callsFor(contestant, bench))],
				});
			},
		});
		const versus = (other: "sdk-proxy" | "dmcp" | "modular-mcp", atLeast: number) =>
			target(`pipelined: dynamic-mcp / ${other}`, ratioOf(results, "pipelined", "dynamic-mcp", other), { atLeast });
		return {
			lines: [
				lineOf(`${calls} pipelined calls, thousands/s`, "pipelined", {
					bench,
					results,
					takesPart: answersCalls,
					show: ({ median, low, high }) => `${kilo(median)} (${kilo(low)}..${kilo(high)})`,
				}),
			],
			targets: [versus("sdk-proxy", 5), versus("dmcp", 20), versus("modular-mcp", 20)],
			notes: [
				...bench.contestants
					.filter((one) => one.absent === undefined && callsFor(one, bench) < calls)
					.map(({ label }) => `${label}: ${fewCalls} calls pipelined`),
				...failureNotes(bench, results),
			],
		};
	},
};

function callsFor({ slow }: Contestant, { quick }: Bench): number {
	return slow === "one at a time" || (slow === "in short runs" && quick) ? fewCalls : calls;
}

/** Calls per second, from the first byte sent to the last reply received. */
async function pipeline(client: Client, contestant: Contestant, count: number): Promise<number> {
	const { lines, replied, release } = openBatch(client, contestant, count);
	const writes = joinLines(lines);
	const from = Bun.nanoseconds();
	try {
		const [until] = await Promise.all([replied, sendAll(client, writes)]);
		return count / ((until - from) / 1e9);
	} finally {
		release();
	}
}

async function sendAll(client: Client, writes: Uint8Array[]): Promise<void> {
	for (const bytes of writes) await client.send(bytes);
}

/** Done before the clock starts. */
function joinLines(lines: string[]): Uint8Array[] {
	return Array.from({ length: Math.ceil(lines.length / callsPerWrite) }, (_, index) =>
		Buffer.from(lines.slice(index * callsPerWrite, (index + 1) * callsPerWrite).join("")),
	);
}

const kilo = (perSecond: number): string => (perSecond / 1000).toFixed(perSecond < 100_000 ? 1 : 0);
