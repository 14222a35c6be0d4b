/** What `connect` has done, for `disconnect`: one note for each file, in `~/.dynamic-mcp/connections`. */
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../base/errors.ts";
import { readFileIfThere, writeFileAtomically } from "../../base/files.ts";
import { isObject, parseJson } from "../../base/objects.ts";

export interface Connection {
	readonly client: string;
	/** Of the client's file, as the client's places name it. */
	readonly path: string;
	/** What the file is to be again; undefined when there was none. */
	readonly backup: string | undefined;
	/** Of the text that was written. */
	readonly hash: string;
	/** Of our entry. */
	readonly name: string;
	/** Where it stands, from the outermost object. */
	readonly keys: readonly string[];
	/** How many of them were there before. */
	readonly kept: number;
	/** The servers that were taken out. */
	readonly replaced: readonly string[];
}

export function connectionsFolder(home: string): string {
	return join(home, ".dynamic-mcp", "connections");
}

export function backupsFolder(home: string, client: string): string {
	return join(home, ".dynamic-mcp", "backups", client);
}

export function hashOf(text: string): string {
	return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/** Undefined when nothing is known of the file. Throws `UserError` for a note that cannot be read. */
export async function readConnection(home: string, path: string): Promise<Connection | undefined> {
	const file = noteFor(home, path);
	const text = await readFileIfThere(file);
	if (text === undefined) return undefined;
	const connection = parse(text);
	if (connection?.path === path) return connection;
	throw new UserError(`the note ${file} about ${path} cannot be read`, {
		hint: `Remove it, and take dynamic-mcp out of ${path} by hand; the file as it was is in ${join(home, ".dynamic-mcp", "backups")}.`,
	});
}

export async function writeConnection(home: string, connection: Connection): Promise<void> {
	const text = `${JSON.stringify(connection, undefined, "\t")}\n`;
	await writeFileAtomically(noteFor(home, connection.path), text, { mode: 0o600, isLasting: true });
}

export async function removeConnection(home: string, path: string): Promise<void> {
	await rm(noteFor(home, path), { force: true });
}

function noteFor(home: string, path: string): string {
	return join(connectionsFolder(home), `${hashOf(path).slice(0, 16)}.json`);
}

function parse(text: string): Connection | undefined {
	const value = parseJson(text);
	if (!isObject(value)) return undefined;
	const { client, path, backup, hash, name, keys, kept, replaced } = value;
	const isText = [client, path, hash, name, backup ?? ""].every((field) => typeof field === "string");
	const isList = [keys, replaced].every(
		(field) => Array.isArray(field) && field.every((each) => typeof each === "string"),
	);
	// Each field has just been checked.
	return isText && isList && typeof kept === "number"
		? ({ client, path, backup, hash, name, keys, kept, replaced } as Connection)
		: undefined;
}
