/** One result of 10 MB: how long it takes to pass, and what of the memory it took is given back. */
import { resultOf } from "../client.ts";
import type { Client } from "../client.ts";
import type { Contestant } from "../contestants.ts";
import { hasProc, readMemory, resetPeak } from "../processes.ts";
import { answersCalls, openContestant, takeTurns } from "../rounds.ts";
import type { Bench, Finish, Results, Samples } from "../rounds.ts";
import { failureNotes, lineOf, ratioOf, target, withRange } from "../row.ts";
import type { Row, Target } from "../row.ts";

const bytes = 10_000_000;
const smallCallsAfter = 20;
const smallCallEveryMs = 50;

export const bigResultRow: Row = {
	name: "big",
	async run(bench) {
		const rounds = bench.quick ? 2 : 7;
		const results = await takeTurns({
			bench,
			takesPart: answersCalls,
			rounds,
			pauseMs: 50,
			async prepare(contestant) {
				const client = await openContestant(bench, contestant, contestant.key === "dynamic-mcp" ? "whole" : "echo");
				for (let i = 0; i < smallCallsAfter; i++) await callSmall(client, contestant);
				const before = hasProc ? readMemory(client.pid).rssMb : undefined;
				if (before !== undefined) resetPeak(client.pid);
				await callBig(client, contestant);
				return async (round) => {
					const took = { took: [await callBig(client, contestant)] };
					return round === rounds - 1 && before !== undefined ? settle(client, contestant, before, took) : took;
				};
			},
		});
		const cut = await measureCut(bench, rounds);
		const source = { bench, results, takesPart: answersCalls };
		const memoryLine = (label: string, measure: string) =>
			lineOf(label, measure, { ...source, show: ({ median }) => median.toFixed(1) });
		return {
			lines: [
				lineOf("one result of 10 MB, ms", "took", { ...source, show: withRange(1) }),
				...(hasProc
					? [
							memoryLine("  RSS before it, MB", "before"),
							memoryLine("  RSS peak, MB", "peak"),
							memoryLine("  RSS after further calls, MB", "after"),
						]
					: []),
				lineOf("the same, of which 80 kB are passed on, ms", "took", { ...cut, show: withRange(1) }),
				lineOf("  longest wait of another request, ms", "waited", { ...cut, show: withRange(1) }),
			],
			targets: [
				target("one result of 10 MB: dynamic-mcp / direct", ratioOf(results, "took", "dynamic-mcp", "direct"), {
					atMost: 3,
				}),
				givenBack(results),
			],
			notes: [...failureNotes(bench, results), ...failureNotes(bench, cut.results)],
		};
	},
};

/** With the usual limit the rest is kept on disk; requests that come meanwhile are to be answered all the same. */
async function measureCut(bench: Bench, rounds: number) {
	const takesPart = ({ key }: Contestant) => key === "dynamic-mcp";
	const results = await takeTurns({
		bench,
		takesPart,
		rounds,
		pauseMs: 50,
		async prepare(contestant) {
			const client = await openContestant(bench, contestant, "echo");
			await callCut(client, contestant);
			return () => callCut(client, contestant);
		},
	});
	return { bench, results, takesPart };
}

async function callCut(client: Client, contestant: Contestant): Promise<Samples> {
	const from = Bun.nanoseconds();
	const progress = { isOver: false };
	const reply = client.request("tools/call", contestant.call("big", { bytes })).finally(() => {
		progress.isOver = true;
	});
	let waited = 0;
	while (!progress.isOver) {
		const before = Bun.nanoseconds();
		await client.request("ping", {});
		waited = Math.max(waited, (Bun.nanoseconds() - before) / 1e6);
	}
	const answer = await reply;
	const size = JSON.stringify(resultOf(answer)).length;
	if (size > 100_000) throw new Error(`80 kB were to be passed on, got ${size}`);
	return { took: [(answer.at - from) / 1e6], waited: [waited] };
}

function givenBack(results: Results): Target {
	const [before, peak, after] = ["before", "peak", "after"].map((name) => results.of(name, "dynamic-mcp")?.median);
	const rise = (peak ?? Number.NaN) - (before ?? Number.NaN);
	const share = after === undefined ? undefined : ((peak ?? Number.NaN) - after) / rise;
	return target("of the memory it took, given back", share, { atLeast: 0.5 }, (value) => `${Math.round(value * 100)}%`);
}

/** Life goes on with a few small calls, for all contestants at the same time. */
async function settle(client: Client, contestant: Contestant, before: number, took: Samples): Promise<Finish> {
	const calls = callSlowly(client, contestant);
	calls.catch(() => {}); // told when the turn is finished
	return async () => {
		await calls;
		const { rssMb, peakMb } = readMemory(client.pid);
		return { ...took, before: [before], peak: [peakMb], after: [rssMb] };
	};
}

async function callSlowly(client: Client, contestant: Contestant): Promise<void> {
	for (let i = 0; i < smallCallsAfter; i++) {
		await callSmall(client, contestant);
		await Bun.sleep(smallCallEveryMs);
	}
}

async function callSmall(client: Client, contestant: Contestant): Promise<void> {
	resultOf(await client.request("tools/call", contestant.call("echo", { text: "small" })));
}

async function callBig(client: Client, contestant: Contestant): Promise<number> {
	const from = Bun.nanoseconds();
	const reply = await client.request("tools/call", contestant.call("big", { bytes }));
	const result = resultOf(reply) as { content: [{ text: string }] };
	const size = Buffer.byteLength(JSON.stringify(result.content[0].text));
	if (Math.abs(size - bytes) > bytes / 100) throw new Error(`asked for ${bytes} bytes, got ${size}`);
	return (reply.at - from) / 1e6;
}
