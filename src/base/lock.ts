/**
 * Locks between processes. The system gives one back when its process ends, however it ends, so there is none that is
 * stale: not after a crash, not when a process id is used again, not when the owner is in another container.
 */
import { abortable } from "./abortable.ts";
import type { Clock } from "./clock.ts";
import { errorText, hasCode, UserError } from "./errors.ts";

export interface Lock {
	release(): void;
}

/** Between two tries, and by chance up to twice as long, so that nobody is always too late. */
const firstPauseMs = 10;
const longestPauseMs = 200;

/**
 * Waits for the lock. The file is made if need be, and stays: one that was removed could be locked by one while another
 * makes it anew. Rejects with the signal's reason; throws `UserError` where nothing can be locked.
 */
export async function takeLock(path: string, clock: Clock, signal: AbortSignal): Promise<Lock> {
	signal.throwIfAborted();
	await makeFile(path);
	const database = await openDatabase(path);
	try {
		for (let pauseMs = firstPauseMs; !tryLock(database, path); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
			await pause(clock, pauseMs * (1 + Math.random()), signal);
		}
	} catch (error) {
		database.close();
		throw error;
	}
	return {
		release() {
			database.run("ROLLBACK");
			database.close();
		},
	};
}

/** What SQLite locks of its files it locks with the system's own locks, on every system. */
type Database = import("bun:sqlite").Database;

async function openDatabase(path: string): Promise<Database> {
	const { Database } = await import("bun:sqlite");
	try {
		const database = new Database(path, { readwrite: true, create: false });
		// Nothing is ever written: no second file beside it.
		database.run("PRAGMA journal_mode = MEMORY");
		database.run("PRAGMA busy_timeout = 0");
		return database;
	} catch (error) {
		throw impossible(path, error);
	}
}

/** Of all transactions that may write, there is one at a time. */
function tryLock(database: Database, path: string): boolean {
	try {
		database.run("BEGIN IMMEDIATE");
		return true;
	} catch (error) {
		if (hasCode(error, "SQLITE_BUSY")) return false;
		throw impossible(path, error);
	}
}

/** Its owner's alone, whatever the umask. */
async function makeFile(path: string): Promise<void> {
	const { open } = await import("node:fs/promises");
	try {
		const file = await open(path, "wx", 0o600);
		await (process.platform === "win32" ? undefined : file.chmod(0o600));
		await file.close();
	} catch (error) {
		if (!hasCode(error, "EEXIST")) throw impossible(path, error);
	}
}

function impossible(path: string, cause: unknown): UserError {
	const found = errorText(cause);
	return new UserError(`the lock ${path} cannot be taken: ${found}`, {
		hint: "See that its folder can be written to by you, and is on a file system that can lock files.",
		cause,
	});
}

async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
	const { promise, resolve } = Promise.withResolvers<void>();
	const callOff = clock.after(delayMs, resolve);
	try {
		await abortable(promise, signal);
	} finally {
		callOff();
	}
}
