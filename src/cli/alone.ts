/** Keeps commands that read a file, and write it, from doing so at the same time. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { takeLock } from "../base/lock.ts";
import { connectionsFolder } from "./connect/journal.ts";

/** How long another one may be at work before this one gives up. */
const patienceMs = 10_000;

/** One at a time, in all processes: `act` reads, asks nobody, and writes. Throws `UserError` where there can be no lock. */
export async function alone<T>(home: string, act: () => Promise<T>): Promise<T> {
	const folder = connectionsFolder(home);
	const problem = await make(folder);
	if (problem !== undefined) {
		throw new UserError(`cannot make the folder ${folder}, in which connections are noted`, { cause: problem });
	}
	return locked(folder, act);
}

/** As `alone`; in a home folder that takes nothing of ours nobody is kept away. */
export async function aloneIfPossible<T>(home: string, act: () => Promise<T>): Promise<T> {
	const folder = connectionsFolder(home);
	return (await make(folder)) === undefined ? locked(folder, act) : act();
}

/** Why it cannot be made, if so. */
async function make(folder: string): Promise<unknown> {
	return mkdir(folder, { recursive: true, mode: 0o700 }).then(
		() => undefined,
		(error: unknown) => error,
	);
}

async function locked<T>(folder: string, act: () => Promise<T>): Promise<T> {
	const signal = AbortSignal.timeout(patienceMs);
	const lock = await takeLock(join(folder, "lock"), systemClock, signal).catch((cause: unknown) => {
		if (!signal.aborted) throw cause;
		throw new UserError("another import, connect or disconnect is at work", {
			cause,
			hint: "Run this again when it is done.",
		});
	});
	try {
		return await act();
	} finally {
		lock.release();
	}
}
