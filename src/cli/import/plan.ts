/** What is to become of the servers that were found, given those that the config has already. Pure. */
import type { Client, Place, ReadServer } from "../../clients/types.ts";
import { type Definition, definitionOf, type Entry, isSame, isSameButForVariables } from "./same.ts";

/** A file in which a client keeps servers, as it was read. */
export type Sighting = { readonly client: Pick<Client, "id" | "title">; readonly place: Place } & (
	{ readonly servers: readonly ReadServer[] } | { readonly problem: string }
);

export interface PlannedServer {
	readonly client: Pick<Client, "id" | "title">;
	readonly place: Place;
	readonly server: ReadServer;
	readonly outcome: Outcome;
}

export type ImportedServer = ReadServer & { readonly kind: "imported" };

export type Outcome =
	| {
			readonly kind: "new";
			/** Of the group. */
			readonly name: string;
			readonly entry: Entry;
			readonly from: ImportedServer;
			/** The name it would have, if that were not something else's. */
			readonly taken?: string;
	  }
	/** The config has it. */
	| { readonly kind: "there"; readonly name: string }
	/** Another client has it, too, and it is imported from there. */
	| { readonly kind: "same"; readonly name: string }
	| { readonly kind: "skipped"; readonly reason: string }
	| { readonly kind: "failed"; readonly reason: string };

export interface PlanSources {
	readonly sightings: readonly Sighting[];
	/** The entries of the config, by name; empty when it is to be overwritten. */
	readonly existing: Readonly<Record<string, unknown>>;
	/** Why the config would not load with this entry. */
	readonly problemOf: (name: string, entry: Entry) => string | undefined;
}

interface Known {
	readonly name: string;
	readonly definition: Definition;
	/** Undefined for those that the config has. */
	readonly foundIn: Place | undefined;
}

/** In the order of the sightings. What is found once more is not imported twice; what only has the same name gets another one. */
export function planImport({ sightings, existing, problemOf }: PlanSources): PlannedServer[] {
	const names = new Set(Object.keys(existing));
	const known: Known[] = [];
	for (const [name, entry] of Object.entries(existing)) {
		const definition = definitionOf(entry);
		if (definition !== undefined) known.push({ name, definition, foundIn: undefined });
	}
	const planned: PlannedServer[] = [];

	function decide(server: ReadServer, { client, place }: Sighting): Outcome {
		if (server.kind !== "imported") return { kind: server.kind, reason: server.reason };
		const problem = problemOf(server.group, server.entry);
		const definition = definitionOf(server.entry);
		if (problem !== undefined || definition === undefined) {
			return { kind: "failed", reason: problem ?? "it is no entry that this program understands" };
		}
		const match = findSame(known, server.group, definition, place);
		if (match !== undefined) {
			if (match.foundIn === undefined) return { kind: "there", name: match.name };
			if (server.entry["enabled"] !== false) switchOn(planned, match.name);
			return { kind: "same", name: match.name };
		}
		const name = freeName(server.group, client.id, names);
		names.add(name);
		known.push({ name, definition, foundIn: place });
		const taken = name === server.group ? {} : { taken: server.group };
		return { kind: "new", name, entry: server.entry, from: server, ...taken };
	}

	for (const sighting of sightings) {
		const { client, place } = sighting;
		const servers = "servers" in sighting ? sighting.servers : [];
		for (const server of servers) planned.push({ client, place, server, outcome: decide(server, sighting) });
	}
	return planned;
}

/** Rather the one of the same name. Two entries of one file are two servers, whatever they have in common. */
function findSame(known: readonly Known[], group: string, definition: Definition, place: Place): Known | undefined {
	const same = known.filter(({ definition: other, foundIn }) => {
		if (foundIn === undefined) return isSameButForVariables(other, definition);
		return foundIn !== place && isSame(other, definition);
	});
	return same.find(({ name }) => name === group) ?? same[0];
}

/** What one client has switched off and another one uses is used. */
function switchOn(planned: PlannedServer[], name: string): void {
	const index = planned.findIndex(({ outcome }) => outcome.kind === "new" && outcome.name === name);
	const found = planned[index];
	if (found?.outcome.kind !== "new" || found.outcome.entry["enabled"] !== false) return;
	const { enabled: _, ...entry } = found.outcome.entry;
	planned[index] = { ...found, outcome: { ...found.outcome, entry } };
}

/** Of a group, where clients put it in front of its tools' names. */
const longestName = 24;

function freeName(group: string, client: string, names: ReadonlySet<string>): string {
	if (!names.has(group)) return group;
	for (let count = 1; ; count++) {
		const suffix = count === 1 ? `-${client}` : `-${client}-${count}`;
		const name = group.slice(0, Math.max(1, longestName - suffix.length)).replace(/-+$/, "") + suffix;
		if (!names.has(name)) return name;
	}
}

export type NewServer = PlannedServer & { readonly outcome: Outcome & { readonly kind: "new" } };

export function newServers(planned: readonly PlannedServer[]): NewServer[] {
	return planned.filter((each): each is NewServer => each.outcome.kind === "new");
}

/** Whether there was something to read, and nothing of it could be. */
export function isTotalFailure(sightings: readonly Sighting[], planned: readonly PlannedServer[]): boolean {
	const hasFault =
		sightings.some((each) => "problem" in each) || planned.some(({ outcome }) => outcome.kind === "failed");
	return hasFault && planned.every(({ outcome }) => outcome.kind === "failed");
}
