/**
 * Calls to one server at a URL: many at a time, and one after the other. Connections are kept alive, but Bun's `fetch`
 * keeps no more than 64 that are idle: with more calls at a time than that, nearly half of them open a new one, which
 * halves the rate. Of those who are measured only dynamic-mcp holds quick calls back so that their connections last.
 */
import { openBatch } from "../batch.ts";
import { handshake, resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import { serversText } from "../config.ts";
import { listHttpContestants } from "../contestants.ts";
import type { Contestant } from "../contestants.ts";
import { takeTurns } from "../rounds.ts";
import type { Bench, Results } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, times, withP90 } from "../row.ts";
import type { Line, Row } from "../row.ts";
import type { CallsMade, CallsWanted } from "../servers/calls.ts";
import type { Summary } from "../stats.ts";
import { callRepeatedly } from "./call.ts";

const calls = 5000;
const atOnce = 200;
const warmUpCalls = 3000;
const callsOneByOne = 200;

/** How a contestant is made to call: calls per second, and the microseconds of each. */
type Caller = { manyAtOnce(count: number): Promise<number>; oneByOne(count: number): Promise<number[]> };

export const httpRow: Row = {
	name: "http",
	async run({ workspace, quick }) {
		const bench: Bench = { workspace, quick, contestants: listHttpContestants(workspace.serverPath) };
		const takesPart = () => true;
		const url = await startServer(bench);
		const results = await takeTurns({
			bench,
			takesPart,
			rounds: quick ? 3 : 7,
			pauseMs: 100,
			async prepare(contestant) {
				const caller = await openCaller(bench, contestant, url);
				await caller.manyAtOnce(warmUpCalls);
				await caller.oneByOne(callsOneByOne);
				return async () => ({
					"at once": [await caller.manyAtOnce(calls)],
					call: await caller.oneByOne(callsOneByOne),
				});
			},
		});
		const source = { bench, results, takesPart };
		const label = `${atOnce} calls at a time over HTTP`;
		return {
			contestants: bench.contestants,
			lines: [
				lineOf(`${label}, thousands/s`, "at once", { ...source, show: inThousands }),
				comparedLine(bench, results, "  to plain fetch", "at once", (own, fetch) => times(own / fetch)),
				lineOf("one call over HTTP, us", "call", { ...source, show: withP90(0) }),
				comparedLine(bench, results, "  added to plain fetch, us", "call", (own, fetch) => (own - fetch).toFixed(0)),
			],
			targets: [
				target(`${label}: dynamic-mcp / plain fetch`, ratioOf(results, "at once", "dynamic-mcp", "fetch"), {
					atLeast: 0.7,
				}),
				target(`${label}: SDK's client / dynamic-mcp`, ratioOf(results, "at once", "sdk-client", "dynamic-mcp"), {
					below: 1,
				}),
			],
			notes: failureNotes(bench, results),
		};
	},
};

/** Of the medians, each contestant's own and plain fetch's. */
function comparedLine(
	bench: Bench,
	results: Results,
	label: string,
	measure: string,
	show: (own: number, fetch: number) => string,
): Line {
	const fetch = results.of(measure, "fetch")?.median ?? Number.NaN;
	const takesPart = ({ key }: Contestant) => key !== "fetch";
	return lineOf(label, measure, { bench, results, takesPart, show: ({ median }) => show(median, fetch) });
}

const inThousands = ({ median, low, high }: Summary): string => `${kilo(median)} (${kilo(low)}..${kilo(high)})`;

const kilo = (perSecond: number): string => (perSecond / 1000).toFixed(1);

/** It runs until everything is stopped at the end of the row. */
async function startServer({ workspace }: Bench): Promise<string> {
	const server = workspace.open("http-echo", [workspace.serverPath("http-echo")]);
	const { url } = resultOf(await server.request("url", {})) as { url: string };
	return url;
}

async function openCaller({ workspace }: Bench, contestant: Contestant, url: string): Promise<Caller> {
	if (contestant.kind === "caller") return askForCalls(workspace.open(contestant.key, contestant.command(url)));
	const config = await workspace.write(
		"http.json",
		serversText([["echo", { description: "Echoes", type: "http", url }]]),
	);
	const client = workspace.open(contestant.key, contestant.command(config));
	await handshake(client);
	return {
		manyAtOnce: (count) => callWithoutPause(client, contestant, count),
		oneByOne: (count) => callRepeatedly(client, contestant, count),
	};
}

/** The calls are made in the process itself. */
function askForCalls(client: Client): Caller {
	const ask = async (wanted: CallsWanted) => resultOf(await client.request("calls", wanted)) as CallsMade;
	return {
		manyAtOnce: async (count) => (await ask({ calls: count, atOnce })).perSecond,
		oneByOne: async (count) => (await ask({ calls: count, atOnce: 1 })).each,
	};
}

/** Calls per second. Each reply is followed by the next call, and what falls due together is sent together. */
async function callWithoutPause(client: Client, contestant: Contestant, count: number): Promise<number> {
	let sent = 0;
	let due = 0;
	const { lines, replied, release } = openBatch(client, contestant, count, () => {
		if (due++ === 0) queueMicrotask(send);
	});

	function send(): void {
		const next = lines.slice(sent, sent + due);
		sent += next.length;
		due = 0;
		// A broken pipe shows as the exit of the process, for which `replied` waits, too.
		if (next.length > 0) client.send(Buffer.from(next.join(""))).catch(() => {});
	}

	const from = Bun.nanoseconds();
	try {
		due = atOnce;
		send();
		return count / (((await replied) - from) / 1e9);
	} finally {
		release();
	}
}
