/**
 * Lists the tools of a recorded catalog, for servers that are too large to install just to be measured. Its argument is
 * the catalog's file.
 */
import { createTextLines } from "./text-lines.ts";

const { tools } = (await Bun.file(process.argv[2] ?? "").json()) as { tools: object[] };
const results: Record<string, object> = {
	initialize: {
		protocolVersion: "2025-06-18",
		capabilities: { tools: {} },
		serverInfo: { name: "recorded", version: "1.0.0" },
	},
	"tools/list": { tools },
};
const out = Bun.stdout.writer();
const cutLines = createTextLines();

for await (const chunk of Bun.stdin.stream()) {
	for (const line of cutLines(chunk)) {
		const { id, method } = JSON.parse(line) as { id?: number; method: string };
		const result = results[method];
		if (id !== undefined && result !== undefined) {
			void out.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
		}
	}
	void out.flush();
}
