/** From starting a proxy to the first work it has done: a group's tools shown, and one of them called. */
import { handshake, resultOf } from "./client.ts";
import type { Contestant } from "./contestants.ts";
import type { Bench, Samples } from "./rounds.ts";

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
