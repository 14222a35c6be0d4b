/** What the model pays before it does anything: the tokens of the `tools/list` result, with ten groups configured. */
import { handshake, resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import { groupNames } from "../config.ts";
import type { Contestant, ContestantKey } from "../contestants.ts";
import { takeTurns } from "../rounds.ts";
import { failureNotes, lineOf, target } from "../row.ts";
import type { Row } from "../row.ts";
import { countTokens } from "../tokens.ts";

const patienceMs = 5000;

/** What the others' texts of this configuration were measured to take; for where they cannot be started. */
const published: Partial<Record<ContestantKey, number>> = { dmcp: 580, "modular-mcp": 528 };

export const listingTokensRow: Row = {
	name: "tokens",
	async run(bench) {
		const takesPart = ({ kind }: Contestant) => kind === "proxy";
		const results = await takeTurns({
			bench,
			takesPart,
			rounds: 1,
			async prepare(contestant) {
				const client = bench.workspace.open(contestant.key, contestant.command(bench.workspace.configPath("ten")));
				const { text } = await handshake(client);
				return async () => ({ tokens: [await countTokens(await completeListing(client, text))] });
			},
		});
		const tokensOf = (key: ContestantKey) => results.of("tokens", key)?.median;
		const line = lineOf("tools/list of 10 groups, tokens", "tokens", {
			bench,
			results,
			takesPart,
			show: ({ median }) => String(median),
		});
		for (const [key, cell] of line.cells) {
			const known = published[key];
			if (cell === "-" && known !== undefined) line.cells.set(key, `${known} (published)`);
		}
		const ours = tokensOf("dynamic-mcp");
		const below = (key: ContestantKey, label: string) =>
			target(
				`tools/list of 10 groups, tokens of ${label}`,
				ours,
				{ below: tokensOf(key) ?? published[key] ?? 0 },
				String,
			);
		return {
			lines: [line],
			targets: [
				target("tools/list of 10 groups, tokens", ours, { atMost: 320 }, String),
				below("dmcp", "dynamic-mcp 1.5.0"),
				below("modular-mcp", "modular-mcp"),
			],
			notes: failureNotes(bench, results),
		};
	},
};

/** The result's text once every group is named in it: some name a group only after connecting to it. */
async function completeListing(client: Client, firstReply: string): Promise<string> {
	let text = firstReply;
	for (const end = performance.now() + patienceMs; performance.now() < end; await Bun.sleep(50)) {
		if (groupNames.every((name) => text.includes(name))) break;
		const reply = await client.request("tools/list", {});
		({ text } = reply);
	}
	if (!groupNames.every((name) => text.includes(name))) throw new Error("tools/list never named all groups");
	return JSON.stringify(resultOf({ text, at: 0 }));
}
