/** Carries an import out: from what was found to the config that is written. */
import type { Client, Machine } from "../../clients/types.ts";
import { printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { wrap } from "../output/wrap.ts";
import type { Asker } from "../prompts/ask.ts";
import { askAboutOne, askManner, askToStart, chooseServers, withDescription } from "./choose.ts";
import { lacksOf, problemOf } from "./lacks.ts";
import { isTotalFailure, type NewServer, newServers, planImport, type PlannedServer, type Sighting } from "./plan.ts";
import { type Target, writeTarget } from "./target.ts";
import { count, describePlan, describeSightings, shortPath } from "./wording.ts";
import type { NewEntry } from "./write-config.ts";

export interface ImportJob {
	readonly sightings: readonly Sighting[];
	readonly machine: Machine;
	readonly target: Target;
	readonly isDryRun: boolean;
	/** Undefined when nobody is asked. */
	readonly asker: Asker | undefined;
}

export interface Imported {
	readonly exitCode: number;
	/** What became of each server that was found. */
	readonly planned: readonly PlannedServer[];
	/** Names of the groups that were written. */
	readonly written: readonly string[];
	/** The person has said no. */
	readonly isDeclined: boolean;
}

/** Shows the plan, asks, and writes. Rejects with `Interrupted` when a question is not answered: then nothing has changed. */
export async function runImport({ sightings, machine, target, isDryRun, asker }: ImportJob): Promise<Imported> {
	const surroundings = { env: machine.env, home: machine.home, path: target.file.path };
	const planned = planImport({
		sightings,
		existing: target.existing,
		problemOf: (name, entry) => problemOf(name, entry, surroundings),
	});
	const added = newServers(planned);
	const lacks = added.flatMap(({ outcome }) => lacksOf(outcome.name, outcome.entry, surroundings));
	const sheet = surfaceOf("stdout");
	const { home } = machine;
	const path = shortPath(target.file.path, home);
	await printOut(`${describeSightings(sightings, home, sheet)}\n\n`);
	const plan = describePlan({ planned, sightings, lacks, home }, sheet);
	if (plan !== "") await printOut(`${plan}\n\n`);
	const say = (text: string) => printOut(wrap(text, sheet.width).join("\n"));

	const end = (written: readonly string[], isDeclined = false): Imported => {
		return { exitCode: isTotalFailure(sightings, planned) ? 1 : 0, planned, written, isDeclined };
	};
	if (added.length === 0) {
		const isThere = planned.some(({ outcome }) => outcome.kind === "there");
		await say(isThere ? `Nothing new: ${path} stays as it is.` : "There is nothing to import.");
		return end([]);
	}
	if (isDryRun) {
		await say(
			`A dry run: nothing was written. Without --dry-run, ${count(added.length, "server")} would go into ${path}.`,
		);
		return end([]);
	}
	const answered = await answersFor(added, target, asker);
	if ("exitCode" in answered) return { ...end([]), exitCode: answered.exitCode };
	const { entries } = answered;
	if (entries.length === 0) {
		await say("Nothing was changed.");
		return end([], true);
	}
	const { backup, isPrivate } = await writeTarget(target, entries);
	await say(`Imported ${count(entries.length, "server")} into ${path}${isPrivate ? ", which only you can read" : ""}.`);
	if (backup !== undefined) await say(`What was there before is kept in ${shortPath(backup, home)}.`);
	return end(entries.map(({ name }) => name));
}

type Answers = { readonly entries: readonly NewEntry[] } | { readonly exitCode: number };

async function answersFor(added: readonly NewServer[], target: Target, asker: Asker | undefined): Promise<Answers> {
	const nothing: ReadonlyMap<string, string> = new Map();
	if (asker === undefined) return { entries: added.map((server) => withDescription(server, nothing)) };
	const manner = await askManner(asker, added.length);
	if (manner === "none") return { entries: [] };
	const wanted = manner === "choose" ? await chooseServers(asker, added) : added;
	if (wanted.length === 0) return { entries: [] };
	let own = nothing;
	if (await askToStart(asker, wanted.length)) {
		const { askServers } = await import("./own-words.ts");
		const entries = wanted.map(({ outcome: { name, entry } }) => ({ name, entry }));
		const asked = await askServers(entries, { path: target.file.path, home: target.home });
		if (asked.exitCode !== 0) return { exitCode: asked.exitCode };
		own = asked.descriptions;
	}
	if (manner !== "one by one") return { entries: wanted.map((server) => withDescription(server, own)) };
	const entries: NewEntry[] = [];
	for (const server of wanted) entries.push(await askAboutOne(asker, server, own));
	return { entries };
}

/** Those that have something, or that cannot be read. */
export function withSomething<T extends Sighting & { readonly client: Client }>(sightings: readonly T[]): T[] {
	return sightings.filter((sighting) => "problem" in sighting || sighting.servers.length > 0);
}
