/** The memory of the program itself, at rest after `tools/list`, with ten groups configured. */
import type { Contestant } from "../contestants.ts";
import { descendantsOf, hasProc, readMemory } from "../processes.ts";
import { openContestant, takeTurns } from "../rounds.ts";
import type { Bench, Finish } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

/** Nothing tells when a program has come to rest, so each gets the same time. */
const restMs = 1000;

export const memoryRow: Row = {
	name: "memory",
	async run(bench) {
		if (!hasProc) return { lines: [], targets: [], notes: ["n/a, this system has no /proc"] };
		const takesPart = () => true;
		const started = new Map<string, number>();
		const results = await takeTurns({
			bench,
			takesPart,
			rounds: bench.quick ? 1 : 5,
			prepare: async (contestant) => () => rest(bench, contestant, started),
		});
		const source = { bench, results, takesPart, show: withRange(1) };
		return {
			lines: [lineOf("memory at rest, RSS MB", "rss", source), lineOf("memory at rest, PSS MB", "pss", source)],
			targets: [
				target("memory at rest: dynamic-mcp / empty (RSS)", ratioOf(results, "rss", "dynamic-mcp", "empty"), {
					atMost: 1.5,
				}),
			],
			notes: [
				...Array.from(started, ([label, count]) => `${label}: had started ${count} upstreams, not counted here`),
				...failureNotes(bench, results),
			],
		};
	},
};

async function rest(bench: Bench, contestant: Contestant, started: Map<string, number>): Promise<Finish> {
	const client = await openContestant(bench, contestant, "ten");
	const rested = Bun.sleep(restMs);
	return async () => {
		await rested;
		const { rssMb, pssMb } = readMemory(client.pid);
		const upstreams = descendantsOf(client.pid).length;
		if (upstreams > 0) started.set(contestant.label, upstreams);
		await client.stop();
		return { rss: [rssMb], pss: pssMb === undefined ? [] : [pssMb] };
	};
}
