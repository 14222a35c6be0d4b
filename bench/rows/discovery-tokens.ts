/**
 * What the model pays to discover a group: `get_dynamic_tools` on real servers, with all descriptions in full and as it comes,
 * within its budget; and the definitions it stands for.
 */
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

/** `isRecorded`: of its definitions only name, description and input schema are there. */
type Server = { group: string; command: string; args: string[]; isRecorded?: true };
type Tool = { name: string; description?: string; inputSchema: object };
type Tokens = { group: string; ours: number; budgeted: number; minified: number; full: number | undefined };

const bin = join(import.meta.dir, "../../node_modules/.bin");
const bench = join(import.meta.dir, "..");

/** It brings its browsers along, and so is not installed. */
const playwright: Server = {
	group: "playwright",
	command: process.execPath,
	args: [join(bench, "servers/catalog.ts"), join(bench, "retrieval/catalogs/playwright.json")],
	isRecorded: true,
};

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

async function discover({ workspace }: Bench, command: Contestant["command"]): Promise<RowResult> {
	const real = Object.entries(realServers).map(([group, [program = "", ...args]]): Server => {
		return { group, command: join(bin, program), args };
	});
	const servers = [...real, playwright];
	const text = serversText(
		servers.map(({ group, command, args }) => [group, { description: `The ${group} server`, command, args }]),
	);
	const inFull = JSON.stringify({ settings: { discoveryBudget: 0 }, ...(JSON.parse(text) as object) });
	const [whole, usual] = await Promise.all(
		[inFull, text].map(async (config, index) => {
			const path = await workspace.write(`real-${index}.json`, config);
			const proxy = workspace.open("dynamic-mcp", command(path));
			await handshake(proxy);
			return proxy;
		}),
	);
	if (whole === undefined || usual === undefined) throw new Error("the proxies were not started");
	return tokensResult(
		await Promise.all(servers.map((server) => discoverGroup({ workspace, whole, usual }, server))),
		[],
	);
}

type Proxies = Pick<Bench, "workspace"> & { whole: Client; usual: Client };

async function discoverGroup({ workspace, whole, usual }: Proxies, server: Server): Promise<Tokens> {
	const { group, command, args, isRecorded = false } = server;
	const upstream = workspace.open("real servers", [command, ...args]);
	const { tools } = resultOf({ at: 0, text: (await handshake(upstream)).text }) as { tools: Tool[] };
	const minified = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
	return {
		group,
		ours: await countShown(whole, group),
		budgeted: await countShown(usual, group),
		minified: await countTokens(JSON.stringify(minified)),
		full: isRecorded ? undefined : await countTokens(JSON.stringify(tools)),
	};
}

async function countShown(proxy: Client, group: string): Promise<number> {
	const params = { name: "get_dynamic_tools", arguments: { group } };
	const { content } = resultOf(await proxy.request("tools/call", params)) as { content: { text: string }[] };
	return countTokens(content.map(({ text }) => text).join("\n"));
}

function tokensResult(found: Tokens[], notes: string[]): RowResult {
	const medianShare = (of: "minified" | "full") => {
		const shares = found.flatMap(({ ours, [of]: whole }) => (whole === undefined ? [] : [ours / whole]));
		return shares.length === 0 ? undefined : summarise(shares).median;
	};
	const share = (value: number) => value.toFixed(2);
	return {
		lines: found.length === 0 ? [lineFor("get_dynamic_tools, tokens", "-")] : found.map(lineOfGroup),
		targets: [
			target("get_dynamic_tools / minified definitions, tokens", medianShare("minified"), { atMost: 0.7 }, share),
			target("get_dynamic_tools / full definitions, tokens", medianShare("full"), { atMost: 0.5 }, share),
		],
		notes: [
			...found.map(({ group, minified, full }) => {
				return `${group}: ${minified} tokens minified${full === undefined ? "; recorded, without what else it defines" : `, ${full} as defined`}`;
			}),
			...notes,
		],
	};
}

/** In brackets its shares of the definitions, minified and in full. */
function lineOfGroup({ group, ours, budgeted, minified, full }: Tokens): Line {
	const shares = [minified, full].map((whole) => (whole === undefined ? "-" : (ours / whole).toFixed(2))).join(" ");
	const within = budgeted === ours ? "" : `; within 8 kB ${budgeted}`;
	return lineFor(`get_dynamic_tools ${group}, tokens`, `${ours} (${shares})${within}`);
}

function lineFor(label: string, cell: string): Line {
	return { label, cells: new Map([["dynamic-mcp", cell]]) };
}
