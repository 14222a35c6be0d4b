/**
 * The client that the conformance suite tests: it starts this with the URL of a server, which is then called through the
 * built program. Ends with exit code 0 only when the answers that reached the program's client are the right ones.
 */
import { goodTextOf } from "../helpers/messages.ts";
import { type Proxy, startProxy } from "../helpers/proxy.ts";

const group = "suite";

/** What is called in each scenario, after the group's tools have been looked up, and what must come back. */
const calls: Record<string, { tool: string; args: Record<string, unknown>; answer: string } | undefined> = {
	initialize: undefined,
	tools_call: { tool: "add_numbers", args: { a: 5, b: 3 }, answer: "The sum of 5 and 3 is 8" },
	"sse-retry": { tool: "test_reconnection", args: {}, answer: "Reconnection test completed successfully" },
};

const url = process.argv.at(-1) ?? "";
const scenario = process.env["MCP_CONFORMANCE_SCENARIO"] ?? "";
if (!(scenario in calls)) throw new Error(`nothing is known of the scenario "${scenario}"`);

await using proxy = await startProxy({ servers: { [group]: { type: "http", url } } });
await play(proxy);

async function play({ discover, callTool }: Proxy): Promise<void> {
	const shown = goodTextOf(await discover(group));
	const call = calls[scenario];
	if (call === undefined) return;
	mustHold(shown, `${call.tool}(`);
	mustHold(goodTextOf(await callTool(group, call.tool, call.args)), call.answer);
}

function mustHold(text: string, part: string): void {
	if (!text.includes(part)) throw new Error(`expected "${part}", found: ${text}`);
}
