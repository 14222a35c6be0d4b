/** Lets the contestants take turns, round by round, so that a busy moment of the machine hits them all. */
import type { Client } from "./client.ts";
import { handshake } from "./client.ts";
import type { ConfigName } from "./config.ts";
import type { Contestant, ContestantKey } from "./contestants.ts";
import { summarise } from "./stats.ts";
import type { Summary } from "./stats.ts";
import type { Workspace } from "./workspace.ts";

export type Bench = { contestants: Contestant[]; workspace: Workspace; quick: boolean };

/** What was measured in one turn: for every measure, its samples. */
export type Samples = Record<string, number[]>;

/** Either measures at once, or begins and returns what is done when everyone has begun: waiting goes on side by side. */
export type Turn = (round: number) => Promise<Samples | Finish>;

export type Finish = () => Promise<Samples>;

export type Results = {
	/** Of each measure and contestant, all samples of all rounds. */
	of(measure: string, key: ContestantKey): Summary | undefined;
	failures: Map<ContestantKey, string>;
};

export type Plan = {
	bench: Bench;
	takesPart: (contestant: Contestant) => boolean;
	rounds: number | ((contestant: Contestant) => number);
	/** Before each turn, for the one before to finish what it does after its last reply, such as collecting garbage. */
	pauseMs?: number;
	/** Done once, before the first round: start and warm up. */
	prepare: (contestant: Contestant) => Promise<Turn>;
};

const turnDeadlineMs = 15_000;

/** One who fails is out, with the reason, and the others go on. Everything started is stopped at the end. */
export async function takeTurns({ bench, takesPart, rounds, pauseMs = 10, prepare }: Plan): Promise<Results> {
	const failures = new Map<ContestantKey, string>();
	const samples = new Map<string, number[]>();
	const turns: { contestant: Contestant; turn: Turn }[] = [];

	async function attempt<T>({ key }: Contestant, act: () => Promise<T>): Promise<T | undefined> {
		if (failures.has(key)) return undefined;
		try {
			return await withDeadline(act(), turnDeadlineMs);
		} catch (error) {
			failures.set(key, error instanceof Error ? error.message : String(error));
			await bench.workspace.stopOf(key); // it may still be busy, at the expense of the others
			return undefined;
		}
	}

	function record({ key }: Contestant, found: Samples = {}): void {
		for (const [measure, values] of Object.entries(found)) {
			const all = samples.get(sampleKey(measure, key)) ?? [];
			samples.set(sampleKey(measure, key), [...all, ...values]);
		}
	}

	const present = bench.contestants.filter((one) => takesPart(one) && one.absent === undefined);
	for (const contestant of present) {
		const turn = await attempt(contestant, () => prepare(contestant));
		if (turn !== undefined) turns.push({ contestant, turn });
	}
	const roundsOf = typeof rounds === "number" ? () => rounds : rounds;
	for (let round = 0; turns.some(({ contestant }) => round < roundsOf(contestant)); round++) {
		const begun: { contestant: Contestant; finish: Finish }[] = [];
		// in another order each time: nobody is always first, nor always behind the same one's clean-up
		for (const { contestant, turn } of shuffled(turns)) {
			if (round >= roundsOf(contestant)) continue;
			await Bun.sleep(pauseMs);
			const found = await attempt(contestant, () => turn(round));
			if (typeof found === "function") begun.push({ contestant, finish: found });
			else record(contestant, found);
		}
		for (const { contestant, finish } of begun) record(contestant, await attempt(contestant, finish));
	}
	await bench.workspace.stopAll();
	return {
		failures,
		of(measure, key) {
			const found = samples.get(sampleKey(measure, key));
			return found === undefined || failures.has(key) ? undefined : summarise(found);
		},
	};
}

/** A contestant that has been started on a config and greeted. */
export async function openContestant(bench: Bench, contestant: Contestant, config: ConfigName): Promise<Client> {
	const client = bench.workspace.open(contestant.key, contestant.command(bench.workspace.configPath(config)));
	await handshake(client);
	return client;
}

export const answersCalls = (contestant: Contestant): boolean => contestant.kind !== "empty";

export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => reject(new Error(`not done in ${ms / 1000} s`)), ms);
	try {
		return await Promise.race([work, promise]);
	} finally {
		clearTimeout(timer);
	}
}

const sampleKey = (measure: string, key: ContestantKey): string => `${measure} of ${key}`;

function shuffled<T>(list: readonly T[]): T[] {
	const keyed = list.map((item) => ({ item, at: Math.random() }));
	return keyed.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
