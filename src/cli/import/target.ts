/** The config that an import writes: reading it before, replacing it after. */
import { join } from "node:path";

import { aloneIfPossible } from "../alone.ts";
import { backUp, checkWritable, type ClientFile, readClientFile, replaceClientFile } from "../client-file.ts";
import { check, entriesOf, hasSecrets, isBlank, type NewEntry, withEntries } from "./write-config.ts";

export interface Target {
	readonly file: ClientFile;
	readonly home: string;
	/** Its entries, which are not to be touched; none when it is to be overwritten. */
	readonly existing: Readonly<Record<string, unknown>>;
	readonly isOverwritten: boolean;
}

/** Throws `UserError` where nothing could be written in the end: before anybody has answered a question. */
export async function openTarget(path: string, home: string, isForced: boolean): Promise<Target> {
	const file = await readClientFile(path);
	await checkWritable(file);
	const isOverwritten = isForced && !isBlank(file.text);
	return { file, home, existing: isForced ? {} : entriesOf(file.text, { path, home }), isOverwritten };
}

export interface Written {
	/** Where the config is that was overwritten. */
	readonly backup: string | undefined;
	/** Nobody but its owner can read it, because there are secrets in it. */
	readonly isPrivate: boolean;
}

/** All or nothing: a text that would not load is not written, nor one over what another import has just written. */
export async function writeTarget(target: Target, added: readonly NewEntry[]): Promise<Written> {
	// Where nothing of ours can be in the home folder the config is elsewhere.
	return aloneIfPossible(target.home, () => write(target, added));
}

async function write({ file, home, isOverwritten }: Target, added: readonly NewEntry[]): Promise<Written> {
	const at = { path: file.path, home };
	const text = withEntries(isOverwritten ? undefined : file.text, added);
	check(text, at);
	const isPrivate = hasSecrets(text, at);
	const usual = file.text === undefined ? 0o644 : file.mode;
	const backup = isOverwritten ? await backUp(file, backupFolder(home)) : undefined;
	await replaceClientFile({ ...file, mode: isPrivate ? 0o600 : usual }, text);
	return { backup, isPrivate };
}

function backupFolder(home: string): string {
	return join(home, ".dynamic-mcp", "backups");
}
