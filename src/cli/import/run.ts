/** Carries an import out: from what was found to the config that is written. */
import type { Client, Machine } from "../../clients/types.ts";
import { printOut } from "../output/print.ts";
import { surfaceOf } from "../output/surface.ts";
import { wrap } from "../output/wrap.ts";
import { type Asker, Interrupted } from "../prompts/ask.ts";
import { askAboutOne, askManner, askToStart, chooseServers, withDescription } from "./choose.ts";
import { lacksOf, problemOf } from "./lacks.ts";
import { isTotalFailure, type NewServer, newServers, planImport, type Sighting } from "./plan.ts";
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

/** What is to be done now that the person has been asked; nothing has been written yet. */
export interface Decision {
	/** 1 when nothing of what was found could be read, else 0. */
	readonly exitCode: number;
	/** To be written, unless it is a dry run; none when there is nothing new, or when the person has said no. */
	readonly entries: readonly NewEntry[];
}

/** Shows the plan, and asks. Rejects with `Interrupted` when a question is not answered. */
export async function decideImport({ sightings, machine, target, isDryRun, asker }: ImportJob): Promise<Decision> {
	const { home, env } = machine;
	const surroundings = { env, home, path: target.file.path };
	const planned = planImport({
		sightings,
		existing: target.existing,
		problemOf: (name, entry) => problemOf(name, entry, surroundings),
	});
	const added = newServers(planned);
	const lacks = added.flatMap(({ outcome }) => lacksOf(outcome.name, outcome.entry, surroundings));
	const sheet = surfaceOf("stdout");
	const path = shortPath(target.file.path, home);
	if (sightings.length > 0) await printOut(`${describeSightings(sightings, home, sheet)}\n\n`);
	const plan = describePlan({ planned, sightings, lacks, home }, sheet);
	if (plan !== "") await printOut(`${plan}\n\n`);

	const nothing: Decision = {
		exitCode: isTotalFailure(sightings, planned) ? 1 : 0,
		entries: [],
	};
	if (added.length === 0) {
		const isThere = planned.some(({ outcome }) => outcome.kind === "there");
		await say(isThere ? `Nothing new: ${path} stays as it is.` : "There is nothing to import.");
		return nothing;
	}
	if (isDryRun) {
		await say(`A dry run: ${count(added.length, "server")} would go into ${path}, and nothing is written.`);
		return { ...nothing, entries: added.map((server) => withDescription(server, new Map())) };
	}
	const entries = await entriesToWrite(added, target, asker);
	if (entries.length === 0) await say("Nothing is imported.");
	return { ...nothing, entries };
}

/** Writes what was decided. */
export async function finishImport(target: Target, entries: readonly NewEntry[]): Promise<void> {
	if (entries.length === 0) return;
	const { file, home } = target;
	const { backup, isPrivate } = await writeTarget(target, entries);
	const path = shortPath(file.path, home);
	await say(`Imported ${count(entries.length, "server")} into ${path}${isPrivate ? ", which only you can read" : ""}.`);
	if (backup !== undefined) await say(`What was there before is kept in ${shortPath(backup, home)}.`);
}

/** In lines that fit. */
export function say(text: string): Promise<void> {
	return printOut(wrap(text, surfaceOf("stdout").width).join("\n"));
}

async function entriesToWrite(
	added: readonly NewServer[],
	target: Target,
	asker: Asker | undefined,
): Promise<readonly NewEntry[]> {
	const nothing: ReadonlyMap<string, string> = new Map();
	if (asker === undefined) return added.map((server) => withDescription(server, nothing));
	const manner = await askManner(asker, added.length);
	if (manner === "none") return [];
	const wanted = manner === "choose" ? await chooseServers(asker, added) : added;
	if (wanted.length === 0) return [];
	const own = (await askToStart(asker, wanted.length)) ? await wordsOf(wanted, target) : nothing;
	if (manner !== "one by one") return wanted.map((server) => withDescription(server, own));
	const entries: NewEntry[] = [];
	for (const server of wanted) entries.push(await askAboutOne(asker, server, own));
	return entries;
}

async function wordsOf(wanted: readonly NewServer[], { file, home }: Target): Promise<ReadonlyMap<string, string>> {
	const { askServers } = await import("./own-words.ts");
	await say(`Starting ${count(wanted.length, "server")} …`);
	const entries = wanted.map(({ outcome: { name, entry } }) => ({ name, entry }));
	const descriptions = await askServers(entries, { path: file.path, home });
	if (descriptions === undefined) throw new Interrupted();
	return descriptions;
}

/** Those that have something, or that cannot be read. */
export function withSomething<T extends Sighting & { readonly client: Client }>(sightings: readonly T[]): T[] {
	return sightings.filter((sighting) => "problem" in sighting || sighting.servers.length > 0);
}
