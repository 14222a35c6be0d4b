/** Measures dynamic-mcp beside its peers, in one run on one machine, and prints a table: `bun run bench`. */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { handshake, resultOf } from "./client.ts";
import { groupNames } from "./config.ts";
import { listContestants } from "./contestants.ts";
import { withDeadline } from "./rounds.ts";
import type { Bench } from "./rounds.ts";
import type { Row, RowResult } from "./row.ts";
import { bigResultRow } from "./rows/big-result.ts";
import { callRow } from "./rows/call.ts";
import { coldRow } from "./rows/cold.ts";
import { concurrentRow } from "./rows/concurrent.ts";
import { discoveryTokensRow } from "./rows/discovery-tokens.ts";
import { httpRow } from "./rows/http.ts";
import { listingTokensRow } from "./rows/listing-tokens.ts";
import { memoryRow } from "./rows/memory.ts";
import { pipelineRow } from "./rows/pipeline.ts";
import { restRow } from "./rows/rest.ts";
import { retrievalRow } from "./rows/retrieval.ts";
import { startRow } from "./rows/start.ts";
import { tasksRow } from "./rows/tasks.ts";
import { warmRow } from "./rows/warm.ts";
import { formatTables, formatTargets } from "./table.ts";
import { openWorkspace } from "./workspace.ts";

const rows: Row[] = [
	startRow,
	coldRow,
	warmRow,
	callRow,
	pipelineRow,
	concurrentRow,
	httpRow,
	memoryRow,
	restRow,
	bigResultRow,
	listingTokensRow,
	discoveryTokensRow,
	retrievalRow,
	tasksRow,
];

const { values: options } = parseArgs({
	options: {
		quick: { type: "boolean", default: false },
		only: { type: "string", multiple: true, default: [] },
		help: { type: "boolean", default: false },
	},
});
const unknown = options.only.find((name) => !rows.some((row) => row.name === name));
if (options.help || unknown !== undefined) {
	const problem = unknown === undefined ? "" : `no row "${unknown}"\n`;
	process.stderr.write(
		`${problem}usage: bun bench/bench.ts [--quick] [--only <${rows.map(({ name }) => name).join("|")}>]…\n`,
	);
	process.exit(options.help ? 0 : 2);
}

const chosen = rows.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const startedAt = performance.now();
const [loadBefore = 0] = loadavg();
const workspace = await openWorkspace();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
	process.once(signal, () => void workspace.remove().finally(() => process.exit(1)));
}
try {
	const bench: Bench = { contestants: listContestants(workspace.serverPath), workspace, quick: options.quick };
	await fillCatalogCache(bench);
	print(bench, await runAll(bench));
} finally {
	await workspace.remove();
}

async function runAll(bench: Bench): Promise<RowResult[]> {
	const results: RowResult[] = [];
	for (const row of chosen) {
		process.stderr.write(`measuring ${row.name} …\n`);
		try {
			const result = await row.run(bench);
			results.push({ ...result, notes: result.notes.map((note) => `${row.name}: ${note}`) });
		} catch (error) {
			await bench.workspace.stopAll();
			const notes = [`${row.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
			results.push({ lines: [], targets: [], notes });
		}
	}
	return results;
}

/** A second start is the usual one: dynamic-mcp then knows the groups' tools and starts no upstream by itself. */
async function fillCatalogCache({ contestants, workspace }: Bench): Promise<void> {
	const dynamicMcp = contestants.find(({ key }) => key === "dynamic-mcp");
	if (dynamicMcp === undefined || dynamicMcp.absent !== undefined) return;
	const client = workspace.open(dynamicMcp.key, dynamicMcp.command(workspace.configPath("ten")));
	const discover = async () => {
		await handshake(client);
		for (const group of groupNames) {
			resultOf(await client.request("tools/call", { name: "get_dynamic_tools", arguments: { group } }));
		}
	};
	try {
		await withDeadline(discover(), 10_000);
	} catch (error) {
		process.stderr.write(`dynamic-mcp: cannot discover its groups: ${String(error)}\n`);
	}
	await client.stop();
}

function print({ contestants }: Bench, results: RowResult[]): void {
	const notes = [
		...contestants.flatMap(({ label, absent }) => (absent === undefined ? [] : [`${label}: absent, ${absent}`])),
		...results.flatMap(({ notes }) => notes),
	];
	const seconds = Math.round((performance.now() - startedAt) / 1000);
	process.stdout.write(
		`${[
			formatTables(contestants, results),
			"medians; in brackets lowest..highest, or the 90th percentile",
			"",
			formatTargets(results.flatMap(({ targets }) => targets)),
			"",
			...notes.map((note) => `- ${note}`),
			`measured in ${seconds} s on ${navigator.hardwareConcurrency} cores, Bun ${Bun.version}, ${process.platform} ${process.arch}`,
			`load of the machine before it: ${loadBefore.toFixed(1)} (well below 1 for numbers to quote)`,
		].join("\n")}\n`,
	);
}
