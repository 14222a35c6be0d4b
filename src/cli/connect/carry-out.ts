/** Writes what was planned, so that it can be undone: a backup and a note first, the client's file last. */
import { rm } from "node:fs/promises";

import { alone } from "../alone.ts";
import { backUp, replaceClientFile } from "../client-file.ts";
import { type DisconnectChange, textWithoutUs } from "./disconnect-plan.ts";
import {
	backupsFolder,
	type Connection,
	hashOf,
	readConnection,
	removeConnection,
	writeConnection,
} from "./journal.ts";
import type { ConnectChange } from "./plan.ts";

/** Resolves with where the file as it was is kept; undefined when there was none. When it rejects, nothing has changed. */
export async function carryOut(change: ConnectChange, home: string): Promise<string | undefined> {
	const { client, file, text, name, keys } = change;
	return alone(home, async () => {
		const earlier = await readConnection(home, change.place.path);
		const folder = backupsFolder(home, client.id);
		const raw = await backUp(file, folder);
		const before = await beforeUs(change, earlier, raw, folder);
		const replaced = [...new Set([...before.replaced, ...change.replaced])];
		const { backup, kept } = before;
		const connection = {
			client: client.id,
			path: change.place.path,
			backup,
			hash: hashOf(text),
			name,
			keys,
			kept,
			replaced,
		};
		await writeConnection(home, connection);
		try {
			await replaceClientFile(file, text);
		} catch (error) {
			if (earlier === undefined) await removeConnection(home, change.place.path);
			else await writeConnection(home, earlier);
			const made = new Set([raw, backup === earlier?.backup ? undefined : backup]);
			for (const path of made) if (path !== undefined) await rm(path, { force: true });
			throw error;
		}
		return raw;
	});
}

/** What `disconnect` is to restore: the file before the first connection, and the person's edits since. */
async function beforeUs(
	change: ConnectChange,
	earlier: Connection | undefined,
	raw: string | undefined,
	folder: string,
): Promise<{ backup: string | undefined; kept: number; replaced: readonly string[] }> {
	const { file, kept } = change;
	if (earlier === undefined || file.text === undefined) return { backup: raw, kept, replaced: [] };
	if (hashOf(file.text) === earlier.hash)
		return { backup: earlier.backup, kept: earlier.kept, replaced: earlier.replaced };
	const { text } = await textWithoutUs({ ...change, file }, earlier);
	return { backup: await backUp({ ...file, text }, folder), kept: earlier.kept, replaced: earlier.replaced };
}

/** As `carryOut`. */
export async function carryOutDisconnect(change: DisconnectChange, home: string): Promise<string | undefined> {
	const { client, file, place, text } = change;
	return alone(home, async () => {
		const raw = change.isExact ? undefined : await backUp(file, backupsFolder(home, client.id));
		await replaceClientFile(file, text);
		await removeConnection(home, place.path);
		return raw;
	});
}
