/** The questions of an import. */
import type { Asker } from "../prompts/ask.ts";
import type { ListItem } from "../prompts/list.ts";
import { guessDescription } from "./description.ts";
import { type FeatureName, featureNames, featuresOf, withAnswers } from "./options.ts";
import type { NewServer, Sighting } from "./plan.ts";
import { count, shortPath, sourceName } from "./wording.ts";
import type { NewEntry } from "./write-config.ts";

/** Which sightings are to be imported from. What lies in the project's folder may come from somebody else, so it is not ticked. */
export async function chooseSightings<T extends Sighting>(
	asker: Asker,
	sightings: readonly T[],
	home: string,
	ticked: (sighting: T) => boolean = ({ place }) => place.scope === "global",
): Promise<T[]> {
	const sources = new Map<string, T[]>();
	for (const sighting of sightings) {
		if ("servers" in sighting && sighting.servers.length === 0) continue;
		const name = sourceName(sighting.client.title, sighting.place);
		sources.set(name, [...(sources.get(name) ?? []), sighting]);
	}
	if (sources.size <= 1) return [...sightings];
	const items = Array.from(sources, ([name, found]): ListItem => {
		const servers = found.reduce((sum, each) => sum + ("servers" in each ? each.servers.length : 0), 0);
		const paths = [...new Set(found.map(({ place }) => shortPath(place.path, home)))];
		return { value: name, label: name, hint: `${count(servers, "server")}, ${paths.join(", ")}` };
	});
	const first = Array.from(sources, ([name, found]) => (found.some(ticked) ? [name] : [])).flat();
	const names = await asker.chooseSeveral("Import from which clients?", items, first);
	return names.flatMap((name) => sources.get(name) ?? []);
}

export type Manner = "all" | "choose" | "one by one" | "none";

/** The first question of those that follow the plan. */
export async function askManner(asker: Asker, number: number): Promise<Manner> {
	const them = number === 1 ? "this server" : `these ${number} servers`;
	const items: (ListItem & { value: Manner })[] = [
		{ value: "all", label: "Yes", hint: "as shown, with all their features" },
		...(number === 1 ? [] : [{ value: "choose" as const, label: "Choose", hint: "import some of them" }]),
		{ value: "one by one", label: "One by one", hint: "look at descriptions and features" },
		{ value: "none", label: "No", hint: "change nothing" },
	];
	const answer = await asker.chooseOne(`Import ${them}?`, items);
	return items.find(({ value }) => value === answer)?.value ?? "none";
}

export async function chooseServers(asker: Asker, added: readonly NewServer[]): Promise<NewServer[]> {
	const items = added.map(({ client, place, outcome }) => {
		return { value: outcome.name, label: outcome.name, hint: sourceName(client.title, place) };
	});
	const names = await asker.chooseSeveral("Import which servers?", items);
	return added.filter(({ outcome }) => names.includes(outcome.name));
}

/** Whether to start them once, which is the only time that anything of theirs is run. */
export async function askToStart(asker: Asker, number: number): Promise<boolean> {
	const question = `Start ${number === 1 ? "it" : "them"} once, to be described in ${number === 1 ? "its" : "their"} own words?`;
	const answer = await asker.chooseOne(question, [
		{ value: "no", label: "No", hint: "descriptions are guessed, or left out" },
		{ value: "yes", label: "Yes", hint: "runs their commands, for a few seconds" },
	]);
	return answer === "yes";
}

/** As it is, with the best description there is. */
export function withDescription({ outcome: { name, entry } }: NewServer, own: ReadonlyMap<string, string>): NewEntry {
	return { name, entry: withAnswers(entry, descriptionFor(name, entry, own), featuresOf(entry)) };
}

export async function askAboutOne(
	asker: Asker,
	server: NewServer,
	own: ReadonlyMap<string, string>,
): Promise<NewEntry> {
	const { name, entry } = server.outcome;
	const question = `${name}: what is it for? (the model reads this; may be empty)`;
	const description = await asker.text(question, descriptionFor(name, entry, own));
	const on = featuresOf(entry);
	const items = featureNames.map((feature) => ({ value: feature, label: feature }));
	const ticked = await asker.chooseSeveral(`${name}: offer which features?`, items, on);
	const features = featureNames.filter((feature): feature is FeatureName => ticked.includes(feature));
	return { name, entry: withAnswers(entry, description, features) };
}

function descriptionFor(name: string, entry: Readonly<Record<string, unknown>>, own: ReadonlyMap<string, string>) {
	const { description } = entry;
	if (typeof description === "string" && description.trim() !== "") return description;
	return own.get(name) ?? guessDescription(name, entry);
}
