/** What the same proxy costs when written the obvious way, on the SDK's `Client` and `Server`. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

type Group = { description: string; command: string; args?: string[] };
type Arguments = { group?: string; name?: string; args?: Record<string, unknown> };

const { mcpServers } = (await Bun.file(process.argv[2] ?? "").json()) as { mcpServers: Record<string, Group> };
const clients = new Map<string, Promise<Client>>();
const server = new Server({ name: "sdk-proxy", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: metaTools() }));
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
	const { group = "", name = "", args = {} } = (params.arguments ?? {}) as Arguments;
	const client = await clientOf(group);
	if (params.name === "call_dynamic_tool") return client.callTool({ name, arguments: args });
	const { tools } = await client.listTools();
	return { content: [{ type: "text", text: JSON.stringify(tools) }] };
});
// the SDK's transport does not notice that the client has gone
process.stdin.on("end", () => process.exit(0));
await server.connect(new StdioServerTransport());

function clientOf(group: string): Promise<Client> {
	const client = clients.get(group) ?? startClient(group);
	clients.set(group, client);
	return client;
}

async function startClient(group: string): Promise<Client> {
	const found = mcpServers[group];
	if (found === undefined) throw new Error(`no group "${group}"`);
	const client = new Client({ name: "sdk-proxy", version: "1.0.0" });
	await client.connect(new StdioClientTransport({ command: found.command, args: found.args ?? [] }));
	return client;
}

function metaTools() {
	const names = Object.keys(mcpServers);
	const list = Object.entries(mcpServers).map(([name, { description }]) => `- ${name}: ${description}`);
	const group = { type: "string", description: "Name of the group", enum: names };
	return [
		{
			name: "get_dynamic_tools",
			description: `Lists the tools of a group.\n\nAvailable groups:\n${list.join("\n")}`,
			inputSchema: { type: "object" as const, properties: { group }, required: ["group"] },
		},
		{
			name: "call_dynamic_tool",
			description: "Calls a tool of a group. Look it up with get_dynamic_tools first.",
			inputSchema: {
				type: "object" as const,
				properties: {
					group,
					name: { type: "string", description: "Name of the tool" },
					args: { type: "object", description: "Arguments of the tool", additionalProperties: true },
				},
				required: ["group", "name"],
			},
		},
	];
}
