/**
 * What whole tasks cost: an agent that does the same thirty tasks with all definitions in its context, by our two tools, and
 * by modular-mcp's. Lists and answers are those of the real programs; what tools answer is the same for all.
 */
import { join } from "node:path";

import { type Client, handshake, resultOf } from "../client.ts";
import { serversText } from "../config.ts";
import type { Contestant, ContestantKey } from "../contestants.ts";
import type { Bench } from "../rounds.ts";
import { type Line, type Row, type RowResult, target } from "../row.ts";
import { type Group, groupsWith } from "../tasks/catalogs.ts";
import { type Costs, crossover, type Point, sumOf } from "../tasks/conversation.ts";
import { type Step, tasksFor } from "../tasks/script.ts";
import { allDefinitions, byGroup, bySearch, converse, directly, type Way } from "../tasks/ways.ts";
import { countTokens } from "../tokens.ts";

/** Those of the table, and between them what it takes to see where the lines cross. */
const shownSizes = [10, 50, 100, 500];
const otherSizes = [3, 15, 20, 30, 40];

const server = join(import.meta.dir, "../servers/catalog.ts");

const columns: { key: ContestantKey; label: string }[] = [
	{ key: "direct", label: "all definitions" },
	{ key: "exposed", label: "dynamic-mcp, exposed" },
	{ key: "dynamic-mcp", label: "dynamic-mcp, search" },
	{ key: "by-group", label: "dynamic-mcp, group" },
	{ key: "modular-mcp", label: "modular-mcp" },
];

interface Measured {
	readonly tools: number;
	/** Tokens of all definitions. */
	readonly definitions: number;
	readonly costs: ReadonlyMap<ContestantKey, Both>;
}

/** The same tasks, each in a conversation of its own, and all in one. */
interface Both {
	readonly each: Costs;
	readonly one: Costs;
}

export const tasksRow: Row = {
	name: "tasks",
	async run(bench) {
		const find = (key: ContestantKey) => bench.contestants.find((each) => each.key === key);
		const ours = find("dynamic-mcp");
		if (ours === undefined || ours.absent !== undefined) return { lines: [], targets: [], notes: [] };
		const theirs = find("modular-mcp");
		const measured: Measured[] = [];
		const notes: string[] = [];
		for (const size of [...shownSizes, ...(bench.quick ? [] : otherSizes)].toSorted((a, b) => a - b)) {
			const groups = await groupsWith(size);
			const costs = await ourCosts(bench, ours, groups);
			if (shownSizes.includes(size) && theirs !== undefined && theirs.absent === undefined) {
				try {
					costs.set("modular-mcp", await theirCosts(bench, theirs, groups));
				} catch (error) {
					notes.push(`modular-mcp, ${size} tools: ${error instanceof Error ? error.message : String(error)}`);
				}
			}
			measured.push({ tools: size, definitions: await countTokens(allDefinitions(groups)), costs });
			await bench.workspace.stopAll();
		}
		return resultFrom(measured, notes);
	},
};

async function ourCosts(
	bench: Bench,
	{ command }: Contestant,
	groups: readonly Group[],
): Promise<Map<ContestantKey, Both>> {
	const tools = groups.flatMap((group) => group.tools).length;
	const start = async (expose: string) => {
		const config = await writeConfig(bench, groups, `tasks-${tools}-${expose}.json`, { expose });
		const client = bench.workspace.open("dynamic-mcp", command(config));
		await handshake(client);
		return client;
	};
	const client = await start("dynamic");
	// What is searched is what is known.
	await discoverAll(client, groups, "get_dynamic_tools");
	const meta = { list: await listOf(client), get: "get_dynamic_tools", call: "call_dynamic_tool" };
	const exposed = await listOf(await start("direct"));
	const costs = new Map<ContestantKey, Both>();
	const definitions = allDefinitions(groups);
	costs.set(
		"direct",
		await allTasks(
			directly(definitions, ({ tool }) => tool.name),
			groups,
		),
	);
	costs.set("exposed", await allTasks(directly(exposed, exposedName), groups));
	costs.set("dynamic-mcp", await allTasks(bySearch(client, meta), groups));
	costs.set("by-group", await allTasks(byGroup(client, meta), groups));
	return costs;
}

async function theirCosts(bench: Bench, { command }: Contestant, groups: readonly Group[]): Promise<Both> {
	const tools = groups.flatMap((group) => group.tools).length;
	const client = bench.workspace.open(
		"modular-mcp",
		command(await writeConfig(bench, groups, `tasks-${tools}-modular.json`)),
	);
	await handshake(client);
	await discoverAll(client, groups, "get-modular-tools");
	const meta = { list: await listOf(client), get: "get-modular-tools", call: "call-modular-tool" };
	return await allTasks(byGroup(client, meta), groups);
}

async function writeConfig(bench: Bench, groups: readonly Group[], name: string, settings?: object): Promise<string> {
	const servers = await Promise.all(
		groups.map(async (group) => {
			const catalog = await bench.workspace.write(
				`catalog-${group.group}-${group.tools.length}.json`,
				JSON.stringify(group),
			);
			const start = { description: group.description, command: process.execPath, args: [server, catalog] };
			return [group.group, start] as [string, typeof start];
		}),
	);
	const text = serversText(servers);
	return bench.workspace.write(name, settings === undefined ? text : JSON.stringify({ ...JSON.parse(text), settings }));
}

async function discoverAll(client: Client, groups: readonly Group[], tool: string): Promise<void> {
	for (const { group } of groups) {
		resultOf(await client.request("tools/call", { name: tool, arguments: { group } }));
	}
}

async function listOf(client: Client): Promise<string> {
	return JSON.stringify((resultOf(await client.request("tools/list", {})) as { tools: unknown }).tools);
}

/** As `expose` calls it. */
function exposedName({ group, tool }: Step): string {
	return `${group}_${tool.name}`.replaceAll(/[^\w-]/g, "_");
}

async function allTasks(way: Way, groups: readonly Group[]): Promise<Both> {
	const tasks = await tasksFor(groups);
	const costs: Costs[] = [];
	for (const task of tasks) costs.push(await converse(way, [task]));
	return { each: sumOf(costs), one: await converse(way, tasks) };
}

const thousands = (value: number) => `${(value / 1000).toFixed(0)}k`;

function resultFrom(measured: readonly Measured[], notes: readonly string[]): RowResult {
	const shown = measured.filter(({ tools }) => shownSizes.includes(tools));
	const largest = shown.at(-1)?.costs;
	const ratio = (largest?.get("dynamic-mcp")?.each.input ?? Number.NaN) / (largest?.get("direct")?.each.input ?? 0);
	return {
		contestants: columns.map(({ key, label }) => ({ key, label, kind: "proxy", command: () => [], call: () => ({}) })),
		lines: views.flatMap((view) => shown.map((each) => lineOf(view, each))),
		targets: [
			target(
				"30 tasks over 500 tools, input tokens / all definitions",
				Number.isNaN(ratio) ? undefined : ratio,
				{ atMost: 0.1 },
				(value) => value.toFixed(2),
			),
		],
		notes: [
			"30 tasks with 50 calls: a conversation each, or all in one. In brackets the tokens of all definitions, and the share of what all definitions cost; MORE: there they cost less",
			"sent: each turn sends its whole context again. cost: in input tokens at full price, when what was sent before costs a tenth, what is new a quarter more, what the model writes five times as much, and a conversation begins with an empty cache",
			...(["dynamic-mcp", "by-group"] as const).flatMap((ours) =>
				views
					.filter(({ field }) => field !== "turns")
					.flatMap((view) =>
						(["direct", "exposed"] as const).map((theirs) => describeCrossover(view, ours, theirs, measured)),
					),
			),
			// Where the detour is dearest for an agent that knows its way: see `crossoverTokens` in src/config/schema.ts.
			"the default of settings.autoThreshold is the last of these, rounded",
			...notes,
		],
	};
}

interface View {
	readonly label: string;
	readonly mode: keyof Both;
	readonly field: "turns" | "input" | "priced";
}

const views: readonly View[] = [
	{ label: "turns, a conversation each", mode: "each", field: "turns" },
	{ label: "sent, a conversation each", mode: "each", field: "input" },
	{ label: "cost, a conversation each", mode: "each", field: "priced" },
	{ label: "turns, all in one", mode: "one", field: "turns" },
	{ label: "sent, all in one", mode: "one", field: "input" },
	{ label: "cost, all in one", mode: "one", field: "priced" },
];

function lineOf({ label, mode, field }: View, { tools, definitions, costs }: Measured): Line {
	const direct = costs.get("direct")?.[mode][field] ?? Number.NaN;
	const cellOf = (value: number) => {
		if (field === "turns") return String(value);
		const share = value / direct;
		return value === direct ? thousands(value) : `${thousands(value)} (${share.toFixed(2)}${share > 1 ? " MORE" : ""})`;
	};
	return {
		label: `${label}, ${tools} tools (${thousands(definitions)})`,
		cells: new Map(Array.from(costs, ([key, found]) => [key, cellOf(found[mode][field])])),
	};
}

function describeCrossover(
	{ label, mode, field }: View,
	ours: ContestantKey,
	theirs: ContestantKey,
	measured: readonly Measured[],
): string {
	const points = measured.flatMap(({ definitions, costs }): Point[] => {
		const [own, other] = [costs.get(ours)?.[mode], costs.get(theirs)?.[mode]];
		return own === undefined || other === undefined ? [] : [{ definitions, ours: own[field], theirs: other[field] }];
	});
	const against = theirs === "direct" ? "all definitions" : "what it exposes";
	const way = ours === "dynamic-mcp" ? "search" : "group";
	return `${label}: dynamic-mcp, ${way}, is below ${against} ${crossoverText(crossover(points), measured)}`;
}

/** From so many tokens on, and so many tools of these catalogs. */
function crossoverText(tokens: number | undefined, measured: readonly Measured[]): string {
	if (tokens === undefined) return "at all of these sizes, or at none";
	const perTool =
		measured.reduce((sum, each) => sum + each.definitions, 0) / measured.reduce((sum, each) => sum + each.tools, 0);
	return `from ${tokens} tokens of definitions on (about ${Math.round(tokens / perTool)} tools)`;
}
