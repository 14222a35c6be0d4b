/** What is said of an import before and after it. No line shows a secret. Pure. */
import { isObject } from "../../base/objects.ts";
import type { Place } from "../../clients/types.ts";
import { fieldPath } from "../../config/wording.ts";
import { printable } from "../output/printable.ts";
import type { Surface } from "../output/surface.ts";
import { type Cell, type Column, tableOf } from "../output/table.ts";
import { indent, wrap } from "../output/wrap.ts";
import type { Lack } from "./lacks.ts";
import { type NewServer, newServers, type PlannedServer, type Sighting } from "./plan.ts";
import type { Entry } from "./same.ts";
import { shortForm } from "./short-form.ts";

type Sheet = Pick<Surface, "width" | "colours">;

/** As in `3 servers`. */
export function count(number: number, what: string): string {
	return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** `~` for the home folder, as people write it; `.` is not used, since it says nothing in a note that is kept. */
export function shortPath(path: string, home: string): string {
	const isInside = path.startsWith(`${home}/`) || path.startsWith(`${home}\\`);
	return isInside && home !== "/" ? `~${path.slice(home.length)}` : path;
}

/** As in `Claude Code (project)`. */
export function sourceName(title: string, { scope }: Pick<Place, "scope">): string {
	return scope === "project" ? `${title} (project)` : title;
}

/** Which files were read, and what was in them. */
export function describeSightings(sightings: readonly Sighting[], home: string, sheet: Sheet): string {
	const columns: Column[] = [{ title: "client" }, { title: "file", isFlexible: true }, { title: "found" }];
	const rows = sightings.map((sighting): Cell[] => {
		const { client, place } = sighting;
		const note = place.note === undefined ? "" : ` (${place.note})`;
		const found = "servers" in sighting ? count(sighting.servers.length, "server") : "cannot be read";
		return [sourceName(client.title, place), `${shortPath(place.path, home)}${note}`, found];
	});
	return tableOf(columns, rows, sheet);
}

export interface PlanWords {
	readonly planned: readonly PlannedServer[];
	readonly sightings: readonly Sighting[];
	/** Variables that are not set, and the like, by group. */
	readonly lacks: readonly Lack[];
	readonly home: string;
}

/** Everything that becomes of what was found; empty parts are left out. */
export function describePlan({ planned, sightings, lacks, home }: PlanWords, sheet: Sheet): string {
	const added = newServers(planned);
	return [
		part(sheet, "To import", added.length === 0 ? "" : tableOfNew(added, sheet)),
		part(sheet, "Names", list(sheet, added.flatMap(describeName))),
		part(sheet, "Already there", list(sheet, planned.flatMap(describeThere))),
		part(sheet, "Not imported", list(sheet, planned.flatMap(describeOmitted))),
		part(sheet, "Cannot be read", list(sheet, describeFaults(sightings, home))),
		part(sheet, "Left out, because there is nothing like it here", list(sheet, added.flatMap(describeLosses))),
		part(sheet, "To do", list(sheet, describeTodos(added, lacks))),
		part(sheet, "Secrets in clear text", describeSecrets(added, sheet)),
	]
		.filter((text) => text !== "")
		.join("\n\n");
}

function part({ colours, width }: Sheet, title: string, text: string): string {
	return text === "" ? "" : `${wrap(title, width).map(colours.bold).join("\n")}\n${text}`;
}

function list({ width }: Sheet, lines: readonly string[]): string {
	return lines
		.flatMap((line) => {
			const [first = "", ...others] = wrap(printable(line).replaceAll("\n", " "), width - 4);
			return [`  ${first}`, ...indent(others, 4)];
		})
		.join("\n");
}

function tableOfNew(added: readonly NewServer[], { width, colours }: Sheet): string {
	const columns: Column[] = [{ title: "group" }, { title: "from" }, { title: "server", isFlexible: true }];
	const rows = added.map(({ client, place, outcome: { name, entry, from } }): Cell[] => {
		const off = entry["enabled"] === false ? " (switched off)" : "";
		const fields = from.secrets.map(({ field }) => field);
		return [name, sourceName(client.title, place), `${shortForm(entry, fields)}${off}`];
	});
	return indent(tableOf(columns, rows, { width: width - 2, colours }).split("\n"), 2).join("\n");
}

function describeName({ client, server, outcome: { name, taken } }: NewServer): string[] {
	if (taken !== undefined) return [`${name}: ${client.title}'s ${taken} is another server than the one of that name`];
	return name === server.name ? [] : [`${name}: ${JSON.stringify(server.name)} in ${client.title}`];
}

function describeThere({ client, server, place, outcome }: PlannedServer): string[] {
	if (outcome.kind !== "there") return [];
	const other = outcome.name === server.name ? "" : `, as ${outcome.name}`;
	return [`${server.name} (${sourceName(client.title, place)})${other}`];
}

function describeOmitted({ client, server, place, outcome }: PlannedServer): string[] {
	if (outcome.kind !== "skipped" && outcome.kind !== "failed") return [];
	return [`${server.name} (${sourceName(client.title, place)}): ${outcome.reason}`];
}

function describeFaults(sightings: readonly Sighting[], home: string): string[] {
	return sightings.flatMap((sighting) => {
		if (!("problem" in sighting)) return [];
		const path = shortPath(sighting.place.path, home);
		const problem = sighting.problem.replaceAll(sighting.place.path, path);
		return [
			problem.includes(path) ? `${sighting.client.title}: ${problem}` : `${sighting.client.title}: ${path}: ${problem}`,
		];
	});
}

function describeLosses({ outcome: { name, from } }: NewServer): string[] {
	return from.lossy.map((sentence) => `${name}: ${sentence}`);
}

function describeTodos(added: readonly NewServer[], lacks: readonly Lack[]): string[] {
	return added.flatMap(({ outcome: { name, from } }) => {
		const told = from.todo.join("\n");
		const others = lacks.filter(
			(lack) => lack.name === name && !(lack.variable !== undefined && told.includes(lack.variable)),
		);
		return [...from.todo, ...others.map(({ what }) => what)].map((todo) => `${name}: ${todo}`);
	});
}

function describeSecrets(added: readonly NewServer[], sheet: Sheet): string {
	const values = new Map<string, unknown>();
	const found = added.flatMap(({ outcome: { name, entry, from } }) => {
		return from.secrets.map(({ field, variable }) => {
			return `${name}: ${field}; better: \${${variableOf(values, variable, valueOf(entry, field))}}`;
		});
	});
	if (found.length === 0) return "";
	const advice =
		"They are taken over as they are, and the config is made readable for you alone. Better write the variable in their place, and set it where your client is started.";
	return `${list(sheet, found)}\n${indent(wrap(advice, sheet.width - 2), 2).join("\n")}`;
}

/** Two servers may share a variable for one value, never for two. */
function variableOf(values: Map<string, unknown>, wanted: string, value: unknown): string {
	let name = wanted;
	for (let number = 2; values.has(name) && values.get(name) !== value; number++) name = `${wanted}_${number}`;
	values.set(name, value);
	return name;
}

/** Of a field such as `url` or `env.TOKEN`. */
function valueOf(entry: Entry, field: string): unknown {
	for (const [key, value] of Object.entries(entry)) {
		if (key === field) return value;
		if (Array.isArray(value)) {
			const index = value.findIndex((_, at) => fieldPath(key, at) === field);
			if (index !== -1) return value[index];
		} else if (isObject(value)) {
			const found = Object.entries(value).find(([name]) => fieldPath(key, name) === field);
			if (found !== undefined) return found[1];
		}
	}
	return undefined;
}
