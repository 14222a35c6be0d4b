/** What the model pays to discover a group: `get_dynamic_tools` on real servers, and the definitions it stands for. */
import { join } from "node:path";

import { handshake, resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import { realServers, serversText } from "../config.ts";
import type { Contestant } from "../contestants.ts";
import { withDeadline } from "../rounds.ts";
import type { Bench } from "../rounds.ts";
import { target } from "../row.ts";
import type { Line, Row, RowResult } from "../row.ts";
import { summarise } from "../stats.ts";
import { countTokens } from "../tokens.ts";

type Server = { group: string; command: string; args: string[] };
type Tool = { name: string; description?: string; inputSchema: object };
type Tokens = { group: string; ours: number; minified: number; full: number };

const bin = join(import.meta.dir, "../../node_modules/.bin");
const deadlineMs = 30_000;

export const discoveryTokensRow: Row = {
	name: "discovery",
	async run(bench) {
		const dynamicMcp = bench.contestants.find(({ key }) => key === "dynamic-mcp");
		if (dynamicMcp === undefined || dynamicMcp.absent !== undefined) return tokensResult([], []);
		try {
			return await withDeadline(discover(bench, dynamicMcp.command), deadlineMs);
		} catch (error) {
			return tokensResult([], [`dynamic-mcp: ${error instanceof Error ? error.message : String(error)}`]);
		} finally {
			await bench.workspace.stopAll();
		}
	},
};

async function discover(bench: Bench, command: Contestant["command"]): Promise<RowResult> {
	const servers = Object.entries(realServers).map(([group, [program = "", ...args]]): Server => {
		return { group, command: join(bin, program), args };
	});
	const configPath = await bench.workspace.write(
		"real.json",
		serversText(servers.map(({ group, ...start }) => [group, { description: `The ${group} server`, ...start }])),
	);
	const proxy = bench.workspace.open("dynamic-mcp", command(configPath));
	await handshake(proxy);
	return tokensResult(await Promise.all(servers.map((server) => discoverGroup(bench, proxy, server))), []);
}

async function discoverGroup(bench: Bench, proxy: Client, { group, command, args }: Server): Promise<Tokens> {
	const params = { name: "get_dynamic_tools", arguments: { group } };
	const shown = resultOf(await proxy.request("tools/call", params)) as { content: { text: string }[] };
	const upstream = bench.workspace.open("real servers", [command, ...args]);
	const { tools } = resultOf({ at: 0, text: (await handshake(upstream)).text }) as { tools: Tool[] };
	const minified = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
	return {
		group,
		ours: await countTokens(shown.content.map(({ text }) => text).join("\n")),
		minified: await countTokens(JSON.stringify(minified)),
		full: await countTokens(JSON.stringify(tools)),
	};
}

function tokensResult(found: Tokens[], notes: string[]): RowResult {
	const medianShare = (of: "minified" | "full") =>
		found.length === 0 ? undefined : summarise(found.map((tokens) => tokens.ours / tokens[of])).median;
	const share = (value: number) => value.toFixed(2);
	return {
		lines: found.length === 0 ? [lineFor("get_dynamic_tools, tokens", "-")] : found.map(lineOfGroup),
		targets: [
			target("get_dynamic_tools / minified definitions, tokens", medianShare("minified"), { atMost: 0.7 }, share),
			target("get_dynamic_tools / full definitions, tokens", medianShare("full"), { atMost: 0.5 }, share),
		],
		notes: [
			...found.map(({ group, minified, full }) => `${group}: ${minified} tokens minified, ${full} as defined`),
			...notes,
		],
	};
}

function lineOfGroup({ group, ours, minified, full }: Tokens): Line {
	const shares = `${(ours / minified).toFixed(2)} ${(ours / full).toFixed(2)}`;
	return lineFor(`get_dynamic_tools ${group}, tokens`, `${ours} (${shares})`);
}

function lineFor(label: string, cell: string): Line {
	return { label, cells: new Map([["dynamic-mcp", cell]]) };
}
