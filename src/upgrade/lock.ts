/** Sees to it that only one installer or upgrade is at work in a folder. */
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../base/errors.ts";

export interface Lock {
	/** A folder for files on the way to their place: whatever is left in it goes with the lock. */
	readonly folder: string;
	release(): Promise<void>;
}

/** A lock without a process's id is one that is just being taken, unless it is older than this. */
const nascentMs = 60_000;

/**
 * Takes `<folder>/.dynamic-mcp.lock`: a folder, since making one either succeeds or does not, with the id of who has it in
 * the file `pid`. The installers take the same. One whose process is gone is taken over. Throws `UserError` when
 * somebody has it, and whatever the system says when the folder cannot be written to.
 */
export async function takeLock(folder: string): Promise<Lock> {
	const path = join(folder, ".dynamic-mcp.lock");
	if (!(await makeFolder(path))) {
		const holder = await holderOf(path);
		if (holder.isAlive || !(await removeStale(path, holder)) || !(await makeFolder(path))) throw taken(path, holder);
	}
	const release = () => rm(path, { recursive: true, force: true });
	try {
		await writeFile(join(path, "pid"), `${process.pid}\n`);
	} catch (error) {
		await release();
		throw error;
	}
	return { folder: path, release };
}

/** False when it is there already. */
async function makeFolder(path: string): Promise<boolean> {
	try {
		await mkdir(path, { mode: 0o700 });
		return true;
	} catch (error) {
		if (isCode(error, "EEXIST")) return false;
		throw error;
	}
}

interface Holder {
	/** Undefined while it is not written down. */
	readonly pid: number | undefined;
	readonly isAlive: boolean;
}

async function holderOf(path: string): Promise<Holder> {
	const text = await readFile(join(path, "pid"), "utf8").catch(() => "");
	const pid = /^[1-9]\d*$/.test(text.trim()) ? Number(text) : undefined;
	return { pid, isAlive: pid === undefined ? await isYoung(path) : isRunning(pid) };
}

/** Undefined ages count as old: the lock has just been given back. */
async function isYoung(path: string): Promise<boolean> {
	const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
	return Date.now() - mtimeMs < nascentMs;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// Somebody else's process may not be signalled, but it is there.
		return isCode(error, "EPERM");
	}
}

/** Moves it away before removing it, and looks again: meanwhile another process may have put its own in its place. */
async function removeStale(path: string, { pid }: Holder): Promise<boolean> {
	const aside = `${path}.${process.pid}`;
	try {
		await rename(path, aside);
	} catch (error) {
		return isCode(error, "ENOENT");
	}
	if ((await holderOf(aside)).pid !== pid) {
		await rename(aside, path).catch(() => rm(aside, { recursive: true, force: true }));
		return false;
	}
	await rm(aside, { recursive: true, force: true });
	return true;
}

function taken(path: string, { pid }: Holder): UserError {
	const who = pid === undefined ? "" : ` (process ${pid})`;
	return new UserError(`another installation or upgrade is at work${who}`, {
		hint: `Run this again when it is done. If there is none, remove the folder ${path} first.`,
	});
}

function isCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}
