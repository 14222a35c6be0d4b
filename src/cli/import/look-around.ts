/** Reads the files in which clients keep servers on this machine. */
import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { UserError } from "../../base/errors.ts";
import { parseDocument } from "../../clients/document.ts";
import type { Client, Machine, Place, Scope } from "../../clients/types.ts";
import { readClientFile } from "../client-file.ts";
import { homeDirectory } from "../config-file.ts";
import type { Sighting } from "./plan.ts";

/** This one. The project is the working directory. */
export async function thisMachine(): Promise<Machine> {
	const { platform, env } = process;
	return {
		// Every other system has its files where Linux has them.
		platform: platform === "win32" || platform === "darwin" ? platform : "linux",
		env,
		home: homeDirectory(env),
		project: await realpath(process.cwd()),
	};
}

/** A file that is there, and what was found in it. A client's files that are missing are no sightings. */
export type LookedAt = Sighting & { readonly client: Client };

/** In the order of the clients and of their places. Never rejects for a file: what is wrong with it is its problem. */
export async function lookAround(
	clients: readonly Client[],
	scopes: readonly Scope[],
	machine: Machine,
): Promise<LookedAt[]> {
	const places = clients.flatMap((client) => {
		const wanted = client.places(machine).filter(({ scope }) => scopes.includes(scope));
		return distinct(wanted).map((place) => ({ client, place }));
	});
	const looked = await Promise.all(
		places.map(async ({ client, place }) => {
			const files = place.isPattern ? await filesOf(place) : [place];
			return Promise.all(files.map((file) => lookAt(client, file, machine)));
		}),
	);
	return looked.flat().filter((sighting) => sighting !== undefined);
}

/** In the home folder, the project's files are those for all projects, and count as such. */
function distinct(places: readonly Place[]): Place[] {
	const found = new Map<string, Place>();
	for (const place of places) {
		const key = JSON.stringify([place.path, place.keys]);
		const earlier = found.get(key);
		if (earlier === undefined || (earlier.scope === "project" && place.scope === "global")) found.set(key, place);
	}
	return [...found.values()];
}

async function lookAt(client: Client, place: Place, machine: Machine): Promise<LookedAt | undefined> {
	try {
		const { text } = await readClientFile(place.path);
		if (text === undefined) return undefined;
		const parsed = parseDocument(text, place.format);
		if ("problem" in parsed) return { client, place, problem: `${place.path}:${parsed.problem}` };
		return { client, place, servers: client.read(parsed.value, place, machine) };
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		return { client, place, problem: error.message };
	}
}

/** One place for each file that the pattern's last name fits. */
async function filesOf(place: Place): Promise<Place[]> {
	const folder = dirname(place.path);
	const glob = new Bun.Glob(basename(place.path));
	const names = await readdir(folder).catch(() => []);
	return names
		.filter((name) => glob.match(name))
		.sort()
		.map((name) => ({ ...place, path: join(folder, name) }));
}
