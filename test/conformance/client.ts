/**
 * The client that the conformance suite tests: it starts this with the URL of a server, which is then called through the
 * built program. Ends with exit code 0 only when the answers that reached the program's client are the right ones.
 */
import { goodTextOf } from "../helpers/messages.ts";
import { callTool, type Proxy, startProxy } from "../helpers/proxy.ts";

const group = "suite";

/** What is done in each scenario, after the group's tools have been looked up, and what must come back. */
const scenarios: Record<string, (proxy: Proxy, shown: string) => Promise<void> | void> = {
	initialize() {},
	tools_call: calling("add_numbers", { a: 5, b: 3 }, "The sum of 5 and 3 is 8"),
	"sse-retry": calling("test_reconnection", {}, "Reconnection test completed successfully"),
	"json-schema-ref-no-deref": async (proxy) => void (await schemaOf(proxy, "lookup_user")),
	async "json-schema-2020-12-preservation"(proxy) {
		const schema = await schemaOf(proxy, "json_schema_2020_12_tool");
		mustHold(goodTextOf(await callTool(proxy, "json_schema_echo", { schema })), "echoed");
	},
};

const url = process.argv.at(-1) ?? "";
const scenario = process.env["MCP_CONFORMANCE_SCENARIO"] ?? "";
const play = scenarios[scenario];
if (play === undefined) throw new Error(`nothing is known of the scenario "${scenario}"`);

const servers = { [group]: { type: "http", url, expose: "direct" } };
await using proxy = await startProxy({ servers, settings: { prefix: false } });
await play(proxy, goodTextOf(await proxy.discover(group)));

function calling(tool: string, args: Record<string, unknown>, answer: string) {
	return async ({ callTool }: Proxy, shown: string) => {
		mustHold(shown, `${tool}(`);
		mustHold(goodTextOf(await callTool(group, tool, args)), answer);
	};
}

/** As it stands in the client's own list of tools. */
async function schemaOf({ request }: Proxy, name: string): Promise<unknown> {
	const { result } = await request("tools/list", {});
	const tools = (result?.["tools"] ?? []) as { name: string; inputSchema: unknown }[];
	const found = tools.find((tool) => tool.name === name);
	if (found === undefined) throw new Error(`no "${name}" among ${tools.map((tool) => tool.name).join(", ")}`);
	return found.inputSchema;
}

function mustHold(text: string, part: string): void {
	if (!text.includes(part)) throw new Error(`expected "${part}", found: ${text}`);
}
