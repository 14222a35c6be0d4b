/** The tables of docs/import.md: where each client has its servers, by the code that looks there. */
import { clients } from "../src/clients/all.ts";
import type { Machine, Place, Platform } from "../src/clients/types.ts";

const names: Readonly<Record<Platform, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };

/** A person whose folders are called as everybody's are. */
const machines: readonly Machine[] = [
	{ platform: "linux", env: {}, home: "~", project: "" },
	{ platform: "darwin", env: {}, home: "~", project: "" },
	{
		platform: "win32",
		env: Object.fromEntries(
			["APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"].map((name) => [name, `%${name}%`]),
		),
		home: "~",
		project: "",
	},
];

const global = "all projects";

export const placesBegin = (id: string) => `<!-- Places of ${id}, made by scripts/generate-docs.ts. -->`;
export const placesEnd = "<!-- End of the places. -->";

/** The page with each client's table between its marks. Throws when a client has no marks. */
export function withPlaces(page: string): string {
	let made = page;
	for (const client of clients) {
		const begin = placesBegin(client.id);
		const from = made.indexOf(begin);
		const to = made.indexOf(placesEnd, from);
		if (from === -1 || to === -1) throw new Error(`docs/import.md has no marks for the places of ${client.id}`);
		made = `${made.slice(0, from)}${begin}\n\n${table(client.places)}\n\n${made.slice(to)}`;
	}
	return made;
}

function table(places: (machine: Machine) => readonly Place[]): string {
	const rows = new Map<string, { row: string[]; systems: Platform[] }>();
	for (const machine of machines) {
		for (const place of places(machine)) {
			const path = `\`${spelled(place.path)}\``;
			const row = [path, place.scope === "global" ? global : "one project", place.note ?? ""];
			const known = rows.get(row.join("\0"));
			if (known === undefined) rows.set(row.join("\0"), { row, systems: [machine.platform] });
			else known.systems.push(machine.platform);
		}
	}
	// What is for all projects comes first, on whichever system.
	const sorted = [...rows.values()].sort((x, y) => Number(x.row[1] !== global) - Number(y.row[1] !== global));
	const lines = sorted.map(({ row, systems }) => `| ${[...row.slice(0, 2), on(systems), row[2]].join(" | ")} |`);
	return ["| file | for | on | |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

/** `~` is the home folder on every system, and a folder is told from a name by `/` where there is no drive or variable. */
function spelled(path: string): string {
	return path.startsWith("%") ? path : path.replaceAll("\\", "/");
}

function on(systems: readonly Platform[]): string {
	return systems.length === machines.length ? "every system" : systems.map((system) => names[system]).join(", ");
}
