/** From starting the program to `initialize` and `tools/list` answered, with ten groups configured. */
import { handshake } from "../client.ts";
import { groupNames } from "../config.ts";
import type { Contestant, ContestantKey } from "../contestants.ts";
import { takeTurns } from "../rounds.ts";
import type { Bench, Samples } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row } from "../row.ts";

export const startRow: Row = {
	name: "start",
	async run(bench) {
		const takesPart = () => true;
		const groupsNamed = new Map<ContestantKey, number>();
		const results = await takeTurns({
			bench,
			takesPart,
			rounds: bench.quick ? 4 : 15,
			async prepare(contestant) {
				await startOnce(bench, contestant, groupsNamed); // fills the file cache of the system
				return () => startOnce(bench, contestant, groupsNamed);
			},
		});
		const source = { bench, results, takesPart, show: withRange(1) };
		return {
			lines: [
				lineOf("start to initialize, ms", "initialize", source),
				lineOf("start to tools/list, ms", "tools/list", source),
			],
			targets: [
				target("start to tools/list: dynamic-mcp / empty", ratioOf(results, "tools/list", "dynamic-mcp", "empty"), {
					atMost: 1.6,
				}),
				target(
					"start to tools/list: modular-mcp / dynamic-mcp",
					ratioOf(results, "tools/list", "modular-mcp", "dynamic-mcp"),
					{ atLeast: 15 },
				),
				target(
					"start to initialize: dynamic-mcp / dmcp (the goal)",
					ratioOf(results, "initialize", "dynamic-mcp", "dmcp"),
					{ atMost: 1 },
				),
				target(
					"start to tools/list: dynamic-mcp / dmcp (the goal)",
					ratioOf(results, "tools/list", "dynamic-mcp", "dmcp"),
					{ atMost: 1 },
				),
			],
			notes: [...failureNotes(bench, results), ...incompleteNotes(bench.contestants, groupsNamed)],
		};
	},
};

async function startOnce(
	bench: Bench,
	contestant: Contestant,
	groupsNamed: Map<ContestantKey, number>,
): Promise<Samples> {
	const from = Bun.nanoseconds();
	const client = bench.workspace.open(contestant.key, contestant.command(bench.workspace.configPath("ten")));
	const { initialized, listed, text } = await handshake(client);
	await client.stop();
	const named = groupNames.filter((name) => new RegExp(`\\b${name}[:"]`).test(text)).length;
	groupsNamed.set(contestant.key, Math.min(named, groupsNamed.get(contestant.key) ?? named));
	return { initialize: [(initialized - from) / 1e6], "tools/list": [(listed - from) / 1e6] };
}

/** A quick answer that leaves groups out is not the same answer. */
function incompleteNotes(contestants: Contestant[], groupsNamed: Map<ContestantKey, number>): string[] {
	return contestants.flatMap(({ key, label, kind }) => {
		const named = groupsNamed.get(key);
		if (kind !== "proxy" || named === undefined || named === groupNames.length) return [];
		return [`${label}: its first tools/list named only ${named} of ${groupNames.length} groups`];
	});
}
