/** Sees to it that only one installer or upgrade is at work in a folder. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { hasCode, UserError } from "../base/errors.ts";
import { isRunning } from "../base/processes.ts";

export interface Lock {
	/** A folder for files on the way to their place: whatever is left in it goes with the lock. */
	readonly folder: string;
	release(): Promise<void>;
}

/** A lock without an owner is one that is just being taken, unless it is older than this. */
const nascentMs = 60_000;

/**
 * Takes `<folder>/.dynamic-mcp.lock`: a folder, since making one either succeeds or does not, with whose it is in the file `owner`,
 * as `<process id> <host>`. The installers take the same. One whose process is gone is taken over. Throws `UserError` when
 * somebody has it, and whatever the system says when the folder cannot be written to.
 */
export async function takeLock(folder: string): Promise<Lock> {
	const path = join(folder, ".dynamic-mcp.lock");
	// What cannot be removed is stale once this process has ended, and then taken over.
	const release = () => rm(path, { recursive: true, force: true }).catch(() => {});
	if (!(await makeFolder(path))) {
		const holder = await holderOf(path);
		if (holder.isAlive || !(await takeOver(path, holder))) throw taken(path, holder);
		return { folder: path, release };
	}
	try {
		await writeOwner(path);
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
		if (hasCode(error, "EEXIST")) return false;
		throw error;
	}
}

interface Holder {
	/** As it is written down; empty while it is not. */
	readonly owner: string;
	/** Of the owner. */
	readonly pid: string | undefined;
	readonly isAlive: boolean;
}

async function holderOf(path: string): Promise<Holder> {
	const owner = (await readFile(join(path, "owner"), "utf8").catch(() => "")).trim();
	const { pid, host } = /^(?<pid>[1-9]\d*) (?<host>.+)$/.exec(owner)?.groups ?? {};
	if (pid === undefined) return { owner, pid, isAlive: await isYoung(path) };
	// Of the processes of another machine, which shares the folder, nothing is known.
	return { owner, pid, isAlive: host !== hostname() || isRunning(Number(pid)) };
}

/** Undefined ages count as old: the lock has just been given back. */
async function isYoung(path: string): Promise<boolean> {
	const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
	return Date.now() - mtimeMs < nascentMs;
}

/**
 * Makes a stale lock one's own, with nothing left in it. Who may do so is who makes the folder `taken-over` in it, and then finds
 * that it still is the stale one: meanwhile another process may have been faster, and it is its lock now.
 */
async function takeOver(path: string, { owner }: Holder): Promise<boolean> {
	const mark = join(path, "taken-over");
	try {
		await mkdir(mark);
	} catch (error) {
		// On Windows it may also be the file by which install.ps1 holds the folder.
		if (["EEXIST", "ENOENT", "ENOTDIR"].some((code) => hasCode(error, code))) return false;
		throw error;
	}
	if ((await holderOf(path)).owner !== owner) {
		await rm(mark, { recursive: true, force: true });
		return false;
	}
	const left = (await readdir(path)).filter((name) => join(path, name) !== mark);
	await Promise.all(left.map((name) => rm(join(path, name), { recursive: true, force: true })));
	await writeOwner(path);
	await rm(mark, { recursive: true, force: true });
	return true;
}

async function writeOwner(path: string): Promise<void> {
	await writeFile(join(path, "owner"), `${process.pid} ${hostname()}\n`);
}

function taken(path: string, { pid }: Holder): UserError {
	const who = pid === undefined ? "" : ` (process ${pid})`;
	return new UserError(`another installation or upgrade is at work${who}`, {
		hint: `Run this again when it is done. If there is none, remove ${path} first.`,
	});
}
