/** What the model pays before it does anything: the tokens of the `tools/list` result, with ten groups configured. */
import { handshake, resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import { groupNames } from "../config.ts";
import type { Contestant } from "../contestants.ts";
import { takeTurns } from "../rounds.ts";
import { failureNotes, lineOf, target } from "../row.ts";
import type { Row } from "../row.ts";
import { countTokens } from "../tokens.ts";

const patienceMs = 5000;

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
		return {
			lines: [
				lineOf("tools/list of 10 groups, tokens", "tokens", {
					bench,
					results,
					takesPart,
					show: ({ median }) => String(median),
				}),
			],
			targets: [
				target("tools/list of 10 groups", results.of("tokens", "dynamic-mcp")?.median, { atMost: 320 }, String),
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
