/**
 * The upstream of every contestant, and the yardstick itself when called directly: an MCP server without SDK.
 *
 * `Bun.stdin.stream()` and `Bun.stdout.writer()` start three times faster than `process.stdin` and `process.stdout`,
 * and one `write` of joined replies passes almost twice as many of them as one `write` for each.
 */
import { createTextLines } from "./text-lines.ts";

type Request = { id?: number | string; method: string; params?: { name?: string; arguments?: Arguments } };
type Arguments = { text?: string; ms?: number; bytes?: number };

const tools = [
	tool("echo", "Answers with the text it was given", { text: { type: "string" } }),
	tool("sleep", "Answers after so many milliseconds", { ms: { type: "number" } }),
	tool("big", "Answers with a text of about so many bytes", { bytes: { type: "number" } }),
];
const out = Bun.stdout.writer();
let unsent = "";
/** The bodies of `big`, kept so that a reply costs its transport and not its making. */
const bodies = new Map<number, Uint8Array>();
const cutLines = createTextLines();

for await (const chunk of Bun.stdin.stream()) {
	for (const line of cutLines(chunk)) answer(JSON.parse(line) as Request);
	flush();
}
process.exit(0); // a sleeping call must not keep the process after its client has gone

function answer({ id, method, params }: Request): void {
	if (id === undefined) return;
	switch (method) {
		case "initialize":
			return reply(
				id,
				'{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1.0.0"}}',
			);
		case "ping":
			return reply(id, "{}");
		case "tools/list":
			return reply(id, JSON.stringify({ tools }));
		case "tools/call":
			return callTool(id, params?.name, params?.arguments);
		default:
			unsent += `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":{"code":-32601,"message":"method not found"}}\n`;
	}
}

function callTool(id: number | string, name = "", { text = "", ms = 0, bytes = 0 }: Arguments = {}): void {
	switch (name) {
		case "echo":
			return reply(id, `{"content":[{"type":"text","text":${JSON.stringify(text)}}]}`);
		case "sleep":
			setTimeout(() => {
				reply(id, '{"content":[{"type":"text","text":"slept"}]}');
				flush();
			}, ms);
			return;
		case "big":
			void out.write(
				`${unsent}{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"`,
			);
			void out.write(bodyOf(bytes));
			unsent = '"}]}}\n';
			return;
		default:
			return reply(id, '{"content":[{"type":"text","text":"no such tool"}],"isError":true}');
	}
}

function reply(id: number | string, result: string): void {
	unsent += `{"jsonrpc":"2.0","id":${typeof id === "number" ? id : JSON.stringify(id)},"result":${result}}\n`;
}

function flush(): void {
	if (unsent !== "") void out.write(unsent);
	unsent = "";
	void out.flush();
}

/** Text as files have it: escapes, and now and then a letter beyond Latin-1, which doubles the memory of a JS string. */
function bodyOf(bytes: number): Uint8Array {
	const known = bodies.get(bytes);
	if (known !== undefined) return known;
	const page = `${'\\tif (name === \\"echo\\") return reply(id, text); // a line like many others\\n'.repeat(50)}→ `;
	const pageBytes = new TextEncoder().encode(page);
	const body = Buffer.alloc(Math.floor(bytes / pageBytes.length) * pageBytes.length, pageBytes);
	bodies.set(bytes, body);
	return body;
}

function tool(name: string, description: string, properties: Record<string, unknown>): object {
	return { name, description, inputSchema: { type: "object", properties, required: Object.keys(properties) } };
}
