/** What disconnecting a client changes in its file. Reads, and writes nothing. */
import { UserError } from "../../base/errors.ts";
import { readFileIfThere } from "../../base/files.ts";
import { isObject, valueAt } from "../../base/objects.ts";
import { parseDocument } from "../../clients/document.ts";
import { removeEntry, setEntry } from "../../clients/edit/edit.ts";
import { entryIn } from "../../clients/edit/expected.ts";
import { isOurs, ourNamesIn } from "../../clients/our-entry.ts";
import type { Client, Machine, Place, Scope } from "../../clients/types.ts";
import { checkWritable, type ClientFile, readClientFile } from "../client-file.ts";
import { type Connection, hashOf, readConnection } from "./journal.ts";
import { openPlace, within, writablePlaces } from "./plan.ts";

export interface DisconnectChange {
	readonly client: Client;
	readonly place: Place;
	readonly file: ClientFile;
	/** What the file is to be; undefined when it is to go. */
	readonly text: string | undefined;
	/** It becomes what it was before, byte for byte. */
	readonly isExact: boolean;
	/** The servers that are put back. */
	readonly restored: readonly string[];
	/** Servers that were taken out, but cannot be put back: there are others by their names now, or no backup. */
	readonly missed: readonly string[];
}

/** One for each file of the client that we are in. Throws `UserError` for a file that cannot be read. */
export async function planDisconnect(
	client: Client,
	{ machine, scope }: { readonly machine: Machine; readonly scope: Scope | undefined },
): Promise<DisconnectChange[]> {
	// Two places may be in one file: Claude Code's scopes, and in the home folder a project's and that for all projects.
	const changes = new Map<string, DisconnectChange>();
	for (const place of writablePlaces(client, machine, scope)) {
		const file = await readClientFile(place.path);
		const earlier = changes.get(file.target);
		if (earlier?.isExact === true) continue;
		const change = await planFor(client, { place, file, machine, earlier });
		if (change !== undefined) changes.set(file.target, change);
	}
	return [...changes.values()];
}

interface Opened {
	readonly place: Place;
	readonly file: ClientFile;
	readonly machine: Machine;
	/** What changes in the same file already. */
	readonly earlier: DisconnectChange | undefined;
}

async function planFor(
	client: Client,
	{ place, file, machine, earlier }: Opened,
): Promise<DisconnectChange | undefined> {
	if (file.text === undefined) return undefined;
	const { servers, keys } = await openPlace(client, place, machine);
	const connection = await connectionFor(client, { place, machine, keys });
	if (connection !== undefined && hashOf(file.text) === connection.hash) {
		const text = await backupOf(connection);
		if (text !== undefined || connection.backup === undefined) {
			await checkWritable(file);
			return { client, place, file, text, isExact: true, restored: connection.replaced, missed: [] };
		}
	}
	if (connection === undefined && ourNamesIn(servers).length === 0) return undefined;
	const current = earlier?.text ?? file.text;
	const found = await textWithoutUs({ place, file: { ...file, text: current }, keys }, connection);
	if (found.text === current) return undefined;
	await checkWritable(file);
	const restored = [...(earlier?.restored ?? []), ...found.restored];
	const missed = [...(earlier?.missed ?? []), ...found.missed];
	return { client, place, file, text: found.text, isExact: false, restored, missed };
}

/** Two of Claude Code's places are in one file, of which there is one note. */
async function connectionFor(
	client: Client,
	{ place, machine, keys }: Pick<Opened, "place" | "machine"> & { readonly keys: readonly string[] },
): Promise<Connection | undefined> {
	const connection = await readConnection(machine.home, place.path);
	if (connection === undefined) return undefined;
	if (place.keys !== undefined) return Bun.deepEquals(connection.keys, keys) ? connection : undefined;
	const others = client.places(machine).filter(({ path, keys: own }) => path === place.path && own !== undefined);
	return others.some((other) => other.keys?.[0] === connection.keys[0]) ? undefined : connection;
}

/** The person's file as it is now without us, and with the servers that gave way to us. */
export async function textWithoutUs(
	{ place, file, keys }: { readonly place: Place; readonly file: ClientFile; readonly keys: readonly string[] },
	connection: Connection | undefined,
): Promise<Pick<DisconnectChange, "restored" | "missed"> & { readonly text: string }> {
	const { path, format } = place;
	const current = file.text ?? "";
	const document = documentOf(current, place);
	const names = new Set(ourNamesIn(valueAt(document, keys)));
	// Under our name there may be something else by now.
	if (connection !== undefined && isOurs(entryIn(document, keys, connection.name))) names.add(connection.name);
	const backup = connection === undefined ? undefined : await backupOf(connection);
	const before = backup === undefined ? undefined : documentOf(backup, place);
	const restored: string[] = [];
	const missed: string[] = [];
	let text = current;
	for (const name of connection?.replaced ?? []) {
		const entry = entryIn(before, connection?.keys ?? keys, name);
		const isFree = entryIn(document, keys, name) === undefined;
		if (isObject(entry) && isFree) {
			text = within(path, () => setEntry(text, format, keys, name, entry));
			restored.push(name);
		} else if (isFree) missed.push(name);
	}
	for (const name of names) {
		text = within(path, () => removeEntry(text, format, keys, name, connection?.kept ?? keys.length));
	}
	return { text, restored, missed };
}

/** Undefined when there was no file, or the backup is gone. */
async function backupOf({ backup }: Connection): Promise<string | undefined> {
	return backup === undefined ? undefined : readFileIfThere(backup);
}

function documentOf(text: string, { path, format }: Place): unknown {
	const parsed = parseDocument(text, format);
	if ("problem" in parsed)
		throw new UserError(`${path}:${parsed.problem}`, { hint: "Nothing has been written. Mend the file first." });
	return parsed.value;
}
