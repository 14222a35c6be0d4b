/** What the same calls cost with the SDK's client. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { serveCalls } from "./calls.ts";

const client = new Client({ name: "sdk", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2] ?? "")));

await serveCalls(async (text) => {
	const { content } = await client.callTool({ name: "echo", arguments: { text } });
	return (content as [{ text: string }])[0].text;
});
