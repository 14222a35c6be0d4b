/** Which clients are to be connected, and what that changes in their configs. Writes nothing. */
import { UserError } from "../../base/errors.ts";
import { filledIn } from "../../clients/filled-in.ts";
import type { Client, Machine } from "../../clients/types.ts";
import { isOthers } from "../connect/places.ts";
import { type ConnectPlan, type ImportedServer, planConnect, writablePlaces } from "../connect/plan.ts";
import { showChange } from "../connect/show.ts";
import { describeFailure } from "../failure.ts";
import type { LookedAt } from "../import/look-around.ts";
import { say } from "../import/run.ts";
import { matcherFor } from "../import/same.ts";
import { count, shortPath } from "../import/wording.ts";
import { findOurProgram } from "../our-program.ts";
import { printError, printOut } from "../output/print.ts";
import type { Asker } from "../prompts/ask.ts";

export type Change = Extract<ConnectPlan, { kind: "change" }>;

export interface ConnectionSources {
	readonly found: readonly LookedAt[];
	readonly machine: Machine;
	/** The config to serve, when it is not the usual one. */
	readonly config: string | undefined;
	/** What the config will have. */
	readonly servers: Readonly<Record<string, unknown>>;
	/** Undefined when nobody is asked: then all are connected, and what we have is taken out. */
	readonly asker: Asker | undefined;
}

export interface Connections {
	readonly changes: readonly Change[];
	/** 1 when a client that was found cannot be connected. */
	readonly exitCode: number;
}

/** Shows what changes. Rejects with `Interrupted` when a question is not answered. */
export async function decideConnections(sources: ConnectionSources): Promise<Connections> {
	const { found, machine, config, servers, asker } = sources;
	const { execPath } = process;
	const running = { execPath, isCompiled: Bun.isStandaloneExecutable, script: Bun.main, ...machine };
	const program = await findOurProgram(running, config === undefined ? [] : [config]);
	if (program.warning !== undefined) await printError(`Note: ${program.warning}.`);
	const ours = { ...program, variables: filledIn(Object.values(servers)) };
	let exitCode = 0;

	async function planFor(client: Client, isReplaced: (server: ImportedServer) => boolean): Promise<ConnectPlan[]> {
		try {
			return [await planConnect(client, { machine, scope: "global", program: ours, isReplaced })];
		} catch (error) {
			if (!(error instanceof UserError)) throw error;
			await printError(describeFailure(error));
			exitCode = 1;
			return [];
		}
	}

	const isOurs = matcherFor(Object.values(servers));
	const plans: ConnectPlan[] = [];
	const broken = new Set(found.flatMap((sighting) => ("problem" in sighting ? [sighting.client] : [])));
	for (const client of connectable(found, machine)) {
		if (!broken.has(client)) plans.push(...(await planFor(client, isOurs)));
	}
	if (broken.size > 0) {
		const titles = Array.from(broken, ({ title }) => title).join(", ");
		await say(`Not connected, because a file of theirs cannot be read: ${titles}`);
		exitCode = 1;
	}
	const done = plans.filter((plan) => plan.kind === "connected");
	if (done.length > 0) await say(`Connected already: ${done.map(({ client }) => client.title).join(", ")}`);
	const open = plans.filter((plan): plan is Change => plan.kind === "change");
	const wanted = await choose(open, machine.home, asker);
	const moved = wanted.reduce((sum, { replaced }) => sum + replaced.length, 0);
	const isReplacing = moved === 0 || asker === undefined || (await askToReplace(asker, moved));
	const changes: Change[] = [];
	for (const change of wanted) {
		// Without taking anything out, a client that we are in already may need no change at all.
		const plan = isReplacing ? [change] : await planFor(change.client, () => false);
		changes.push(...plan.filter((each): each is Change => each.kind === "change"));
	}
	for (const change of changes) {
		await showChange(change, machine.home);
		await printOut("\n");
	}
	if (changes.length === 0 || asker === undefined) return { changes, exitCode };
	return (await askToWrite(asker, changes)) ? { changes, exitCode } : { changes: [], exitCode };
}

/** Those of which there is a file, and that have one for all projects that may be written to. */
function connectable(found: readonly LookedAt[], machine: Machine): Client[] {
	const own = found.filter(({ client, place }) => place.scope === "global" && !isOthers(client, place, machine));
	const there = new Set(own.map(({ client }) => client));
	return [...there].filter((client) => writablePlaces(client, machine, "global").length > 0);
}

async function choose(open: readonly Change[], home: string, asker: Asker | undefined): Promise<readonly Change[]> {
	if (asker === undefined || open.length === 0) return open;
	const items = open.map(({ client, place }) => {
		return { value: client.id, label: client.title, hint: shortPath(place.path, home) };
	});
	const ids = await asker.chooseSeveral("Connect which clients?", items);
	return open.filter(({ client }) => ids.includes(client.id));
}

async function askToReplace(asker: Asker, moved: number): Promise<boolean> {
	const them = moved === 1 ? "it" : "them";
	const answer = await asker.chooseOne(
		`${count(moved, "server")} of theirs will be in dynamic-mcp. Take ${them} out of the clients?`,
		[
			{ value: "yes", label: "Yes", hint: "else a client loads them twice" },
			{ value: "no", label: "No", hint: "you can do that later, by connect --replace" },
		],
	);
	return answer === "yes";
}

async function askToWrite(asker: Asker, changes: readonly Change[]): Promise<boolean> {
	const answer = await asker.chooseOne(`Write ${changes.length === 1 ? "this" : "these"}?`, [
		{ value: "yes", label: "Yes", hint: "a copy of each file as it was is kept" },
		{ value: "no", label: "No", hint: "leave the clients' files alone" },
	]);
	return answer === "yes";
}
