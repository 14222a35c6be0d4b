/**
 * Records which functions a start uses, for the layout of the bytecode.
 *
 * The start that is recorded finds in the cache what all its servers offer, as most starts do. It starts none of them, so
 * that it does the same every time, and two builds of one commit are the same.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const groups = Array.from({ length: 10 }, (_, index) => `group-${index}`);
const clientInfo = { name: "build", version: "0" };
const start = [
	{ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } },
	{ method: "notifications/initialized" },
];
const list = { id: 2, method: "tools/list" };
const looks = groups.map((group, index) => ({
	id: index + 2,
	method: "tools/call",
	params: { name: "get_dynamic_tools", arguments: { group } },
}));

/** Runs the binary as a client that lists the tools of ten groups and goes; returns the path of the record. Takes absolute paths. */
export async function recordStart(binary: string, folder: string): Promise<string> {
	const order = join(folder, "start.order");
	const config = join(folder, "config.json");
	const server = { description: "Takes notes", command: binary, args: ["demo", "--sample", "notes"] };
	await writeFile(config, JSON.stringify({ mcpServers: Object.fromEntries(groups.map((name) => [name, server])) }));
	// Nothing of the environment of whoever builds may change what is built.
	const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
	await run([binary, config], [...start, ...looks], env);
	await run([binary, config], [...start, list], { ...env, BUN_BYTECODE_ORDER_OUT: order });
	return order;
}

/** Sends the messages, and goes when all requests are answered. */
async function run(command: string[], messages: readonly object[], env: Record<string, string>): Promise<void> {
	const child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", env });
	const lines = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
	await child.stdin.write(lines.join(""));
	await child.stdin.flush();
	const wanted = messages.filter((message) => "id" in message).length;
	let answers = "";
	for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
		answers += chunk;
		if (answers.split("\n").length > wanted) break;
	}
	await child.stdin.end();
	if ((await child.exited) !== 0 || /"(isError|error)":/.test(answers)) {
		throw new Error(`the build to be recorded does not work: exit code ${child.exitCode}, answers ${answers}`);
	}
}
