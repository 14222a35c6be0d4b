/** Runs the demo and prints it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isObject } from "../../base/objects.ts";
import { printOut } from "../output/print.ts";
import { type Surface, surfaceOf } from "../output/surface.ts";
import { indent, wrap } from "../output/wrap.ts";
import { openPeer, type Peer } from "./peer.ts";

const servers = {
	notes: "Keeps notes: add, list, search, read, edit and delete them",
	calendar: "Computes with dates: days between, adding to a date, day of the week",
};

/** Prints to stdout; in colour when that is a terminal. */
export async function showDemo(): Promise<void> {
	const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
	const folder = await mkdtemp(join(tmpdir(), "dynamic-mcp-demo-"));
	try {
		await using direct = new AsyncDisposableStack();
		const samples = await Promise.all(Object.keys(servers).map((name) => openSample(name)));
		for (const sample of samples) direct.use(sample);
		// So that the demo is in nobody's savings, and leaves nothing behind.
		const env = { ...process.env, DYNAMIC_MCP_CACHE_DIR: join(folder, "cache") };
		await using proxy = await openPeer("dynamic-mcp", ["serve", await writeConfig(folder)], env);
		const surface = surfaceOf("stdout");
		for await (const text of tellOf(proxy, { samples, countTokens, surface })) await printOut(text);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

interface DemoParts {
	readonly samples: readonly Peer[];
	readonly countTokens: (text: string) => number;
	readonly surface: Surface;
}

/** What is shown, as it happens. */
async function* tellOf(proxy: Peer, { samples, countTokens, surface }: DemoParts): AsyncGenerator<string> {
	const { width, colours } = surface;
	const laidOut = (text: string) =>
		indent(
			text.split("\n").flatMap((line) => wrap(line, width - 6)),
			6,
		);
	const tokens = (value: unknown) => countTokens(typeof value === "string" ? value : JSON.stringify(value));
	const heading = (text: string) => `\n${colours.bold(colours.cyan(text))}`;
	const callOf = (name: string, args: unknown) => {
		const [first = "", ...more] = wrap(`${name} ${JSON.stringify(args)}`, width - 6);
		return [`   ${colours.bold(name)}${first.slice(name.length)}`, ...indent(more, 6)].join("\n");
	};
	const row = (text: string, count: number) => `   ${text.padEnd(52)}${colours.bold(String(count).padStart(6))}`;

	const menu = toolsOf(await proxy.listTools());
	const menuTokens = tokens(menu);
	yield heading(`1. What a client loads at its start: ${menu.length} tools, ${menuTokens} tokens`);
	for (const { name, description } of menu) yield [`   ${colours.bold(name)}`, ...laidOut(description)].join("\n");

	const discovery = { group: "notes" };
	const offered = await proxy.callTool("get_dynamic_tools", discovery);
	const discoveryTokens = tokens(offered);
	yield heading(`2. What the model gets when it looks into a group: ${discoveryTokens} tokens`);
	yield callOf("get_dynamic_tools", discovery);
	yield laidOut(offered).map(colours.dim).join("\n");

	yield heading("3. A call, and its result");
	const note = { title: "Milk", text: "Two litres, the day after tomorrow", tags: ["shopping"] };
	const call = { group: "notes", name: "add_note", args: note };
	yield callOf("call_dynamic_tool", call);
	yield `   ${colours.green(`→ ${await proxy.callTool("call_dynamic_tool", call)}`)}`;

	const directTools = (await Promise.all(samples.map((sample) => sample.listTools()))).flatMap(toolsOf);
	yield heading("4. What it costs, in tokens of o200k");
	yield row(`the same servers configured directly, ${directTools.length} tools`, tokens(directTools));
	yield row("behind dynamic-mcp, at the start", menuTokens);
	yield row("behind dynamic-mcp, with one group looked into", menuTokens + discoveryTokens);
	const growth = "The first line grows with every server you add, the second by its name and description alone.";
	yield `${indent(wrap(growth, width - 3), 3).join("\n")}\n\n`;
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
