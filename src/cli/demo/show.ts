/** Runs the demo and prints it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";

import { isObject } from "../../base/objects.ts";
import { openPeer, type Peer } from "./peer.ts";

const servers = {
	notes: "Keeps notes: add, list, search, read, edit and delete them",
	calendar: "Computes with dates: days between, adding to a date, day of the week",
};

type Style = Parameters<typeof styleText>[0];

/** Prints to stdout; in colour when that is a terminal. */
export async function showDemo(): Promise<void> {
	const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
	const folder = await mkdtemp(join(tmpdir(), "dynamic-mcp-demo-"));
	try {
		await using direct = new AsyncDisposableStack();
		const samples = await Promise.all(Object.keys(servers).map((name) => openSample(name)));
		for (const sample of samples) direct.use(sample);
		await using proxy = await openPeer("dynamic-mcp", ["serve", await writeConfig(folder)]);
		await tell(proxy, samples, countTokens);
	} finally {
		await rm(folder, { recursive: true });
	}
}

async function tell(proxy: Peer, samples: readonly Peer[], countTokens: (text: string) => number): Promise<void> {
	const tokens = (value: unknown) => countTokens(typeof value === "string" ? value : JSON.stringify(value));
	const menu = toolsOf(await proxy.listTools());
	const menuTokens = tokens(menu);
	heading(`1. What a client loads at its start: ${menu.length} tools, ${menuTokens} tokens`);
	for (const { name, description } of menu) {
		print(`   ${style("bold", name)}\n${indent(description, 6)}`);
	}

	const discovery = { group: "notes" };
	const offered = await proxy.callTool("get_dynamic_tools", discovery);
	const discoveryTokens = tokens(offered);
	heading(`2. What the model gets when it looks into a group: ${discoveryTokens} tokens`);
	printCall("get_dynamic_tools", discovery);
	print(style("dim", indent(offered, 6)));

	heading("3. A call, and its result");
	const note = { title: "Milk", text: "Two litres, the day after tomorrow", tags: ["shopping"] };
	const call = { group: "notes", name: "add_note", args: note };
	printCall("call_dynamic_tool", call);
	print(`   ${style("green", `→ ${await proxy.callTool("call_dynamic_tool", call)}`)}`);

	const directTools = (await Promise.all(samples.map((sample) => sample.listTools()))).flatMap(toolsOf);
	const directTokens = tokens(directTools);
	heading("4. What it costs, in tokens of o200k");
	print(row(`the same servers configured directly, ${directTools.length} tools`, directTokens));
	print(row("behind dynamic-mcp, at the start", menuTokens));
	print(row("behind dynamic-mcp, with one group looked into", menuTokens + discoveryTokens));
	print("   The first line grows with every server you add, the second by its name and description alone.\n");
}

interface ShownTool {
	readonly name: string;
	readonly description: string;
}

function toolsOf(result: Record<string, unknown>): ShownTool[] {
	const tools: unknown = result["tools"];
	if (!Array.isArray(tools)) return [];
	return tools.filter((tool) => isObject(tool)) as unknown as ShownTool[];
}

function openSample(name: string): Promise<Peer> {
	return openPeer(name, ["demo", "--sample", name]);
}

/** The config that a user would write, with this very program as the servers. */
async function writeConfig(folder: string): Promise<string> {
	const self = Bun.isStandaloneExecutable ? [] : [Bun.main];
	const entries = Object.entries(servers).map(([name, description]) => [
		name,
		{ description, command: process.execPath, args: [...self, "demo", "--sample", name] },
	]);
	const path = join(folder, "dynamic-mcp.json");
	await writeFile(path, JSON.stringify({ mcpServers: Object.fromEntries(entries) }));
	return path;
}

function style(format: Style, text: string): string {
	return styleText(format, text, { stream: process.stdout });
}

function heading(text: string): void {
	print(`\n${style(["bold", "cyan"], text)}`);
}

function printCall(name: string, args: unknown): void {
	print(`   ${style("bold", name)} ${JSON.stringify(args)}`);
}

function row(text: string, count: number): string {
	return `   ${text.padEnd(52)}${style("bold", String(count).padStart(6))}`;
}

function indent(text: string, by: number): string {
	return text
		.split("\n")
		.map((line) => " ".repeat(by) + line)
		.join("\n");
}

function print(text: string): void {
	process.stdout.write(`${text}\n`);
}
