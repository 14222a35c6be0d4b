/** A server that offers the tools of a recorded catalog, for what is found out about tools and never calls one: `bun catalog.ts <file>`. */
import { createTextLines } from "./text-lines.ts";

const { tools } = (await Bun.file(process.argv[2] ?? "").json()) as { tools: unknown[] };
const results: Record<string, unknown> = {
	initialize: {
		protocolVersion: "2025-06-18",
		capabilities: { tools: {} },
		serverInfo: { name: "catalog", version: "1.0.0" },
	},
	"tools/list": { tools },
};
const out = Bun.stdout.writer();
const cutLines = createTextLines();

for await (const chunk of Bun.stdin.stream()) {
	for (const line of cutLines(chunk)) {
		const { id, method } = JSON.parse(line) as { id?: number; method: string };
		const result = results[method];
		if (id === undefined) continue;
		const answer = result === undefined ? { error: { code: -32601, message: "not here" } } : { result };
		void out.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...answer })}\n`);
	}
	void out.flush();
}
