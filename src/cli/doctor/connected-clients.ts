/** Finds out which clients of this machine start this program, and whether what they start is there. */
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";

import { UserError } from "../../base/errors.ts";
import { readFileIfThere } from "../../base/files.ts";
import { isObject } from "../../base/objects.ts";
import { clients } from "../../clients/all.ts";
import { parseDocument } from "../../clients/document.ts";
import { entriesAt } from "../../clients/reading/family.ts";
import { isOurselves } from "../../clients/reading/ourselves.ts";
import type { Client, Machine, Place } from "../../clients/types.ts";
import type { Check } from "./facts.ts";

/** Larger ones hold more than servers, and take long to read. */
const maxBytes = 8 * 2 ** 20;

export async function checkClients(machine: Machine): Promise<Check> {
	const found = (await Promise.all(clients.map((client) => commandsIn(client, machine)))).flat();
	const gone = found.find(({ command }) => isAbsolute(command) && !existsSync(command));
	if (gone !== undefined) {
		const { client, place, command } = gone;
		return {
			check: "clients",
			ok: false,
			message: `${client.title} starts ${command}, which is not there (${place.path})`,
			fix: `dynamic-mcp connect ${client.id}`,
		};
	}
	const titles = [...new Set(found.map(({ client }) => client.title))];
	if (titles.length > 0) return { check: "clients", ok: true, message: `connected: ${titles.join(", ")}` };
	return {
		check: "clients",
		ok: false,
		message: "no client that we know of has dynamic-mcp in its config",
		fix: "dynamic-mcp connect <client> puts it there.",
	};
}

interface Connected {
	readonly client: Client;
	readonly place: Place;
	readonly command: string;
}

async function commandsIn(client: Client, machine: Machine): Promise<Connected[]> {
	const places = client.places(machine).filter(({ isPattern, format }) => isPattern !== true && format !== "shell");
	const found = await Promise.all(places.map((place) => ourCommandsIn(client, place)));
	return found.flat();
}

async function ourCommandsIn(client: Client, place: Place): Promise<Connected[]> {
	for (const raw of await entriesIn(client, place)) {
		const entry = isObject(raw) && isObject(raw["command"]) ? raw["command"] : raw;
		if (!isObject(entry)) continue;
		const written = entry["command"] ?? entry["cmd"] ?? entry["path"];
		const [command, ...first]: unknown[] = Array.isArray(written) ? written : [written];
		const args = Array.isArray(entry["args"]) ? [...first, ...(entry["args"] as unknown[])] : first;
		if (typeof command === "string" && isOurselves(command, args)) return [{ client, place, command }];
	}
	return [];
}

/** A file that is not well is its client's affair: `import` says what is wrong with it, to whoever wants it read. */
async function entriesIn(client: Client, place: Place): Promise<unknown[]> {
	try {
		if (Bun.file(place.path).size > maxBytes) return [];
		const text = await readFileIfThere(place.path);
		const document = text === undefined ? undefined : parseDocument(text, place.format);
		if (document === undefined || "problem" in document || !isObject(document.value)) return [];
		return entriesAt(document.value, client.keys(document.value, place), place).map(([, entry]) => entry);
	} catch (error) {
		if (error instanceof UserError || (error instanceof Error && "code" in error) || error instanceof TypeError)
			return [];
		throw error;
	}
}
