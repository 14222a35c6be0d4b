/** The floor for start time and memory: a compiled Bun program that answers `initialize` and `tools/list`, no more. */
import { createTextLines } from "./text-lines.ts";

const results: Record<string, string> = {
	initialize:
		'{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"empty","version":"1.0.0"}}',
	"tools/list": '{"tools":[]}',
};
const out = Bun.stdout.writer();
const cutLines = createTextLines();

for await (const chunk of Bun.stdin.stream()) {
	for (const line of cutLines(chunk)) {
		const { id, method } = JSON.parse(line) as { id?: number; method: string };
		const result = results[method];
		if (id !== undefined && result !== undefined) void out.write(`{"jsonrpc":"2.0","id":${id},"result":${result}}\n`);
	}
	void out.flush();
}
