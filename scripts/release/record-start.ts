/** Records which functions a start uses, for the layout of the bytecode. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Runs the binary as a client that lists the tools of ten groups and goes. */
export async function recordStart(binary: string, folder: string): Promise<string> {
	const order = join(folder, "start.order");
	const config = join(folder, "config.json");
	const servers = Array.from({ length: 10 }, (_, index) => [
		`server-${index}`,
		{ description: "Reads and writes things", command: "server", args: ["--verbose"], env: { KEY: "value" } },
	]);
	await writeFile(config, JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
	const clientInfo = { name: "build", version: "0" };
	const messages = [
		{ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } },
		{ method: "notifications/initialized" },
		{ id: 2, method: "tools/list" },
	];
	const input = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
	const run = Bun.spawn([binary, config], {
		stdin: new Blob([input]),
		stdout: "ignore",
		// Nothing of the environment of whoever builds may change what is built.
		env: { PATH: process.env["PATH"] ?? "", HOME: folder, BUN_BYTECODE_ORDER_OUT: order },
	});
	if ((await run.exited) !== 0) throw new Error(`the first build does not run: exit code ${run.exitCode}`);
	return order;
}
