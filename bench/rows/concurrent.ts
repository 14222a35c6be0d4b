/** Fifty calls that each take 100 ms upstream, at once, and a `ping` in the midst of them. */
import { resultOf } from "../client.ts";
import type { Client, Reply } from "../client.ts";
import type { Contestant } from "../contestants.ts";
import { answersCalls, openContestant, takeTurns } from "../rounds.ts";
import type { Samples } from "../rounds.ts";
import { failureNotes, lineOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

const calls = 50;
const sleepMs = 100;

export const concurrentRow: Row = {
	name: "concurrent",
	async run(bench) {
		const rounds = bench.quick ? 3 : 9;
		const takesPart = (one: Contestant) => answersCalls(one) && !(bench.quick && isOneAtATime(one));
		const pingRefused = new Set<string>();
		const results = await takeTurns({
			bench,
			takesPart,
			rounds: (one) => (isOneAtATime(one) ? 1 : rounds),
			async prepare(contestant) {
				const client = await openContestant(bench, contestant, "echo");
				await client.request("tools/call", contestant.call("sleep", { ms: 1 }));
				return () => callAtOnce(client, contestant, pingRefused);
			},
		});
		const source = { bench, results, takesPart };
		const found = (measure: string) => results.of(measure, "dynamic-mcp")?.median;
		return {
			lines: [
				lineOf(`${calls} calls of ${sleepMs} ms at once, ms`, "calls", { ...source, show: withRange(0) }),
				lineOf("ping meanwhile, ms", "ping", { ...source, show: withRange(1) }),
			],
			targets: [
				target(`${calls} calls of ${sleepMs} ms at once`, found("calls"), { below: 300 }, milliseconds),
				target("ping meanwhile", found("ping"), { below: 20 }, milliseconds),
			],
			notes: [
				...Array.from(pingRefused, (label) => `${label}: answers ping with an error`),
				...bench.contestants
					.filter((one) => answersCalls(one) && !takesPart(one))
					.map(({ label }) => `${label}: its calls one at a time take 5 s, left out by --quick`),
				...failureNotes(bench, results),
			],
		};
	},
};

async function callAtOnce(client: Client, contestant: Contestant, pingRefused: Set<string>): Promise<Samples> {
	const from = Bun.nanoseconds();
	const replies = Promise.all(
		Array.from({ length: calls }, () => client.request("tools/call", contestant.call("sleep", { ms: sleepMs }))),
	);
	replies.catch(() => {}); // told when they are awaited, after the ping
	await Bun.sleep(sleepMs / 4); // by now the calls wait upstream
	const pingFrom = Bun.nanoseconds();
	const ping = await client.request("ping", {});
	if (isError(ping)) pingRefused.add(contestant.label);
	const all = await replies;
	for (const reply of all) resultOf(reply);
	const last = Math.max(...all.map(({ at }) => at));
	return { calls: [(last - from) / 1e6], ping: [(ping.at - pingFrom) / 1e6] };
}

/** Its round takes five seconds, as long as those of all the others together. */
const isOneAtATime = ({ slow }: Contestant): boolean => slow === "one at a time";

function isError({ text }: Reply): boolean {
	return "error" in (JSON.parse(text) as object);
}

const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
