/**
 * What ten configured groups cost while nobody uses them: all processes, the proxy's own and the servers', and their
 * memory. dynamic-mcp is measured as it comes, and with `startup: "eager"`, which is what those do that start them all.
 */
import type { Client } from "../client.ts";
import { handshake } from "../client.ts";
import { configText } from "../config.ts";
import type { Contestant } from "../contestants.ts";
import { descendantsOf, hasProc, readMemory } from "../processes.ts";
import { openContestant, takeTurns } from "../rounds.ts";
import type { Bench, Finish, Samples } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

/** Longer than dynamic-mcp waits before it asks groups it knows nothing of: here it knows them all. */
const restMs = 3000;

const isProxy = ({ kind }: Contestant): boolean => kind === "proxy";
const isDynamicMcp = ({ key }: Contestant): boolean => key === "dynamic-mcp";

export const restRow: Row = {
	name: "rest",
	async run(bench) {
		if (!hasProc) return { lines: [], targets: [], notes: ["n/a, this system has no /proc"] };
		const eagerPath = await writeEagerConfig(bench);
		const results = await takeTurns({
			bench,
			takesPart: isProxy,
			rounds: bench.quick ? 1 : 3,
			prepare: async (contestant) => () => rest(bench, contestant, eagerPath),
		});
		const count = { bench, results, takesPart: isProxy, show: withRange(0) };
		const memory = { ...count, show: withRange(1) };
		return {
			lines: [
				lineOf("ten groups at rest, processes", "processes", count),
				lineOf("  RSS of them all, MB", "rss", memory),
				lineOf("ten groups, started eagerly, processes", "eager processes", { ...count, takesPart: isDynamicMcp }),
				lineOf("  RSS of them all, MB", "eager rss", { ...memory, takesPart: isDynamicMcp }),
			],
			targets: [
				target("ten groups at rest, processes", results.of("processes", "dynamic-mcp")?.high, { atMost: 1 }, String),
				target(
					"ten groups at rest, RSS: dynamic-mcp / modular-mcp",
					ratioOf(results, "rss", "dynamic-mcp", "modular-mcp"),
					{
						below: 1,
					},
				),
			],
			notes: failureNotes(bench, results),
		};
	},
};

/** The others know no settings, and are not asked to read this file. */
function writeEagerConfig({ workspace }: Bench): Promise<string> {
	const config = JSON.parse(configText("ten", workspace.serverPath("echo"))) as object;
	return workspace.write("ten-eager.json", JSON.stringify({ settings: { startup: "eager" }, ...config }));
}

async function rest(bench: Bench, contestant: Contestant, eagerPath: string): Promise<Finish> {
	const client = await openContestant(bench, contestant, "ten");
	const eager = isDynamicMcp(contestant)
		? bench.workspace.open(contestant.key, contestant.command(eagerPath))
		: undefined;
	if (eager !== undefined) await handshake(eager);
	const rested = Bun.sleep(restMs);
	return async () => {
		await rested;
		const samples: Samples = measureTree(client);
		await client.stop();
		if (eager === undefined) return samples;
		const { processes = [], rss = [] } = measureTree(eager);
		await eager.stop();
		return { ...samples, "eager processes": processes, "eager rss": rss };
	};
}

/** The process and everything below it. What they share counts for each: not PSS, which other contestants would lower. */
function measureTree({ pid }: Client): Samples {
	const pids = [pid, ...descendantsOf(pid)];
	return {
		processes: [pids.length],
		rss: [pids.reduce((total, each) => total + readMemory(each).rssMb, 0)],
	};
}
