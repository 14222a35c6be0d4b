/** The yardstick for servers at a URL: `fetch`, and JSON made and read, with nothing of a client around it. */
import { serveCalls } from "./calls.ts";

type Reply = { id: number; result: { content: [{ text: string }] } };

const url = process.argv[2] ?? "";
const protocolVersion = "2025-06-18";
const headers: Record<string, string> = {
	"content-type": "application/json",
	accept: "application/json, text/event-stream",
};
let lastId = 0;

const { headers: given } = await post({
	id: lastId,
	method: "initialize",
	params: { protocolVersion, capabilities: {}, clientInfo: { name: "fetch", version: "1.0.0" } },
});
headers["mcp-session-id"] = given.get("mcp-session-id") ?? "";
headers["mcp-protocol-version"] = protocolVersion;
await post({ method: "notifications/initialized" });

await serveCalls(async (text) => {
	const id = ++lastId;
	const response = await post({ id, method: "tools/call", params: { name: "echo", arguments: { text } } });
	const reply = (await response.json()) as Reply;
	if (reply.id !== id) throw new Error(`a reply to ${reply.id} instead of ${id}`);
	return reply.result.content[0].text;
});

function post(message: object): Promise<Response> {
	return fetch(url, { method: "POST", headers, body: JSON.stringify({ jsonrpc: "2.0", ...message }) });
}
