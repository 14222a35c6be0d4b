/**
 * The upstream of the row `http`: an MCP server at a URL, without SDK. It answers with whole replies, never with events.
 *
 * On stdin it is asked for its URL; it ends with stdin.
 */
import { createTextLines } from "./text-lines.ts";

type Request = { id?: number | string; method: string; params?: { arguments?: { text?: string } } };

const sessionId = crypto.randomUUID();
const json = { headers: { "content-type": "application/json" } };
const greeting = { headers: { ...json.headers, "mcp-session-id": sessionId } };
const schema = '{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}';
const tool = `{"name":"echo","description":"Answers with the text it was given","inputSchema":${schema}}`;

const server = Bun.serve({
	hostname: "127.0.0.1",
	port: 0,
	async fetch(request) {
		if (request.method === "DELETE") return new Response(undefined, { status: 200 });
		if (request.method !== "POST") return new Response(undefined, { status: 405, headers: { allow: "POST, DELETE" } });
		const message = (await request.json()) as Request;
		if (message.id === undefined) return new Response(undefined, { status: 202 });
		return answer(message.id, message);
	},
});

const cutLines = createTextLines();
for await (const chunk of Bun.stdin.stream()) {
	for (const line of cutLines(chunk)) {
		const { id } = JSON.parse(line) as { id: number };
		await Bun.write(Bun.stdout, `{"jsonrpc":"2.0","id":${id},"result":{"url":"${server.url.href}mcp"}}\n`);
	}
}
process.exit(0); // the server alone would keep the process

function answer(id: number | string, { method, params }: Request): Response {
	switch (method) {
		case "initialize":
			return new Response(
				reply(
					id,
					'{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1.0.0"}}',
				),
				greeting,
			);
		case "ping":
			return new Response(reply(id, "{}"), json);
		case "tools/list":
			return new Response(reply(id, `{"tools":[${tool}]}`), json);
		case "tools/call": {
			const text = JSON.stringify(params?.arguments?.text ?? "");
			return new Response(reply(id, `{"content":[{"type":"text","text":${text}}]}`), json);
		}
		default: {
			const error = '{"code":-32601,"message":"method not found"}';
			return new Response(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${error}}`, json);
		}
	}
}

function reply(id: number | string, result: string): string {
	return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`;
}
